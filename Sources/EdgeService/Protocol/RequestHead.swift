/// One request line with its headers, as ranges into the bytes that it was read from.
struct RequestHead {
    /// One header; the value is without the blanks around it.
    struct Field {
        var name: Range<Int>
        var value: Range<Int>
    }

    var method: Range<Int> = 0..<0
    var target: Range<Int> = 0..<0
    /// True for HTTP/1.1, false for HTTP/1.0.
    var isHTTP11 = true
    /// Whether the client keeps the connection open for a further request.
    var keepsAlive = true
    var fields: [Field] = []
    /// Bytes of the whole head, the empty line included.
    var length = 0

    /// Whether the bytes of `range` are `text`, which is in lower case, whatever the case of the bytes.
    static func isSame(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ text: borrowing Span<UInt8>) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<text.count {
            let byte = bytes[range.lowerBound + index]
            let lower = byte >= 65 && byte <= 90 ? byte | 32 : byte
            if lower != text[index] { return false }
        }
        return true
    }

    static func isSame(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ text: [UInt8]) -> Bool {
        isSame(bytes, range, text.span)
    }

    /// Whether the bytes of `range` are exactly `text`.
    static func isEqual(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>, _ text: [UInt8]) -> Bool {
        guard range.count == text.count else { return false }
        for index in 0..<text.count where bytes[range.lowerBound + index] != text[index] { return false }
        return true
    }

    static func copy(_ bytes: borrowing Span<UInt8>, _ range: Range<Int>) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: range.count) { output, count in
            // Sound: the buffer has room for `range.count` bytes, and each of them is written before the count says so.
            for index in 0..<range.count { output.initializeElement(at: index, to: bytes[range.lowerBound + index]) }
            count = range.count
        }
    }
}
