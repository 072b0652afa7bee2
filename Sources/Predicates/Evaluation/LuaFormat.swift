/// Numbers to texts as Lua 5.4 prints them.
enum LuaFormat {
    private static let digitCount = 14

    /// `%.14g`, with `.0` added where it would look like an integer (lobject.c, tostringbuff).
    static func text(_ value: Double) -> String {
        if value.isNaN { return value.sign == .minus ? "-nan" : "nan" }
        if value.isInfinite { return value < 0 ? "-inf" : "inf" }
        let sign = value.sign == .minus ? "-" : ""
        if value == 0 { return sign + "0.0" }
        var (digits, exponent) = rounded(value.magnitude)
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        let text = String(decoding: digits.map { $0 + 48 }, as: UTF8.self)
        if exponent < -4 || exponent >= digitCount {
            let mantissa = digits.count == 1 ? text : text.prefix(1) + "." + text.dropFirst()
            let magnitude = exponent.magnitude
            return "\(sign)\(mantissa)e\(exponent < 0 ? "-" : "+")\(magnitude < 10 ? "0" : "")\(magnitude)"
        }
        if exponent < 0 { return sign + "0." + String(repeating: "0", count: -exponent - 1) + text }
        if digits.count <= exponent + 1 { return sign + text + String(repeating: "0", count: exponent + 1 - digits.count) + ".0" }
        return sign + text.prefix(exponent + 1) + "." + text.dropFirst(exponent + 1)
    }

    /// At most 14 significant digits of a positive finite value, correctly rounded, and the decimal exponent of the first.
    ///
    /// Swift prints the shortest digits that read back as the value. With at most 14 of them they are the answer. With more, rounding them
    /// is rounding the value, but for a tie: then the value itself, which is not exactly the tie, decides.
    private static func rounded(_ value: Double) -> (digits: [UInt8], exponent: Int) {
        var (digits, exponent) = shortest(value)
        // Far below the normal range a value has fewer digits of its own than are printed, and the exact ones are wanted.
        if value < 0x1p-1000 { return exact(value, exponent) }
        guard digits.count > digitCount else { return (digits, exponent) }
        let tail = digits[digitCount...]
        let isTie = tail.first == 5 && tail.dropFirst().allSatisfy { $0 == 0 }
        var roundsUp = tail.first! >= 5
        if isTie {
            switch compare(value, digits, exponent) {
            case .orderedBelow: roundsUp = false
            case .orderedAbove: roundsUp = true
            case .equal: roundsUp = digits[digitCount - 1] % 2 == 1
            }
        }
        digits.removeSubrange(digitCount...)
        guard roundsUp else { return (digits, exponent) }
        var index = digitCount - 1
        while index >= 0, digits[index] == 9 {
            digits[index] = 0
            index -= 1
        }
        if index >= 0 {
            digits[index] += 1
        } else {
            digits = [1]
            exponent += 1
        }
        return (digits, exponent)
    }

    /// 14 digits of a tiny value: its significand times a power of ten, shifted right, rounded half to even.
    private static func exact(_ value: Double, _ estimate: Int) -> (digits: [UInt8], exponent: Int) {
        let binaryPower = value.isNormal ? Int(value.exponent) - 52 : -1074
        var exponent = estimate
        while true {
            var scaled = BigNatural(value.isNormal ? value.significandBitPattern | 1 << 52 : value.significandBitPattern)
            scaled.multiply(by: 10, times: digitCount - 1 - exponent)
            let integer = scaled.shiftedRightRounded(by: -binaryPower)
            let text = Array("\(integer)".utf8).map { $0 - 48 }
            if text.count == digitCount { return (text, exponent) }
            // The estimate is the exponent of the shortest digits, which may round up to the next power of ten.
            exponent += text.count > digitCount ? 1 : -1
        }
    }

    /// The shortest digits that read back as `value`, without zeros at either end, and the decimal exponent of the first.
    private static func shortest(_ value: Double) -> (digits: [UInt8], exponent: Int) {
        var digits: [UInt8] = []
        var point: Int?
        var power = 0
        let text = Array("\(value)".utf8)
        for (index, byte) in text.enumerated() {
            if byte == UInt8(ascii: ".") {
                point = digits.count
            } else if byte == UInt8(ascii: "e") {
                power = Int(String(decoding: text[(index + 1)...], as: UTF8.self)) ?? 0
                break
            } else {
                digits.append(byte - 48)
            }
        }
        var exponent = (point ?? digits.count) - 1 + power
        while digits.count > 1, digits.first == 0 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.count > 1, digits.last == 0 { digits.removeLast() }
        return (digits, exponent)
    }

    private enum Order {
        case orderedBelow
        case equal
        case orderedAbove
    }

    /// Compares a value with the decimal number of `digits`, exactly: both sides as integers after multiplying powers of 2 and 10 away.
    private static func compare(_ value: Double, _ digits: [UInt8], _ exponent: Int) -> Order {
        let power = exponent - (digits.count - 1)  // the number is the digits as an integer, times 10^power
        let binary = Int(value.exponent) - 52  // the value is its significand as an integer, times 2^binary
        let significand = value.isNormal ? value.significandBitPattern | 1 << 52 : value.significandBitPattern
        let binaryPower = value.isNormal ? binary : -1074
        var left = BigNatural(significand)
        var right = BigNatural(digits.reduce(UInt64(0)) { $0 * 10 + UInt64($1) })
        if binaryPower > 0 { left.multiply(by: 2, times: binaryPower) } else { right.multiply(by: 2, times: -binaryPower) }
        if power > 0 { right.multiply(by: 10, times: power) } else { left.multiply(by: 10, times: -power) }
        return left == right ? .equal : left < right ? .orderedBelow : .orderedAbove
    }
}

/// A natural number of any size, just able to tell which of two products is larger.
private struct BigNatural: Comparable {
    /// Base 2^32, the lowest first, without zeros on top.
    private var words: [UInt32]

    init(_ value: UInt64) { words = [UInt32(truncatingIfNeeded: value), UInt32(value >> 32)].trimmed() }

    mutating func multiply(by factor: UInt32, times: Int) {
        for _ in 0..<times {
            var carry: UInt64 = 0
            for index in words.indices {
                let product = UInt64(words[index]) * UInt64(factor) + carry
                words[index] = UInt32(truncatingIfNeeded: product)
                carry = product >> 32
            }
            if carry > 0 { words.append(UInt32(carry)) }
        }
    }

    /// The number divided by a power of two, rounded half to even. It must fit into 64 bits.
    func shiftedRightRounded(by bits: Int) -> UInt64 {
        guard bits <= words.count * 32 else { return 0 }
        var result: UInt64 = 0
        for bit in stride(from: words.count * 32 - 1, through: bits, by: -1) {
            result = result << 1 | UInt64(words[bit / 32] >> UInt32(bit % 32) & 1)
        }
        let half = bits - 1
        let halfBit = words[half / 32] >> UInt32(half % 32) & 1
        let below = words[..<(half / 32)].contains { $0 != 0 } || words[half / 32] & ((1 << UInt32(half % 32)) - 1) != 0
        if halfBit == 1, below || result & 1 == 1 { result += 1 }
        return result
    }

    static func < (left: Self, right: Self) -> Bool {
        if left.words.count != right.words.count { return left.words.count < right.words.count }
        for (one, other) in zip(left.words.reversed(), right.words.reversed()) where one != other { return one < other }
        return false
    }
}

extension [UInt32] {
    fileprivate func trimmed() -> [UInt32] {
        var words = self
        while words.last == 0 { words.removeLast() }
        return words
    }
}
