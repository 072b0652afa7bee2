public import ReleaseModel

/// How readings, weights, times and states are put into words; one place, so that every view says the same.
public enum ReadingText {
    public static func text(of reading: SignalReading) -> String {
        switch reading {
        case .bool(let value): value ? "yes" : "no"
        case .number(let value): number(value)
        case .string(let value): value.printable
        case .missing(let reason): "missing (\(reason.printable))"
        case .failed(let reason): "failed (\(reason.printable))"
        }
    }

    /// At most four significant decimals and no trailing zeros: `97.25`, `0.0031`, `14`.
    public static func number(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        let decimals = abs(value) >= 100 ? 1 : abs(value) >= 1 ? 2 : 4
        let scale = [1.0, 10, 100, 1000, 10_000][decimals]
        let scaled = (abs(value) * scale).rounded()
        if scaled == 0 { return "0" }
        if scaled >= 1e15 { return "\(value)" }
        let (whole, rest) = Int64(scaled).quotientAndRemainder(dividingBy: Int64(scale))
        var fraction = String(rest)
        fraction = String(repeating: "0", count: decimals - fraction.count) + fraction
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return (value < 0 ? "-" : "") + (fraction.isEmpty ? "\(whole)" : "\(whole).\(fraction)")
    }

    /// Time of day in UTC, as the decisions of one release are told apart: `02:13:20`.
    public static func timeOfDay(_ time: Timestamp) -> String { String(time.description.dropFirst(11).prefix(8)) }

    /// Date and time in UTC to the second: `2026-11-21 02:13:20Z`.
    public static func dateAndTime(_ time: Timestamp) -> String {
        let text = time.description
        return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8))Z"
    }

    /// A length of time in at most two units: `4m12s`, `850ms`, `3h5m`.
    public static func span(_ span: TimeSpan) -> String {
        guard span > .zero else { return "0s" }
        let microseconds = span.microseconds
        if microseconds < 1_000_000 { return "\(max(1, microseconds / 1000))ms" }
        let seconds = microseconds / 1_000_000
        if seconds < 60 { return "\(seconds)s" }
        if seconds < 3600 { return "\(seconds / 60)m" + (seconds % 60 == 0 ? "" : "\(seconds % 60)s") }
        if seconds < 86_400 { return "\(seconds / 3600)h" + (seconds / 60 % 60 == 0 ? "" : "\(seconds / 60 % 60)m") }
        return "\(seconds / 86_400)d" + (seconds / 3600 % 24 == 0 ? "" : "\(seconds / 3600 % 24)h")
    }

    public static func weights(_ weights: [ArmWeight]) -> String {
        weights.map { "\($0.arm.printable) \($0.weight)" }.joined(separator: ", ")
    }
}
