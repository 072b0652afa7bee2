public import ReleaseModel

/// `GET /v1/status`: what runs here.
public struct ServerStatus: Codable, Sendable, Hashable {
    public var version: String
    /// The newest migration that the database carries.
    public var databaseVersion: String
    /// The database's clock.
    public var now: Timestamp
    public var startedAt: Timestamp
    public var controllers: [ControllerView]
    public var activeReleases: Int
    /// Who asks, as the server sees it.
    public var caller: Caller

    public struct ControllerView: Codable, Sendable, Hashable {
        public var id: String
        public var host: String
        public var version: String
        public var seenAt: Timestamp

        public init(id: String, host: String, version: String, seenAt: Timestamp) {
            self.id = id
            self.host = host
            self.version = version
            self.seenAt = seenAt
        }
    }

    public struct Caller: Codable, Sendable, Hashable {
        public var name: String
        public var role: String

        public init(name: String, role: String) {
            self.name = name
            self.role = role
        }
    }

    public init(
        version: String, databaseVersion: String, now: Timestamp, startedAt: Timestamp, controllers: [ControllerView],
        activeReleases: Int, caller: Caller
    ) {
        self.version = version
        self.databaseVersion = databaseVersion
        self.now = now
        self.startedAt = startedAt
        self.controllers = controllers
        self.activeReleases = activeReleases
        self.caller = caller
    }
}
