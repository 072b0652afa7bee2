/// Where a database of a private PostgreSQL is reached: over a unix socket in a folder that only its user (and root) may enter.
public struct DatabaseAddress: Sendable, Hashable {
    public let socketFolder: String
    public let port: Int
    public let user: String
    public let database: String

    public init(socketFolder: String, port: Int, user: String, database: String) {
        self.socketFolder = socketFolder
        self.port = port
        self.user = user
        self.database = database
    }

    /// libpq's keyword form: `host='/data/s' port='5432' user='tidegate_admin' dbname='tidegate'`. It holds no secret.
    public var connectionString: String {
        [("host", socketFolder), ("port", "\(port)"), ("user", user), ("dbname", database)]
            .map { keyword, value in
                let escaped = value.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
                return "\(keyword)='\(escaped)'"
            }.joined(separator: " ")
    }

    /// The same server, another database.
    public func with(database: String) -> DatabaseAddress {
        DatabaseAddress(socketFolder: socketFolder, port: port, user: user, database: database)
    }

    /// The same database as another role; no password is asked for on this socket.
    public func with(user: String) -> DatabaseAddress {
        DatabaseAddress(socketFolder: socketFolder, port: port, user: user, database: database)
    }
}
