internal import Foundation

/// Reads a codable type from a `JSONValue` in memory, as Foundation's decoder reads it from a text: the same values are taken and the same
/// refused. There is no text in between, which is most of what a plugin's state costs otherwise.
final class JSONValueDecoder: Decoder {
    let value: JSONValue
    let path: CodingPathNode

    init(_ value: JSONValue, _ path: CodingPathNode) {
        self.value = value
        self.path = path
    }

    var codingPath: [any CodingKey] { path.keys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        guard case .object(let members) = value else { throw Self.mismatch([String: JSONValue].self, value, path) }
        return KeyedDecodingContainer(DecodedMembers(members: members, path: path))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        guard case .array(let elements) = value else { throw Self.mismatch([JSONValue].self, value, path) }
        return DecodedElements(elements: elements, path: path)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer { self }
}

extension JSONValueDecoder: SingleValueDecodingContainer {
    func decodeNil() -> Bool { value.isNull }
    func decode(_ type: Bool.Type) throws -> Bool { try Self.bool(value, path) }
    func decode(_ type: String.Type) throws -> String { try Self.string(value, path) }
    func decode(_ type: Double.Type) throws -> Double { try Self.double(value, path) }
    func decode(_ type: Float.Type) throws -> Float { try Self.float(value, path) }
    func decode(_ type: Int.Type) throws -> Int { try Self.integer(value, path) }
    func decode(_ type: Int8.Type) throws -> Int8 { try Self.integer(value, path) }
    func decode(_ type: Int16.Type) throws -> Int16 { try Self.integer(value, path) }
    func decode(_ type: Int32.Type) throws -> Int32 { try Self.integer(value, path) }
    func decode(_ type: Int64.Type) throws -> Int64 { try Self.integer(value, path) }
    func decode(_ type: UInt.Type) throws -> UInt { try Self.integer(value, path) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try Self.integer(value, path) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try Self.integer(value, path) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try Self.integer(value, path) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try Self.integer(value, path) }
    func decode<T: Decodable>(_ type: T.Type) throws -> T { try Self.decode(type, value, path) }
}

extension JSONValueDecoder {
    /// Any decodable type; the most frequent ones without a decoder of their own.
    static func decode<T: Decodable>(_ type: T.Type, _ value: JSONValue, _ path: CodingPathNode) throws -> T {
        if T.self == Double.self { return try double(value, path) as! T }
        if T.self == String.self { return try string(value, path) as! T }
        if T.self == JSONValue.self { return value as! T }
        if T.self == [Double].self {
            guard case .array(let elements) = value else { throw mismatch([JSONValue].self, value, path) }
            var numbers: [Double] = []
            numbers.reserveCapacity(elements.count)
            for (index, element) in elements.enumerated() {
                guard case .number(let number) = element else { throw mismatch(Double.self, element, .element(index, of: path)) }
                numbers.append(number)
            }
            return numbers as! T
        }
        if T.self == Data.self {
            guard let data = Data(base64Encoded: try string(value, path)) else {
                throw corrupted("Encountered Data is not valid Base64.", path)
            }
            return data as! T
        }
        if T.self == URL.self {
            guard let url = URL(string: try string(value, path)) else { throw corrupted("Invalid URL string.", path) }
            return url as! T
        }
        return try T(from: JSONValueDecoder(value, path))
    }

    static func bool(_ value: JSONValue, _ path: @autoclosure () -> CodingPathNode) throws -> Bool {
        if case .bool(let bool) = value { return bool }
        throw mismatch(Bool.self, value, path())
    }

    static func string(_ value: JSONValue, _ path: @autoclosure () -> CodingPathNode) throws -> String {
        if case .string(let string) = value { return string }
        throw mismatch(String.self, value, path())
    }

    static func double(_ value: JSONValue, _ path: @autoclosure () -> CodingPathNode) throws -> Double {
        if case .number(let number) = value { return number }
        throw mismatch(Double.self, value, path())
    }

    static func float(_ value: JSONValue, _ path: @autoclosure () -> CodingPathNode) throws -> Float {
        let float = Float(try double(value, path()))
        guard float.isFinite else { throw corrupted("Number \(value.canonicalText) does not fit in Float.", path()) }
        return float
    }

    static func integer<Integer: FixedWidthInteger>(
        _ value: JSONValue, _ path: @autoclosure () -> CodingPathNode
    ) throws -> Integer {
        guard case .number(let number) = value else { throw mismatch(Integer.self, value, path()) }
        guard let integer = Integer(exactly: number) else {
            throw corrupted("Number \(value.canonicalText) is not representable in Swift.", path())
        }
        return integer
    }

    private static func corrupted(_ description: String, _ path: CodingPathNode) -> DecodingError {
        .dataCorrupted(.init(codingPath: path.keys, debugDescription: description))
    }

    static func mismatch(_ type: Any.Type, _ value: JSONValue, _ path: CodingPathNode) -> DecodingError {
        let context: (String) -> DecodingError.Context = { .init(codingPath: path.keys, debugDescription: $0) }
        return value.isNull
            ? .valueNotFound(type, context("Cannot get value of type \(type) -- found null value instead"))
            : .typeMismatch(type, context("Expected to decode \(type) but found \(value.kindInWords) instead."))
    }
}

extension JSONValue {
    fileprivate var kindInWords: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "a string"
        case .array: "an array"
        case .object: "a dictionary"
        }
    }
}
