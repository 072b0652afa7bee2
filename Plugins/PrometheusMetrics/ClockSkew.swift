internal import Foundation
internal import HTTPClient

/// How far a server's clock is from this machine's, by the `Date` of its answer.
struct ClockSkew {
    /// `Date` has whole seconds, and an answer takes time: less is not called skew.
    static let tolerance = 5.0

    /// Seconds that the server is ahead; negative where it is behind.
    let seconds: Double

    /// nil where the answer has no `Date` that can be read.
    init?(_ response: HTTPResponse, now: Date = Date()) {
        guard let text = response.header("date"), let date = Self.date(text) else { return nil }
        seconds = date.timeIntervalSince(now)
    }

    var note: String? {
        guard abs(seconds) > Self.tolerance else { return nil }
        let distance = Int(abs(seconds).rounded())
        return
            "Prometheus' clock is \(distance) s \(seconds > 0 ? "ahead of" : "behind") this machine's; points are read by their own times, "
            + "and a `lag` shorter than that finds some of them one window late"
    }

    /// `Sat, 21 Nov 2026 13:34:01 GMT`, the one form that servers write (RFC 9110, 5.6.7).
    private static func date(_ text: String) -> Date? {
        let words = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])), let day = Int(words[1]),
            let year = Int(words[3]), (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int($0) }
        guard clock.count == 3, clock.allSatisfy({ (0...60).contains($0) }) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(year: year, month: month + 1, day: day, hour: clock[0], minute: clock[1], second: clock[2]))
    }
}
