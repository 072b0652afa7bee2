import CLibCrypto

/// A SHA-256 digest: 32 bytes, compared in constant time, printed as lower-case hexadecimal.
public struct SHA256Digest: Sendable, Hashable, CustomStringConvertible {
    public let bytes: [UInt8]

    /// The digest of `bytes`.
    public init(of bytes: some Collection<UInt8>) {
        var output = [UInt8](repeating: 0, count: 32)
        let input = ContiguousArray(bytes)
        input.withUnsafeBufferPointer { buffer in
            // The one-shot function fails only without memory; its result is the output pointer.
            _ = SHA256(buffer.baseAddress, buffer.count, &output)
        }
        self.bytes = output
    }

    /// The digest of a text's UTF-8 bytes.
    public init(of text: String) {
        self.init(of: Array(text.utf8))
    }

    /// A digest read back from its 64 hexadecimal digits, or nil when `hex` is anything else.
    public init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hex: hex), bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    public var hex: String { bytes.hex }
    public var description: String { hex }

    public static func == (left: Self, right: Self) -> Bool { constantTimeEquals(left.bytes, right.bytes) }
}

/// True when both byte strings are the same; the time taken tells nothing but their lengths.
public func constantTimeEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
