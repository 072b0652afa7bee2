/// A length of time in microseconds. Written and coded the way people write it: `500ms`, `30s`, `1h30m`, `28d`.
public struct TimeSpan: Sendable, Hashable, Comparable, Codable, CustomStringConvertible {
    public static let zero = TimeSpan(microseconds: 0)

    public let microseconds: Int64

    public init(microseconds: Int64) { self.microseconds = microseconds }

    public static func seconds(_ value: Double) -> TimeSpan { .init(microseconds: Int64((value * 1_000_000).rounded())) }
    public static func milliseconds(_ value: Int64) -> TimeSpan { .init(microseconds: value * 1000) }

    public var seconds: Double { Double(microseconds) / 1_000_000 }
    public var milliseconds: Int64 { microseconds / 1000 }

    /// Units in falling order; a text uses each at most once, in this order.
    private static let units: [(name: String, microseconds: Int64)] = [
        ("d", 86_400_000_000), ("h", 3_600_000_000), ("m", 60_000_000), ("s", 1_000_000), ("ms", 1000), ("us", 1),
    ]

    /// Reads `90s`, `1h30m`, `1.5s`, `0s`; nil for a missing unit, units out of order, a sign, or more than 10 years.
    public init?(_ text: String) {
        var rest = Substring(text)
        var total = 0.0
        var lastUnit = -1
        guard !rest.isEmpty, rest.utf8.count <= 32 else { return nil }
        while !rest.isEmpty {
            let digits = rest.prefix { ("0"..."9").contains($0) || $0 == "." }
            guard let value = Double(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let name = rest.prefix { ("a"..."z").contains($0) }
            guard let unit = Self.units.firstIndex(where: { $0.name == name }), unit > lastUnit else { return nil }
            lastUnit = unit
            rest = rest.dropFirst(name.count)
            total += value * Double(Self.units[unit].microseconds)
        }
        guard total <= 3650 * 86_400_000_000 else { return nil }
        microseconds = Int64(total.rounded())
    }

    public init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let value = TimeSpan(text) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not a length of time such as 30s or 1h30m"))
        }
        self = value
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    public var description: String {
        guard microseconds > 0 else { return microseconds == 0 ? "0s" : "-\(TimeSpan(microseconds: -microseconds))" }
        var rest = microseconds
        var text = ""
        for unit in Self.units where rest >= unit.microseconds {
            text += "\(rest / unit.microseconds)\(unit.name)"
            rest %= unit.microseconds
        }
        return text
    }

    public static func < (left: Self, right: Self) -> Bool { left.microseconds < right.microseconds }
    public static func + (left: Self, right: Self) -> Self { .init(microseconds: left.microseconds + right.microseconds) }
    public static func - (left: Self, right: Self) -> Self { .init(microseconds: left.microseconds - right.microseconds) }
    public static func * (span: Self, factor: Double) -> Self { .init(microseconds: Int64((Double(span.microseconds) * factor).rounded())) }
}
