/// Where log lines come from: one instance of one revision of a service.
public struct LogSource: Sendable, Hashable {
    public var service: String
    public var revision: String
    public var instance: String

    public init(service: String, revision: String, instance: String) {
        self.service = service
        self.revision = revision
        self.instance = instance
    }
}

/// What is assumed for lines that do not say it themselves.
public struct LogDefaults: Sendable, Hashable {
    public var service: String?
    public var revision: String?
    public var instance: String?

    public init(service: String? = nil, revision: String? = nil, instance: String? = nil) {
        self.service = service
        self.revision = revision
        self.instance = instance
    }
}
