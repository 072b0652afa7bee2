import Foundation
import Glibc

/// The folder of a private PostgreSQL and what stands in it.
///
///     cluster/        PGDATA
///     s/              the socket, where the path is short enough for one
///     socket-folder   otherwise the name of the folder under /tmp that has it
///     server.log      what the server writes; one older file is kept
///     lock            held by the program that uses the folder
struct DataFolder: Sendable {
    /// A unix socket's path has at most 107 bytes (sun_path of 108 with its end).
    static let socketPathLimit = 107
    static let logLimit = 10 * 1024 * 1024

    let path: String
    let user: ServerUser?

    var cluster: String { "\(path)/cluster" }
    var unfinishedCluster: String { "\(path)/cluster.new" }
    var log: String { "\(path)/server.log" }
    var lock: String { "\(path)/lock" }
    private var socketRecord: String { "\(path)/socket-folder" }

    /// Makes the folder where it is missing, owned by the server's user. Errors: `.notPermitted`.
    init(_ path: String, user: ServerUser?) throws(EmbeddedPostgresError) {
        let absolute = path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
        let existed = FileManager.default.fileExists(atPath: absolute)
        do { try FileManager.default.createDirectory(atPath: absolute, withIntermediateDirectories: true) } catch {
            throw EmbeddedPostgresError(.notPermitted, "the data folder cannot be made: \(error.localizedDescription)", place: absolute)
        }
        guard let resolved = realpath(absolute, nil) else {
            throw EmbeddedPostgresError(.notPermitted, "the data folder cannot be read", place: absolute)
        }
        self.path = String(cString: resolved)
        free(resolved)
        self.user = user
        if !existed { try Self.own(self.path, user) }
        if let user, let blocked = user.folderNotEnterable(onTheWayTo: self.path) {
            throw EmbeddedPostgresError(
                .notPermitted, "PostgreSQL runs as user \(user.name) here, who may not enter \(blocked)", place: self.path,
                advice: "choose another data folder, or allow it: chmod o+x \(blocked)")
        }
    }

    /// The major version that made the cluster; nil when there is none yet.
    var clusterVersion: Int? {
        (try? String(contentsOfFile: "\(cluster)/PG_VERSION", encoding: .utf8)).flatMap {
            Int($0.trimmingCharacters(in: .whitespacesAndNewlines).prefix(while: \.isNumber))
        }
    }

    /// A folder for the socket that only the server's user may enter, with a path short and plain enough. Errors: `.notPermitted`.
    func socketFolder() throws(EmbeddedPostgresError) -> String {
        let near = "\(path)/s"
        if Self.isFit(near) {
            if !Self.isPrivateFolder(near, user) { try Self.makeFolder(near, user) }
            return near
        }
        if let recorded = try? String(contentsOfFile: socketRecord, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines),
            Self.isFit(recorded), Self.isPrivateFolder(recorded, user)
        {
            return recorded
        }
        var name = Array("/tmp/tidegate-XXXXXX".utf8CString)
        guard mkdtemp(&name) != nil else {
            throw EmbeddedPostgresError(
                .notPermitted, "no folder for the socket can be made: \(String(cString: strerror(errno)))", place: "/tmp")
        }
        let made = name.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }  // mkdtemp left its result here, not empty
        try Self.own(made, user)
        do { try made.write(toFile: socketRecord, atomically: true, encoding: .utf8) } catch {
            throw EmbeddedPostgresError(.notPermitted, "it cannot be written: \(error.localizedDescription)", place: socketRecord)
        }
        return made
    }

    /// Removes the socket's folder under /tmp, if there is one.
    func removeFarSocketFolder() {
        if let recorded = try? String(contentsOfFile: socketRecord, encoding: .utf8), recorded.hasPrefix("/tmp/tidegate-"),
            Self.isPrivateFolder(recorded, user)
        {
            try? FileManager.default.removeItem(atPath: recorded)
            try? FileManager.default.removeItem(atPath: socketRecord)
        }
    }

    /// Opens the server's log for appending; a long one is put aside first.
    func openLog() throws(EmbeddedPostgresError) -> Int32 {
        var status = stat()
        if stat(log, &status) == 0, status.st_size > Self.logLimit { rename(log, log + ".1") }
        let descriptor = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw EmbeddedPostgresError(.notPermitted, "it cannot be written: \(String(cString: strerror(errno)))", place: log)
        }
        return descriptor
    }

    /// The log's end from a byte position on, at most 4 KB.
    func logTail(from position: Int64) -> String {
        guard let file = FileHandle(forReadingAtPath: log) else { return "" }
        defer { try? file.close() }
        let end = (try? file.seekToEnd()) ?? 0
        let start = max(UInt64(max(0, position)), end > 4096 ? end - 4096 : 0)
        try? file.seek(toOffset: min(start, end))
        return (try? file.readToEnd()).flatMap { $0.map { String(decoding: $0, as: UTF8.self) } } ?? ""
    }

    var logSize: Int64 {
        var status = stat()
        return stat(log, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Makes an empty folder of the server's user that only that user may enter.
    static func makeFolder(_ path: String, _ user: ServerUser?) throws(EmbeddedPostgresError) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw EmbeddedPostgresError(.notPermitted, "the folder cannot be made: \(String(cString: strerror(errno)))", place: path)
        }
        try own(path, user)
    }

    private static func own(_ path: String, _ user: ServerUser?) throws(EmbeddedPostgresError) {
        guard chmod(path, 0o700) == 0, user.map({ lchown(path, $0.userID, $0.groupID) == 0 }) ?? true else {
            throw EmbeddedPostgresError(.notPermitted, "the folder cannot be given away: \(String(cString: strerror(errno)))", place: path)
        }
    }

    /// PostgreSQL and libpq read commas and quotes in such a path as syntax.
    private static func isFit(_ folder: String) -> Bool {
        "\(folder)/.s.PGSQL.\(EmbeddedPostgresConfiguration.port)".utf8.count <= socketPathLimit
            && folder.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || Array("/._-+@".utf8).contains(byte)
            }
    }

    private static func isPrivateFolder(_ path: String, _ user: ServerUser?) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR && status.st_mode & 0o077 == 0
            && status.st_uid == user?.userID ?? geteuid()
    }
}
