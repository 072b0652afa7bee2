/// The command line of a private server.
enum ServerSettings {
    static func arguments(_ configuration: EmbeddedPostgresConfiguration, data: DataFolder, socketFolder: String) -> [String] {
        var settings: [(name: String, value: String)] = [
            ("listen_addresses", ""), ("port", "\(EmbeddedPostgresConfiguration.port)"), ("unix_socket_directories", socketFolder),
            ("unix_socket_permissions", "0700"), ("max_connections", "\(configuration.maximumConnections)"),
            ("shared_buffers", "64MB"), ("logging_collector", "off"), ("log_destination", "stderr"), ("cluster_name", "tidegate"),
            ("timezone", "UTC"), ("log_timezone", "UTC"),
        ]
        let careful = configuration.durability == .crashSafe ? "on" : "off"
        settings += ["fsync", "synchronous_commit", "full_page_writes"].map { ($0, careful) }
        // Shared memory in files of the data folder goes with the folder, however the server ends.
        if configuration.durability == .throwaway { settings.append(("dynamic_shared_memory_type", "mmap")) }
        settings += configuration.settings
        return ["-D", data.cluster] + settings.flatMap { ["-c", "\($0.name)=\($0.value)"] }
    }

    /// How the server records its command line in postmaster.opts.
    static func recorded(_ program: String, _ arguments: [String]) -> String {
        program + arguments.map { " \"\($0)\"" }.joined() + "\n"
    }
}
