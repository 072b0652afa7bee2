import Glibc

/// The right to a data folder: an flock on a file in it, which the kernel gives back however the program ends.
final class FolderLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) { self.descriptor = descriptor }

    deinit {
        // Closing alone would leave the lock with a child process that is just being started and still shares the descriptor.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    /// Errors: `.folderInUse`, `.notPermitted`.
    static func acquire(_ path: String) throws(EmbeddedPostgresError) -> FolderLock {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw EmbeddedPostgresError(.notPermitted, "it cannot be opened: \(String(cString: strerror(errno)))", place: path)
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            var owner = [UInt8](repeating: 0, count: 32)
            let count = pread(descriptor, &owner, owner.count, 0)
            close(descriptor)
            let processID = String(decoding: owner.prefix(max(0, count)), as: UTF8.self).filter(\.isNumber)
            throw EmbeddedPostgresError(
                .folderInUse, "another program\(processID.isEmpty ? "" : " (process \(processID))") uses this data folder", place: path,
                advice: "stop it first, or choose another data folder")
        }
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        _ = pwrite(descriptor, text, text.utf8.count, 0)
        return FolderLock(descriptor: descriptor)
    }
}
