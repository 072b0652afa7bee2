/// How to reach a database and how much to ask of it. Printing it shows no password.
public struct PostgresConfiguration: Sendable, CustomStringConvertible, CustomReflectable {
    var options: ConnectionOptions

    /// Shown in pg_stat_activity.
    public var applicationName = "tidegate"
    /// The role taken on after connecting (SET ROLE); nil keeps the login role.
    public var roleName: String?
    /// Connections for statements; LISTEN has one more of its own.
    public var maximumConnections = 6
    /// A statement that takes longer is cancelled and fails with `.timedOut`. A call may give its own.
    public var statementTimeout: Duration = .seconds(30)
    /// One attempt to connect.
    public var connectTimeout: Duration = .seconds(5)
    /// Waiting for a free connection, attempts to reconnect included.
    public var acquireTimeout: Duration = .seconds(15)
    /// The server ends a transaction in which nothing has happened for so long, so that a stopped program holds no locks. Zero: never.
    public var idleTransactionTimeout: Duration = .seconds(60)
    /// Prepared statements kept per connection; 0 prepares nothing (for pgbouncer in transaction mode).
    public var preparedStatementLimit = 128
    /// Session settings made after connecting, in this order, such as ("search_path", "tidegate").
    public var sessionSettings: [(name: String, value: String)] = []

    /// Reads `postgresql://user:password@host:5432/database?sslmode=require` or `host=/run/pg user=name dbname=name`.
    ///
    /// What the address leaves out libpq takes from its environment variables and files. Errors: `.connectionFailed`.
    public init(_ connectionString: String) throws(PostgresError) {
        options = try ConnectionOptions(connectionString)
    }

    /// Where it leads, without the password: `host=/run/pg user=tidegate dbname=tidegate`.
    public var description: String { options.description }

    public var customMirror: Mirror { Mirror(self, children: ["address": description]) }

    /// What libpq is given: the address, and defaults that notice a dead peer within about a minute.
    var connectionOptions: ConnectionOptions {
        var options = options
        options.setDefault("application_name", applicationName)
        options.setDefault("client_encoding", "UTF8")
        options.setDefault("keepalives", "1")
        options.setDefault("keepalives_idle", "30")
        options.setDefault("keepalives_interval", "10")
        options.setDefault("keepalives_count", "3")
        options.setDefault("tcp_user_timeout", "30000")
        return options
    }
}
