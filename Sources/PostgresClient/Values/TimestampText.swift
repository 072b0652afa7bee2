/// PostgreSQL's ISO text form of timestamptz, to and from microseconds since 1970-01-01 UTC.
///
/// Day numbers by the proleptic Gregorian calendar, as PostgreSQL has it (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
enum TimestampText {
    private static let microsecondsPerDay: Int64 = 86_400_000_000

    /// `2026-11-21 01:48:00.123456+00`, with `BC` before the year 1.
    static func format(microseconds: Int64) -> String {
        var days = microseconds / microsecondsPerDay
        var rest = microseconds % microsecondsPerDay
        if rest < 0 {
            rest += microsecondsPerDay
            days -= 1
        }
        let (year, month, day) = civil(fromDays: days)
        let seconds = rest / 1_000_000
        let shownYear = year > 0 ? year : 1 - year
        return padded(shownYear, 4) + "-" + padded(month, 2) + "-" + padded(day, 2) + " " + padded(seconds / 3600, 2) + ":"
            + padded(seconds / 60 % 60, 2) + ":" + padded(seconds % 60, 2) + "." + padded(rest % 1_000_000, 6) + "+00"
            + (year > 0 ? "" : " BC")
    }

    /// nil for `infinity`, `-infinity` and whatever else is not such a time. A time without an offset counts as UTC.
    static func parse(_ text: String) -> Int64? {
        var scanner = Scanner(bytes: Array(text.utf8)[...])
        guard var year = scanner.number(), scanner.take("-"), let month = scanner.number(), scanner.take("-"), let day = scanner.number(),
            scanner.take(" ") || scanner.take("T"),
            let hour = scanner.number(), scanner.take(":"), let minute = scanner.number(), scanner.take(":"), let second = scanner.number(),
            (1...12).contains(month), (1...31).contains(day), hour <= 24, minute < 60, second <= 60
        else { return nil }
        guard let fraction = scanner.fraction(), let offset = scanner.offsetSeconds() else { return nil }
        if scanner.take(" ") {
            guard scanner.take("B"), scanner.take("C") else { return nil }
            year = 1 - year
        }
        guard scanner.bytes.isEmpty else { return nil }
        let seconds = days(year: year, month: month, day: day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carry) = scaled.addingReportingOverflow(fraction)
        return overflow || carry ? nil : sum
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthIndex = (5 * dayOfYear + 2) / 153
        let month = monthIndex < 10 ? monthIndex + 3 : monthIndex - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * monthIndex + 2) / 5 + 1)
    }

    private struct Scanner {
        var bytes: ArraySlice<UInt8>

        mutating func take(_ character: Unicode.Scalar) -> Bool {
            guard bytes.first == UInt8(ascii: character) else { return false }
            bytes.removeFirst()
            return true
        }

        /// Up to nine decimal digits.
        mutating func number() -> Int64? {
            var value: Int64 = 0
            var digits = 0
            while let byte = bytes.first, (48...57).contains(byte), digits < 9 {
                value = value * 10 + Int64(byte - 48)
                digits += 1
                bytes.removeFirst()
            }
            return digits > 0 ? value : nil
        }

        /// `.123` as microseconds; zero when there is none.
        mutating func fraction() -> Int64? {
            guard take(".") else { return 0 }
            let start = bytes.count
            guard var value = number() else { return nil }
            let digits = start - bytes.count
            guard digits <= 6 else { return nil }
            for _ in digits..<6 { value *= 10 }
            return value
        }

        /// `+05:30`, `-08`, `Z` or nothing, in seconds.
        mutating func offsetSeconds() -> Int64? {
            if take("Z") { return 0 }
            let sign: Int64
            if take("+") { sign = 1 } else if take("-") { sign = -1 } else { return 0 }
            guard let hours = number() else { return nil }
            var seconds = hours * 3600
            if take(":") {
                guard let minutes = number() else { return nil }
                seconds += minutes * 60
                if take(":") {
                    guard let rest = number() else { return nil }
                    seconds += rest
                }
            }
            return sign * seconds
        }
    }
}
