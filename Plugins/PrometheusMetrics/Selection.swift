internal import PluginKit
internal import ReleaseModel

/// Which series of some releases are wanted, and how far back.
struct Selection {
    /// Further back nothing is read: a counter's delta over a longer gap is exact all the same, from its cursor to its next point.
    static let maximumRange = TimeSpan.seconds(15 * 60)

    private let matchers: String
    private let range: TimeSpan
    /// The latest end of the releases' windows, which is the time of the query.
    let end: Timestamp
    /// From where on points are wanted.
    let begin: Timestamp

    init(_ settings: Settings, _ readings: some Collection<SubjectReading>) {
        let services = Set(readings.map(\.subject.service)).sorted()
        let revisions = Set(readings.flatMap { $0.subject.arms.map(\.revision) }).sorted()
        matchers = Self.matcher(settings.serviceLabel, services) + "," + Self.matcher(settings.revisionLabel, revisions)
        end = readings.map(\.windowEnd).max() ?? Timestamp(microseconds: 0)
        // Two scrapes back there are points to begin with; after that everything since the oldest cursor, and a scrape more.
        let oldest = readings.map { ($0.through ?? $0.windowEnd - settings.scrape) - $0.historySpan }.min() ?? end
        range = min(max(end - oldest, .zero) + settings.scrape, Self.maximumRange)
        begin = max(oldest, end - Self.maximumRange)
    }

    func query(for source: MetricSource) -> String {
        let parts = source.selector.map { matchers + "," + $0 } ?? matchers
        let milliseconds = "\(max(range.milliseconds, 1))ms"
        switch source.shape {
        case .counter, .gauge: return "\(source.name){\(parts)}[\(milliseconds)]"
        case .histogram, .pauses, .memory:
            return "{__name__=~\"\(source.names.joined(separator: "|"))\",\(parts)}[\(milliseconds)]"
        }
    }

    /// Which revisions the services have by their labels, whatever the releases say.
    static func revisions(_ settings: Settings, of services: Set<String>) -> String {
        let names = settings.sources.filter { !$0.name.isEmpty }.flatMap(\.names)
        let matchers =
            "__name__=~\(quoted(Set(names).sorted().joined(separator: "|"))),\(matcher(settings.serviceLabel, services.sorted()))"
        return "count by (\(settings.serviceLabel),\(settings.revisionLabel)) ({\(matchers)})"
    }

    static func matcher(_ label: String, _ values: [String]) -> String {
        if values.count == 1, let value = values.first { return "\(label)=\(quoted(value))" }
        return "\(label)=~\(quoted(values.map(escaped).joined(separator: "|")))"
    }

    /// A value as an RE2 pattern that matches nothing else.
    private static func escaped(_ value: String) -> String {
        guard value.utf8.contains(where: metacharacters.contains) else { return value }
        var pattern: [UInt8] = []
        for byte in value.utf8 {
            if metacharacters.contains(byte) { pattern.append(UInt8(ascii: "\\")) }
            pattern.append(byte)
        }
        return String(decoding: pattern, as: UTF8.self)
    }

    private static let metacharacters = Set(#"\.+*?()|[]{}^$"#.utf8)

    /// Byte by byte: a quotation mark stays one whatever follows it, a combining accent for instance.
    private static func quoted(_ text: String) -> String {
        var quoted: [UInt8] = [UInt8(ascii: "\"")]
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): quoted += [UInt8(ascii: "\\"), byte]
            case UInt8(ascii: "\n"): quoted += Array(#"\n"#.utf8)
            default: quoted.append(byte)
            }
        }
        return String(decoding: quoted + [UInt8(ascii: "\"")], as: UTF8.self)
    }
}
