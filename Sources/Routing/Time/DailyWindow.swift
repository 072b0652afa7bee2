internal import Foundation
internal import Predicates
public import ReleaseModel

/// A time of day, every day, in one time zone: `02:00-06:00 Asia/Shanghai`. The end is not part of it; `22:00-02:00` goes over midnight.
///
/// It follows the zone's clocks: on a day on which they are put forward over it, the window is shorter or missing.
public struct DailyWindow: Sendable, Hashable, CustomStringConvertible {
    /// What is wrong with a text.
    public struct Problem: Error, Sendable, Hashable, CustomStringConvertible {
        public let message: String
        public let suggestion: String?
        public var description: String { message + (suggestion.map { " (\($0))" } ?? "") }
    }

    public static let maximumLength = 80
    /// How far ahead `fixedOffset` looks, in days.
    static let horizonDays = 3653

    /// In minutes since midnight, 0 to 1439.
    public let from: Int
    /// In minutes since midnight, 0 to 1440; below `from` over midnight.
    public let to: Int
    /// The name of the zone in the IANA database.
    public let zone: String
    private let timeZone: TimeZone

    public init(_ text: String) throws(Problem) {
        let example = "for example 02:00-06:00 Asia/Shanghai"
        guard text.utf8.count <= Self.maximumLength else {
            throw Problem(message: "a time of day has at most \(Self.maximumLength) bytes", suggestion: example)
        }
        let words = text.split(separator: " ", omittingEmptySubsequences: true)
        guard let times = words.first, words.count <= 2 else {
            throw Problem(message: "'\(text)' is no time of day with a zone", suggestion: example)
        }
        let ends = times.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count == 2, let from = Self.minutes(ends[0]), let to = Self.minutes(ends[1]), from < 1440 else {
            throw Problem(message: "'\(times)' is no time of day from HH:MM to HH:MM", suggestion: example)
        }
        guard from != to % 1440 else {
            throw Problem(message: "\(times) begins where it ends", suggestion: "leave 'during' out for the whole day")
        }
        guard words.count == 2 else {
            throw Problem(message: "'\(text)' names no time zone", suggestion: "write \(times) UTC, or a zone such as Asia/Shanghai")
        }
        zone = String(words[1])
        guard Self.isZoneName(zone), let timeZone = TimeZone(identifier: zone) else {
            throw Problem(
                message: "'\(zone)' is no time zone",
                suggestion: Spelling.suggestion(for: zone, among: TimeZone.knownTimeZoneIdentifiers + ["UTC"])
                    ?? "zones are UTC and those of the IANA database, such as Asia/Shanghai")
        }
        self.timeZone = timeZone
        self.from = from
        self.to = to
    }

    /// `UTC`, or letters, digits, `_`, `+` and `-` in parts with `/` between them. Abbreviations such as CST mean several zones.
    private static func isZoneName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy {
                    (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || "_+-".utf8.contains($0)
                }
        }
        return name == "UTC" || parts.count > 1 && isPlain
    }

    private static func minutes(_ text: Substring) -> Int? {
        let digits = Array(text.utf8)
        guard digits.count == 5, digits[2] == UInt8(ascii: ":"), [0, 1, 3, 4].allSatisfy({ (48...57).contains(digits[$0]) }) else {
            return nil
        }
        let hours = Int(digits[0] - 48) * 10 + Int(digits[1] - 48)
        let minutes = Int(digits[3] - 48) * 10 + Int(digits[4] - 48)
        return minutes < 60 && hours < 24 || hours == 24 && minutes == 0 ? hours * 60 + minutes : nil
    }

    /// Whether `now` lies in it by the zone's clocks.
    public func contains(_ now: Timestamp) -> Bool {
        let local = Self.floorSeconds(now) + Int64(offset(at: now))
        let second = Int(((local % 86_400) + 86_400) % 86_400)
        return from < to ? (from * 60..<to * 60).contains(second) : second >= from * 60 || second < to * 60
    }

    /// Seconds east of Greenwich that the zone's clocks show at `time`.
    public func offset(at time: Timestamp) -> Int {
        timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: TimeInterval(Self.floorSeconds(time))))
    }

    /// The zone's offset in seconds when its clocks are not changed in the ten years from `start` on; nil when they are.
    public func fixedOffset(from start: Timestamp) -> Int? {
        let first = offset(at: start)
        for day in 1...Self.horizonDays where offset(at: start + .seconds(Double(day) * 86_400)) != first { return nil }
        return first
    }

    private static func floorSeconds(_ time: Timestamp) -> Int64 {
        let (quotient, remainder) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// As it is written in a policy.
    public var description: String {
        func clock(_ minutes: Int) -> String { String(format: "%02d:%02d", minutes / 60, minutes % 60) }
        return "\(clock(from))-\(clock(to)) \(zone)"
    }
}
