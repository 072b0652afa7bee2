internal import ReleaseModel
internal import Routing

/// Prints times of day as maps over `$time_iso8601`, for whatever offset from UTC nginx's own clock is set to.
struct WindowPrinter {
    let writer: MapWriter
    /// From when on the zone's clocks must stay as they are.
    let now: Timestamp

    /// The offsets from UTC that clocks show somewhere, in minutes: every half hour, and the quarters of Nepal, Eucla and the Chathams.
    static let offsets: [Int] = (stride(from: -12 * 60, through: 14 * 60, by: 30) + [345, 525, 765, 825]).sorted()

    /// `1` within the window.
    func truth(_ window: DailyWindow) throws(PrintingRefusal) -> Operand {
        guard let seconds = window.fixedOffset(from: now), seconds % 60 == 0 else {
            throw PrintingRefusal(
                part: "during \(window)", reason: "the clocks of \(window.zone) are changed during the year, and its maps know no calendar")
        }
        return try writer.shared("during \(window)") { () throws(PrintingRefusal) in
            let clock = try writer.shared("offset of the clock") { () throws(PrintingRefusal) in
                let key = try NginxText.mapKey(pattern: #"([+-][0-9]{2}:[0-9]{2})\z"#)
                return writer.map("$time_iso8601", [(key, "$1")], otherwise: "\"\"", depth: 1)
            }
            var choices: [(key: String, value: String)] = []
            for offset in Self.offsets {
                let shift = offset - seconds / 60
                let key = try NginxText.mapKey(pattern: "T(?:\(Self.pattern(from: window.from + shift, to: window.to + shift)))")
                let within = writer.map("$time_iso8601", [(key, "1")], otherwise: "0", depth: 1)
                choices.append(("\"\(Self.text(offset))\"", within.variable))
            }
            return writer.map(clock.variable, choices, otherwise: "0", depth: clock.depth)
        }
    }

    /// An offset as nginx writes it: `+08:00`.
    static func text(_ offset: Int) -> String {
        let minutes = abs(offset)
        return (offset < 0 ? "-" : "+") + twoDigits(minutes / 60) + ":" + twoDigits(minutes % 60)
    }

    /// A regular expression for `HH:MM` from `from` up to, and without, `to`, in minutes that are taken modulo a day.
    static func pattern(from: Int, to: Int) -> String {
        let start = ((from % 1440) + 1440) % 1440
        let end = ((to % 1440) + 1440) % 1440
        let ranges = start < end ? [start..<end] : [start..<1440, 0..<end]
        var wholeHours: [String] = []
        var choices: [String] = []
        for range in ranges {
            for hour in 0..<24 {
                let minutes = range.clamped(to: hour * 60..<hour * 60 + 60)
                if minutes.count == 60 { wholeHours.append(twoDigits(hour)) }
                guard (1..<60).contains(minutes.count) else { continue }
                choices.append(
                    "\(twoDigits(hour)):(?:\(pattern(ofMinutes: minutes.lowerBound % 60..<minutes.lowerBound % 60 + minutes.count)))")
            }
        }
        if !wholeHours.isEmpty { choices.insert("(?:\(wholeHours.joined(separator: "|"))):", at: 0) }
        return choices.joined(separator: "|")
    }

    /// Two digits for each minute of a range within an hour.
    private static func pattern(ofMinutes range: Range<Int>) -> String {
        (0..<6).compactMap { tens in
            let minutes = range.clamped(to: tens * 10..<tens * 10 + 10)
            guard !minutes.isEmpty else { return nil }
            return "\(tens)[\(minutes.lowerBound % 10)-\((minutes.upperBound - 1) % 10)]"
        }.joined(separator: "|")
    }

    private static func twoDigits(_ number: Int) -> String { (number < 10 ? "0" : "") + "\(number)" }
}
