/// An Internet address, IPv4 or IPv6. An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`) is the IPv4 address.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
    /// The longest text that is looked at: a full IPv6 address with a dotted tail.
    public static let maximumLength = 45

    /// 32 or 128.
    public let width: Int
    /// The address in the low `width` bits.
    let bits: UInt128

    init(width: Int, bits: UInt128) {
        if width == 128, bits >> 32 == 0xFFFF {
            self.width = 32
            self.bits = bits & 0xFFFF_FFFF
        } else {
            self.width = width
            self.bits = bits
        }
    }

    /// Reads a dotted quad without leading zeros, or any form of RFC 4291 section 2.2 without a zone; nil for anything else.
    public init?(_ text: String) { self.init(bytes: Array(text.utf8)[...]) }

    init?(bytes: ArraySlice<UInt8>) {
        guard let address = bytes.withUnsafeBufferPointer({ IPAddress(text: $0) }) else { return nil }
        self = address
    }

    init?(text: UnsafeBufferPointer<UInt8>) {
        guard !text.isEmpty, text.count <= Self.maximumLength else { return nil }
        if text.contains(UInt8(ascii: ":")) {
            guard let bits = Self.version6(text) else { return nil }
            self.init(width: 128, bits: bits)
        } else {
            guard let bits = Self.version4(text) else { return nil }
            self.init(width: 32, bits: UInt128(bits))
        }
    }

    /// The number that a dotted quad spells: four parts of one to three digits up to 255, without leading zeros.
    static func version4(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt32? {
        guard (7...15).contains(bytes.count) else { return nil }
        var value: UInt32 = 0
        var octet: UInt32 = 0
        var digits = 0
        var dots = 0
        for byte in bytes {
            if byte == UInt8(ascii: ".") {
                guard digits > 0, dots < 3 else { return nil }
                value = value << 8 | octet
                (octet, digits, dots) = (0, 0, dots + 1)
            } else {
                guard byte >= 48, byte <= 57, digits == 0 || octet > 0 else { return nil }
                octet = octet * 10 + UInt32(byte - 48)
                digits += 1
                guard octet <= 255 else { return nil }
            }
        }
        return dots == 3 && digits > 0 ? value << 8 | octet : nil
    }

    /// Eight groups of one to four hexadecimal digits, or fewer with one `::` that stands for zeros; the last two may be a dotted quad.
    private static func version6(_ text: UnsafeBufferPointer<UInt8>) -> UInt128? {
        let colon = UInt8(ascii: ":")
        var bits: UInt128 = 0
        var count = 0
        // How many groups stand before the `::`.
        var gap: Int?
        var index = 0
        if text.count >= 2, text[0] == colon, text[1] == colon {
            gap = 0
            index = 2
        }
        while index < text.count {
            let start = index
            var group: UInt128 = 0
            while index < text.count, index - start < 4, let digit = hexDigit(text[index]) {
                group = group << 4 | UInt128(digit)
                index += 1
            }
            if index < text.count, text[index] == UInt8(ascii: ".") {
                guard let quad = version4(UnsafeBufferPointer(rebasing: text[start...])) else { return nil }
                bits = bits << 32 | UInt128(quad)
                count += 2
                break
            }
            guard index > start, count < 8 else { return nil }
            bits = bits << 16 | group
            count += 1
            guard index < text.count else { break }
            guard text[index] == colon, index + 1 < text.count else { return nil }
            index += 1
            if text[index] == colon {
                guard gap == nil else { return nil }
                gap = count
                index += 1
            }
        }
        guard let gap else { return count == 8 ? bits : nil }
        guard count <= 7 else { return nil }
        let after = UInt128(16 * (count - gap))
        return ((bits >> after) << UInt128(16 * (8 - gap))) | (bits & ((1 << after) &- 1))
    }

    public var description: String {
        if width == 32 { return (0..<4).map { "\((bits >> UInt128(24 - 8 * $0)) & 0xFF)" }.joined(separator: ".") }
        return (0..<8).map { String((bits >> UInt128(112 - 16 * $0)) & 0xFFFF, radix: 16) }.joined(separator: ":")
    }
}

/// The value of an ASCII hexadecimal digit.
func hexDigit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 48...57: byte - 48
    case 65...70: byte - 55
    case 97...102: byte - 87
    default: nil
    }
}
