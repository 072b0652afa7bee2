import Glibc

/// The unprivileged user a server runs as where the program itself runs as root; PostgreSQL refuses to run as root.
struct ServerUser: Sendable, Hashable {
    static let candidates = ["postgres", "nobody"]
    static let switcher = "/usr/bin/setpriv"

    let name: String
    let userID: UInt32
    let groupID: UInt32

    /// nil where the program is not root: the server runs as the same user. Errors: `.notInstalled`.
    static func current() throws(EmbeddedPostgresError) -> ServerUser? {
        guard geteuid() == 0 else { return nil }
        guard access(switcher, X_OK) == 0 else {
            throw EmbeddedPostgresError(
                .notInstalled, "setpriv is needed to run PostgreSQL as an unprivileged user", place: switcher,
                advice: "apt-get install util-linux")
        }
        for name in candidates {
            var entry = passwd()
            var found: UnsafeMutablePointer<passwd>?
            var buffer = [CChar](repeating: 0, count: 16_384)
            if getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil, entry.pw_uid != 0 {
                return ServerUser(name: name, userID: entry.pw_uid, groupID: entry.pw_gid)
            }
        }
        throw EmbeddedPostgresError(
            .notInstalled, "PostgreSQL does not run as root, and there is neither a user postgres nor nobody",
            advice: "apt-get install postgresql makes the user postgres")
    }

    /// The command that runs a program as this user.
    func command(_ program: String, _ arguments: [String]) -> (program: String, arguments: [String]) {
        (Self.switcher, ["--reuid=\(userID)", "--regid=\(groupID)", "--clear-groups", "--", program] + arguments)
    }

    /// The first of the folder and its parents that this user may not enter, by the mode bits; nil when all can be entered.
    func folderNotEnterable(onTheWayTo folder: String) -> String? {
        var path = ""
        for part in [""] + folder.split(separator: "/").map(String.init) {
            path += part.isEmpty ? "/" : (path.hasSuffix("/") ? part : "/" + part)
            var status = stat()
            guard stat(path, &status) == 0 else { return nil }
            let bit: mode_t = status.st_uid == userID ? 0o100 : status.st_gid == groupID ? 0o010 : 0o001
            if status.st_mode & bit == 0 { return path }
        }
        return nil
    }
}
