public import ReleaseModel

/// A plugin that the server has found, with its pin where it has one.
public struct PluginView: Codable, Sendable, Hashable {
    public var name: String
    public var alias: String
    public var kind: String
    public var version: String
    public var summary: String
    /// The file that was found; nil for a pin whose file is not there.
    public var file: String?
    /// SHA-256 of the file as found, in hexadecimal.
    public var sha256: String?
    public var pinnedSHA256: String?
    /// Runs inside the server's own process, not isolated.
    public var trusted: Bool
    /// Why it is not used; nil when it is.
    public var problem: String?
    public var signals: [SignalDescriptor]

    public init(
        name: String, alias: String, kind: String, version: String, summary: String, file: String?, sha256: String?,
        pinnedSHA256: String?, trusted: Bool, problem: String?, signals: [SignalDescriptor]
    ) {
        self.name = name
        self.alias = alias
        self.kind = kind
        self.version = version
        self.summary = summary
        self.file = file
        self.sha256 = sha256
        self.pinnedSHA256 = pinnedSHA256
        self.trusted = trusted
        self.problem = problem
        self.signals = signals
    }
}

/// `POST /v1/plugins/pins`: allow exactly one file under a plugin's name.
public struct PinPlugin: Codable, Sendable, Hashable {
    public var name: String
    public var version: String
    public var kind: String
    /// SHA-256 of the file, in hexadecimal.
    public var sha256: String
    public var trusted: Bool?
    public var reason: String

    public init(name: String, version: String, kind: String, sha256: String, trusted: Bool? = nil, reason: String) {
        self.name = name
        self.version = version
        self.kind = kind
        self.sha256 = sha256
        self.trusted = trusted
        self.reason = reason
    }
}

/// A pin as it is stored.
public struct PinView: Codable, Sendable, Hashable {
    public var name: String
    public var version: String
    public var kind: String
    public var sha256: String
    public var trusted: Bool
    public var pinnedBy: Actor
    public var pinnedAt: Timestamp

    public init(name: String, version: String, kind: String, sha256: String, trusted: Bool, pinnedBy: Actor, pinnedAt: Timestamp) {
        self.name = name
        self.version = version
        self.kind = kind
        self.sha256 = sha256
        self.trusted = trusted
        self.pinnedBy = pinnedBy
        self.pinnedAt = pinnedAt
    }
}
