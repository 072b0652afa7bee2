import Foundation

/// Times as entries and rows write them.
enum Moment {
    /// Microseconds since 1970-01-01 UTC of `2026-11-21T12:00:00.25+00:00` or `...Z`; nil for another form.
    static func microseconds(of text: String) -> Int64? {
        var text = text
        return text.withUTF8 { microseconds(of: UnsafeRawBufferPointer($0)) }
    }

    /// True when two texts say the same time, whatever their forms.
    static func isSame(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        // Mostly they say it in the same words, up to the second.
        guard left.count >= 20, right.count >= 20, memcmp(left.baseAddress!, right.baseAddress!, 19) == 0 else {
            guard let left = microseconds(of: left) else { return false }
            return left == microseconds(of: right)
        }
        guard let fraction = fraction(of: left) else { return false }
        return fraction == Self.fraction(of: right)
    }

    static func microseconds(of bytes: UnsafeRawBufferPointer) -> Int64? {
        func number(_ range: Range<Int>) -> Int64? {
            guard range.upperBound <= bytes.count else { return nil }
            var value: Int64 = 0
            for place in range {
                let byte = bytes[place]
                guard (48...57).contains(byte) else { return nil }
                value = value * 10 + Int64(byte - 48)
            }
            return value
        }
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84, bytes[13] == 58, bytes[16] == 58,
            let year = number(0..<4), let month = number(5..<7), let day = number(8..<10), let hour = number(11..<13),
            let minute = number(14..<16), let second = number(17..<19)
        else { return nil }
        guard let fraction = fraction(of: bytes) else { return nil }
        // Days since 1970-01-01, after H. Hinnant's "chrono-Compatible Low-Level Date Algorithms".
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
        return ((days * 24 + hour) * 60 + minute) * 60_000_000 + second * 1_000_000 + fraction
    }

    /// Microseconds after the second, of a time in UTC; nil where the zone is another one.
    private static func fraction(of bytes: UnsafeRawBufferPointer) -> Int64? {
        var at = 19
        var fraction: Int64 = 0
        if bytes[at] == UInt8(ascii: ".") {
            at += 1
            var scale: Int64 = 100_000
            while at < bytes.count, (48...57).contains(bytes[at]) {
                fraction += Int64(bytes[at] - 48) * scale
                scale /= 10
                at += 1
            }
        }
        // UTC, in one of its three forms.
        switch bytes.count - at {
        case 1: guard bytes[at] == UInt8(ascii: "Z") else { return nil }
        case 3: guard memcmp(bytes.baseAddress! + at, "+00", 3) == 0 else { return nil }
        case 6: guard memcmp(bytes.baseAddress! + at, "+00:00", 6) == 0 else { return nil }
        default: return nil
        }
        return fraction
    }
}
