/// What a private PostgreSQL is to be.
public struct EmbeddedPostgresConfiguration: Sendable {
    /// How much a crash of the machine may cost.
    public enum Durability: Sendable, Hashable {
        /// What was committed stays.
        case crashSafe
        /// Nothing is written with care: for tests.
        case throwaway
    }

    /// The folder everything lives in; made when missing. The database files are in `cluster` below it.
    ///
    /// Where the program runs as root, PostgreSQL runs as an unprivileged user, who must be able to enter every parent.
    public var folder: String
    /// Made when missing.
    public var databaseName = "tidegate"
    public var durability: Durability = .crashSafe
    /// The folder of `postgres` and `initdb`; nil looks for it: $TIDEGATE_POSTGRES_BIN, the newest /usr/lib/postgresql/*/bin, PATH.
    public var binaryFolder: String?
    public var maximumConnections = 100
    /// The server's own settings beyond these, such as ("log_min_duration_statement", "100").
    public var settings: [(name: String, value: String)] = []
    /// From the start to the first connection; recovery after a crash counts.
    public var startTimeout: Duration = .seconds(60)
    /// From the request to stop to the end; then the server is stopped without its final checkpoint.
    public var stopTimeout: Duration = .seconds(30)

    /// The superuser's name.
    public static let superuser = "tidegate_admin"
    /// Names the socket's file only: the server has no network port.
    public static let port = 5432

    public init(folder: String) { self.folder = folder }
}
