import CLibCrypto

/// A SHA-256 digest held in place: 32 bytes without an allocation, for trees of millions of them.
public struct InlineDigest: Sendable, Hashable, CustomStringConvertible {
    /// The bytes as they lie in memory, whatever the machine's byte order.
    private var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)

    private init() {}

    /// The digest of an optional first byte and what follows it.
    public init(prefix: UInt8? = nil, of bytes: UnsafeRawBufferPointer) {
        var context = SHA256_CTX()
        SHA256_Init(&context)
        if var prefix { SHA256_Update(&context, &prefix, 1) }
        SHA256_Update(&context, bytes.baseAddress, bytes.count)
        withUnsafeMutableBytes(of: &words) { _ = SHA256_Final($0.baseAddress!.assumingMemoryBound(to: UInt8.self), &context) }
    }

    /// The digest of a first byte and two digests.
    public init(prefix: UInt8, _ left: InlineDigest, _ right: InlineDigest) {
        var input: (UInt8, InlineDigest, InlineDigest) = (prefix, left, right)
        var context = SHA256_CTX()
        SHA256_Init(&context)
        SHA256_Update(&context, &input.0, 1)
        withUnsafeBytes(of: &input.1) { _ = SHA256_Update(&context, $0.baseAddress, 32) }
        withUnsafeBytes(of: &input.2) { _ = SHA256_Update(&context, $0.baseAddress, 32) }
        withUnsafeMutableBytes(of: &words) { _ = SHA256_Final($0.baseAddress!.assumingMemoryBound(to: UInt8.self), &context) }
    }

    /// The digest whose 32 bytes these are; nil for another number of bytes.
    public init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    }

    /// The digest whose 32 bytes these are; nil for another number of bytes.
    public init?(bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        withUnsafeMutableBytes(of: &words) { $0.copyBytes(from: bytes) }
    }

    public init?(hex: some StringProtocol) {
        guard let bytes = [UInt8](hex: hex) else { return nil }
        self.init(bytes: bytes)
    }

    /// The first half, as it lies in memory.
    public var firstHalf: (UInt64, UInt64) { (words.0, words.1) }

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0) } }
    public var hex: String { bytes.hex }
    public var description: String { hex }

    public static func == (left: Self, right: Self) -> Bool { left.words == right.words }

    public func hash(into hasher: inout Hasher) {
        // The bits of a digest are as good as random; one word tells digests apart as well as four do.
        hasher.combine(words.0)
    }
}
