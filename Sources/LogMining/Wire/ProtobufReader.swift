/// The fields of one protobuf message, one after another (protobuf documentation, "Encoding").
///
/// Written for two small schemas that only ever need reading, Loki's push and OTLP's logs: twenty field numbers do not outweigh a
/// code generator and its run time. It keeps no copy (nested messages are slices of the body), never reads past its slice, and refuses
/// groups, which neither schema has. Unknown fields are skipped, as the format asks.
struct ProtobufReader {
    enum Value {
        case varint(UInt64)
        case fixed64(UInt64)
        case fixed32(UInt32)
        case bytes(ArraySlice<UInt8>)
    }

    private let bytes: ArraySlice<UInt8>
    private var index: Int

    init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        index = bytes.startIndex
    }

    /// The next field, or nil at the end of the message.
    mutating func next() throws(LogWireError) -> (number: UInt64, value: Value)? {
        guard index < bytes.endIndex else { return nil }
        let tag = try varint()
        let number = tag >> 3
        guard number > 0, number < 1 << 29 else { throw Self.malformed }
        switch tag & 7 {
        case 0: return (number, .varint(try varint()))
        case 1: return (number, .fixed64(try fixed(8)))
        case 2:
            let count = try varint()
            guard count <= UInt64(bytes.endIndex - index) else { throw Self.malformed }
            defer { index += Int(count) }
            return (number, .bytes(bytes[index..<index + Int(count)]))
        case 5: return (number, .fixed32(UInt32(truncatingIfNeeded: try fixed(4))))
        default: throw Self.malformed
        }
    }

    private mutating func varint() throws(LogWireError) -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard index < bytes.endIndex else { throw Self.malformed }
            let byte = bytes[index]
            index += 1
            // The tenth byte has room for one bit.
            guard shift < 63 || byte <= 1 else { throw Self.malformed }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        throw Self.malformed
    }

    private mutating func fixed(_ count: Int) throws(LogWireError) -> UInt64 {
        guard bytes.endIndex - index >= count else { throw Self.malformed }
        var value: UInt64 = 0
        for offset in (0..<count).reversed() { value = value << 8 | UInt64(bytes[index + offset]) }
        index += count
        return value
    }

    static let malformed = LogWireError(.malformed, "the body is not a protobuf message of this format")
}

extension ProtobufReader.Value {
    /// A nested message, or the bytes of a text.
    var message: ArraySlice<UInt8> {
        get throws(LogWireError) {
            guard case .bytes(let bytes) = self else { throw ProtobufReader.malformed }
            return bytes
        }
    }

    var text: String {
        get throws(LogWireError) {
            guard let text = String(validating: try message, as: UTF8.self) else {
                throw LogWireError(.malformed, "a text in the body is not UTF-8")
            }
            return text
        }
    }

    /// A whole number, however it is coded.
    var integer: Int64 {
        get throws(LogWireError) {
            switch self {
            case .varint(let value), .fixed64(let value): return Int64(bitPattern: value)
            case .fixed32(let value): return Int64(value)
            case .bytes: throw ProtobufReader.malformed
            }
        }
    }
}
