import Foundation

/// The folder in which `serve` keeps its private database, its first token and the address that it listens on.
struct DataFolder: Sendable, Hashable {
    let path: String

    /// - Parameter path: relative ones are taken from the working directory.
    init(_ path: String) {
        let expanded = NSString(string: path).expandingTildeInPath
        self.path = URL(fileURLWithPath: expanded).standardizedFileURL.path
    }

    /// `$XDG_DATA_HOME/tidegate`, otherwise `~/.local/share/tidegate`; `/var/lib/tidegate` for root, whose home the database's
    /// unprivileged user cannot enter.
    static func standard(_ environment: [String: String], isRoot: Bool = geteuid() == 0) -> DataFolder {
        if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return DataFolder(data + "/tidegate") }
        if isRoot { return DataFolder("/var/lib/tidegate") }
        let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
        return DataFolder(home + "/.local/share/tidegate")
    }

    /// Where the private PostgreSQL lives.
    var databaseFolder: String { path + "/database" }

    /// The token of role admin that the first start writes; readable by the owner only.
    var tokenFile: String { path + "/token" }

    /// The keys that the history is signed with; readable by the owner only.
    var logKeyFile: String { path + "/log-key" }

    /// Holds the URL of the server that runs on this folder.
    var serverFile: String { path + "/server" }

    /// True where a private database was made here before.
    var hasDatabase: Bool { FileManager.default.fileExists(atPath: databaseFolder) }

    /// What the server that was started last here says; it may be gone.
    var serverURL: String? {
        guard let data = FileManager.default.contents(atPath: serverFile) else { return nil }
        let url = String(decoding: data.prefix(1024), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        return url.hasPrefix("http://") ? url : nil
    }

    /// Makes the folder. Others may pass through it to the database's own folder but not list it.
    func create() throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o711])
    }

    /// Writes a file that only the owner reads: a new file beside it, moved into place.
    func writePrivately(_ text: String, to file: String) throws {
        let temporary = file + ".new"
        unlink(temporary)
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: temporary]) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(text.utf8))
        try handle.synchronize()
        try handle.close()
        guard rename(temporary, file) == 0 else { throw CocoaError(.fileWriteNoPermission, userInfo: [NSFilePathErrorKey: file]) }
    }
}
