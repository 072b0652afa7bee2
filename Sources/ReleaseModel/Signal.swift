/// What a signal says at one evaluation, with the figures behind it.
public struct Signal: Sendable, Hashable, Codable {
    public var name: String
    public var reading: SignalReading
    /// Value, interval, sample size, threshold, weight: whatever a reader needs to judge the reading.
    public var evidence: JSONValue

    public init(name: String, reading: SignalReading, evidence: JSONValue = [:]) {
        self.name = name
        self.reading = reading
        self.evidence = evidence
    }
}

/// A signal's value, or why there is none. Everything but a value makes a condition that reads it unknown.
public enum SignalReading: Sendable, Hashable, Codable {
    case bool(Bool)
    /// Finite; a plugin that computes NaN or infinity reports `missing` and says so.
    case number(Double)
    case string(String)
    /// No data, with the reason.
    case missing(String)
    /// The plugin or its provider failed, with the reason.
    case failed(String)

    public var isKnown: Bool {
        switch self {
        case .bool, .number, .string: true
        case .missing, .failed: false
        }
    }
}

/// What a signal means, so that trees can be checked before they run.
public struct SignalDescriptor: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable { case bool, number, string }

    /// Which direction means that users are worse off. `true` and `false` for bool signals, `higher` and `lower` for numbers.
    public enum Worse: String, Sendable, Hashable, Codable { case higher, lower, `true`, `false`, none }

    public var name: String
    public var kind: Kind
    /// `1` for a ratio, `ms`, `MB/min`, ...; nil for bool and string.
    public var unit: String?
    /// Closed range that every reading lies in; nil bounds are open.
    public var minimum: Double?
    public var maximum: Double?
    public var worse: Worse
    public var summary: String
    /// A setting that lists named members, each of which gives one signal of this description: `name["member"]`. Nil for one signal.
    public var each: String?

    public init(
        name: String, kind: Kind, unit: String? = nil, minimum: Double? = nil, maximum: Double? = nil, worse: Worse, summary: String,
        each: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.unit = unit
        self.minimum = minimum
        self.maximum = maximum
        self.worse = worse
        self.summary = summary
        self.each = each
    }

    /// The signals that this describes under a plugin's configuration: itself, or one for each member of the setting that it names.
    public func signals(under configuration: JSONValue) -> [SignalDescriptor] {
        guard let each else { return [self] }
        return (configuration[each]?.array ?? []).compactMap { member in
            guard let member = member["name"]?.string else { return nil }
            var signal = self
            signal.name = Self.name(name, of: member)
            signal.each = nil
            return signal
        }
    }

    /// `logs.sequence["retries"]`: the name of the signal that a member gives.
    public static func name(_ family: String, of member: String) -> String { "\(family)[\"\(member)\"]" }
}
