import Foundation
import Hashing

/// Bytes that are put together to be marked, in a buffer that is used again.
final class MarkedBytes {
    private static let secretBytes = 16
    @exclusivity(unchecked) private var base: UnsafeMutableRawPointer
    @exclusivity(unchecked) private var capacity = 1024
    @exclusivity(unchecked) private var count = MarkedBytes.secretBytes

    /// - Parameter secret: of `newSecret()`; the same for all marks that are compared.
    init(secret: [UInt8]) {
        base = .allocate(byteCount: capacity, alignment: 8)
        secret.withUnsafeBytes { base.copyMemory(from: $0.baseAddress!, byteCount: Self.secretBytes) }
    }

    deinit { base.deallocate() }

    static func newSecret() -> [UInt8] { secureRandomBytes(secretBytes) }

    func begin() { count = Self.secretBytes }

    @inline(__always) func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count += 1
    }

    @inline(__always) func append(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        reserve(bytes.count)
        (base + count).copyMemory(from: start, byteCount: bytes.count)
        count += bytes.count
    }

    /// A text behind its length.
    @inline(__always) func append(content: UnsafeRawBufferPointer) {
        reserve(8)
        base.storeBytes(of: UInt64(content.count).littleEndian, toByteOffset: count, as: UInt64.self)
        count += 8
        append(content)
    }

    /// A column's value or name: the content of a text, and something of its own for what is no text.
    @inline(__always) func append(_ scanner: JSONScanner, _ token: Int) {
        let kind = scanner.tokens[token]
        guard kind.kind == .string else { return append(0xFF) }
        if kind.isEscaped {
            (scanner.unescaped(token) ?? []).withUnsafeBytes { append(content: $0) }
        } else {
            append(content: scanner.bytes(token))
        }
    }

    var mark: RowMark {
        let half = InlineDigest(of: UnsafeRawBufferPointer(start: base, count: count)).firstHalf
        return RowMark(high: half.0, low: half.1)
    }

    private func reserve(_ more: Int) {
        guard count + more > capacity else { return }
        capacity = max(capacity * 2, count + more)
        let larger = UnsafeMutableRawPointer.allocate(byteCount: capacity, alignment: 8)
        larger.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = larger
    }
}

// MARK: Images

extension MarkedBytes {
    /// The mark of a table's name and the values of its key; nil where the row lacks one of them.
    ///
    /// - Parameter key: the list of the key's columns, as an image names them.
    func identity(_ table: UnsafeRawBufferPointer, key: Int, row: Int, _ scanner: JSONScanner) -> RowMark? {
        guard scanner.tokens[key].kind == .array else { return nil }
        begin()
        append(table)
        var at = key + 1
        while at < Int(scanner.tokens[key].next) {
            guard let value = scanner.member(row, named: scanner.bytes(at)) else { return nil }
            append(0)
            append(scanner, value)
            at = Int(scanner.tokens[at].next)
        }
        return mark
    }

    /// The mark of an image's columns in their order: names and values with their lengths.
    func image(_ row: Int, digests: Int?, _ scanner: JSONScanner) -> RowMark {
        begin()
        append(UInt8(ascii: "R"))
        appendMembers(row, scanner)
        append(UInt8(ascii: "D"))
        if let digests, scanner.tokens[digests].kind == .object { appendMembers(digests, scanner) }
        return mark
    }

    private func appendMembers(_ object: Int, _ scanner: JSONScanner) {
        var at = object + 1
        let end = Int(scanner.tokens[object].next)
        while at < end {
            append(scanner, at)
            append(scanner, at + 1)
            at = Int(scanner.tokens[at + 1].next)
        }
    }
}
