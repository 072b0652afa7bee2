/// A length of time as people write it on the command line: `500ms`, `8s`, `2m`.
struct DurationText: Sendable, Hashable {
    static let maximumSeconds = 86_400.0

    var seconds: Double

    /// nil without a unit, for a negative number, or beyond a day.
    init?(_ text: String) {
        let units: [(suffix: String, seconds: Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600)]
        guard let unit = units.first(where: { text.hasSuffix($0.suffix) }), let number = Double(text.dropLast(unit.suffix.count)),
            number >= 0, number * unit.seconds <= Self.maximumSeconds
        else { return nil }
        seconds = number * unit.seconds
    }
}
