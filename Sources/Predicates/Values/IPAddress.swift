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
        guard !bytes.isEmpty, bytes.count <= Self.maximumLength else { return nil }
        if bytes.contains(UInt8(ascii: ":")) {
            guard let bits = Self.version6(bytes) else { return nil }
            self.init(width: 128, bits: bits)
        } else {
            guard let bits = Self.version4(bytes) else { return nil }
            self.init(width: 32, bits: UInt128(bits))
        }
    }

    private static func version4(_ bytes: ArraySlice<UInt8>) -> UInt32? { bytes.withUnsafeBufferPointer { version4($0) } }

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

    private static func version6(_ bytes: ArraySlice<UInt8>) -> UInt128? {
        let colon = UInt8(ascii: ":")
        var head: [UInt16] = []
        var tail: [UInt16] = []
        var index = bytes.startIndex
        if let gap = bytes.indices.dropLast().first(where: { bytes[$0] == colon && bytes[$0 + 1] == colon }) {
            guard let before = groups(bytes[..<gap], dottedTail: false), let after = groups(bytes[(gap + 2)...], dottedTail: true),
                before.count + after.count <= 7
            else { return nil }
            head = before
            tail = after
            index = bytes.endIndex
        }
        if index == bytes.startIndex {
            guard let all = groups(bytes, dottedTail: true), all.count == 8 else { return nil }
            head = all
        }
        let zeros = [UInt16](repeating: 0, count: 8 - head.count - tail.count)
        return (head + zeros + tail).reduce(UInt128(0)) { $0 << 16 | UInt128($1) }
    }

    private static func groups(_ bytes: ArraySlice<UInt8>, dottedTail: Bool) -> [UInt16]? {
        if bytes.isEmpty { return [] }
        let parts = bytes.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if dottedTail, index == parts.count - 1, part.contains(UInt8(ascii: ".")) {
                guard let quad = version4(part) else { return nil }
                groups += [UInt16(quad >> 16), UInt16(quad & 0xFFFF)]
                continue
            }
            guard (1...4).contains(part.count) else { return nil }
            var value: UInt16 = 0
            for byte in part {
                guard let digit = hexDigit(byte) else { return nil }
                value = value << 4 | UInt16(digit)
            }
            groups.append(value)
        }
        return groups.count <= 8 ? groups : nil
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
