public import ReleaseModel

/// What a plugin is: its name and kind, the settings that it takes and the signals that it gives.
public struct PluginDescriptor: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        case routing, coloring, scoring, signals, metrics
        case dataPlane
    }

    /// The name of its file, `lib<name>.so`, and of its folder.
    public var name: String
    /// The short name that policies may use, for example `nginx`.
    public var alias: String
    public var kind: Kind
    public var version: String
    public var summary: String
    public var settings: [SettingDescriptor]
    public var signals: [SignalDescriptor]

    public init(
        name: String, alias: String, kind: Kind, version: String, summary: String, settings: [SettingDescriptor] = [],
        signals: [SignalDescriptor] = []
    ) {
        self.name = name
        self.alias = alias
        self.kind = kind
        self.version = version
        self.summary = summary
        self.settings = settings
        self.signals = signals
    }
}

/// One setting of a plugin. The host refuses unknown names, wrong types and values out of range before the plugin sees them.
public struct SettingDescriptor: Sendable, Hashable, Codable {
    /// `object` and `array` are checked by the plugin itself; `duration` is a text such as `30s`; `ratio` is a text such as `99.9%` or a number.
    public enum Kind: String, Sendable, Hashable, Codable { case bool, number, string, duration, ratio, array, object }

    public var name: String
    public var kind: Kind
    public var required: Bool
    public var defaultValue: JSONValue?
    public var minimum: Double?
    public var maximum: Double?
    public var summary: String

    public init(
        _ name: String, _ kind: Kind, required: Bool = false, default defaultValue: JSONValue? = nil, minimum: Double? = nil,
        maximum: Double? = nil, summary: String
    ) {
        self.name = name
        self.kind = kind
        self.required = required
        self.defaultValue = defaultValue
        self.minimum = minimum
        self.maximum = maximum
        self.summary = summary
    }
}
