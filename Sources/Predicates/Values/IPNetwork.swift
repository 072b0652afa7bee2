/// A block of addresses in CIDR notation: `10.0.0.0/8`, `2001:db8::/32`, or one address.
public struct IPNetwork: Sendable, Hashable, CustomStringConvertible {
    /// The first address of the block.
    public let address: IPAddress
    public let prefixLength: Int

    /// Reads an address with or without `/length`. Bits beyond the length must be zero, as nginx and PostgreSQL ask; nil otherwise.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = IPAddress(String(parts[0])) else { return nil }
        var length = address.width
        if parts.count == 2 {
            let digits = parts[1]
            guard (1...3).contains(digits.utf8.count), digits.utf8.allSatisfy({ (48...57).contains($0) }), let read = Int(digits) else {
                return nil
            }
            // A mapped address counts its prefix over 128 bits.
            length = parts[0].contains(":") && address.width == 32 ? read - 96 : read
        }
        guard (0...address.width).contains(length) else { return nil }
        self.address = address
        prefixLength = length
        guard address.bits & ~mask == 0 else { return nil }
    }

    /// The block of that length in which `address` lies; nil when the length is longer than the address.
    public init?(enclosing address: IPAddress, prefixLength: Int) {
        guard (0...address.width).contains(prefixLength) else { return nil }
        let mask = Self.mask(width: address.width, prefixLength: prefixLength)
        self.address = IPAddress(width: address.width, bits: address.bits & mask)
        self.prefixLength = prefixLength
    }

    public func contains(_ other: IPAddress) -> Bool {
        other.width == address.width && other.bits & mask == address.bits
    }

    private var mask: UInt128 { Self.mask(width: address.width, prefixLength: prefixLength) }

    private static func mask(width: Int, prefixLength: Int) -> UInt128 {
        let all = width == 32 ? UInt128(0xFFFF_FFFF) : UInt128.max
        return prefixLength == 0 ? 0 : all & ~((UInt128(1) << UInt128(width - prefixLength)) &- 1)
    }

    public var description: String { "\(address)/\(prefixLength)" }
}
