import Glibc

/// What happens in a child process before its program begins: `/` as working directory, nothing inherited but output.
///
/// glibc 2.34 has both steps, and Swift's view of its headers leaves them out, so they are looked up by name.
struct SpawnActions: ~Copyable {
    private typealias ChangeFolder = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, UnsafePointer<CChar>) -> Int32
    private typealias CloseFrom = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32

    private var actions = posix_spawn_file_actions_t()

    /// Errors: `.notInstalled` for a C library without these steps.
    init(output: Int32) throws(EmbeddedPostgresError) {
        guard let changeFolder = dlsym(nil, "posix_spawn_file_actions_addchdir_np"),
            let closeFrom = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np")
        else { throw EmbeddedPostgresError(.notInstalled, "glibc 2.34 or later is needed to start PostgreSQL") }
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        _ = unsafeBitCast(changeFolder, to: ChangeFolder.self)(&actions, "/")
        // A server that outlives a killed program must not keep that program's sockets and locks open.
        _ = unsafeBitCast(closeFrom, to: CloseFrom.self)(&actions, 3)
    }

    /// Starts the program; 0, or what went wrong as an errno value.
    borrowing func spawn(
        _ processID: inout pid_t, _ program: String, _ attributes: inout posix_spawnattr_t, _ arguments: [UnsafeMutablePointer<CChar>?],
        _ environment: [UnsafeMutablePointer<CChar>?]
    ) -> Int32 {
        var actions = actions
        return posix_spawn(&processID, program, &actions, &attributes, arguments, environment)
    }

    deinit {
        var actions = actions
        posix_spawn_file_actions_destroy(&actions)
    }
}
