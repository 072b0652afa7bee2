internal import Foundation

/// Writes a codable value as a `JSONValue` in memory: what Foundation's encoder writes as a text, without the text.
final class JSONValueEncoder: Encoder {
    /// What was written so far. Containers are shared with whoever writes them.
    enum Content {
        case nothing
        case value(JSONValue)
        case members(EncodedObject)
        case elements(EncodedArray)
    }

    private(set) var content = Content.nothing
    let path: CodingPathNode

    init(_ path: CodingPathNode) { self.path = path }

    var codingPath: [any CodingKey] { path.keys }
    var userInfo: [CodingUserInfoKey: Any] { [:] }

    /// The value, once it is written; nil where nothing was.
    var finished: JSONValue? {
        switch content {
        case .nothing: nil
        case .value(let value): value
        case .members(let object): object.finished
        case .elements(let array): array.finished
        }
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(EncodedMembers(object: object, path: path))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { EncodedElements(array: array, path: path) }
    func singleValueContainer() -> any SingleValueEncodingContainer { self }

    /// Asked for twice, it is the same one.
    private var object: EncodedObject {
        if case .members(let object) = content { return object }
        guard case .nothing = content else { preconditionFailure("a value is coded either as an object or as something else") }
        let object = EncodedObject()
        content = .members(object)
        return object
    }

    private var array: EncodedArray {
        if case .elements(let array) = content { return array }
        guard case .nothing = content else { preconditionFailure("a value is coded either as an array or as something else") }
        let array = EncodedArray()
        content = .elements(array)
        return array
    }

    private func take(_ value: JSONValue) { content = .value(value) }
}

extension JSONValueEncoder: SingleValueEncodingContainer {
    func encodeNil() throws { take(.null) }
    func encode(_ value: Bool) throws { take(.bool(value)) }
    func encode(_ value: String) throws { take(.string(value)) }
    func encode(_ value: Double) throws { take(try Self.number(value, path)) }
    func encode(_ value: Float) throws { take(try Self.number(value, path)) }
    func encode(_ value: Int) throws { take(.number(Double(value))) }
    func encode(_ value: Int8) throws { take(.number(Double(value))) }
    func encode(_ value: Int16) throws { take(.number(Double(value))) }
    func encode(_ value: Int32) throws { take(.number(Double(value))) }
    func encode(_ value: Int64) throws { take(.number(Double(value))) }
    func encode(_ value: UInt) throws { take(.number(Double(value))) }
    func encode(_ value: UInt8) throws { take(.number(Double(value))) }
    func encode(_ value: UInt16) throws { take(.number(Double(value))) }
    func encode(_ value: UInt32) throws { take(.number(Double(value))) }
    func encode(_ value: UInt64) throws { take(.number(Double(value))) }
    func encode<T: Encodable>(_ value: T) throws { take(try Self.encode(value, path)) }
}

extension JSONValueEncoder {
    /// Any encodable value; the most frequent types without an encoder of their own.
    static func encode<T: Encodable>(_ value: T, _ path: CodingPathNode) throws -> JSONValue {
        if T.self == Double.self { return try number(value as! Double, path) }
        if T.self == String.self { return .string(value as! String) }
        if T.self == JSONValue.self {
            let value = value as! JSONValue
            try requireFinite(value, path)
            return value
        }
        if T.self == [Double].self {
            var elements: [JSONValue] = []
            let numbers = value as! [Double]
            elements.reserveCapacity(numbers.count)
            for (index, value) in numbers.enumerated() { elements.append(try number(value, .element(index, of: path))) }
            return .array(elements)
        }
        if T.self == Data.self { return .string((value as! Data).base64EncodedString()) }
        if T.self == URL.self { return .string((value as! URL).absoluteString) }
        let encoder = JSONValueEncoder(path)
        try value.encode(to: encoder)
        return encoder.finished ?? .object([:])
    }

    /// Whoever makes a value by its cases can put anything into it.
    private static func requireFinite(_ value: JSONValue, _ path: @autoclosure () -> CodingPathNode) throws {
        switch value {
        case .null, .bool, .string: break
        case .number(let number): if !number.isFinite { throw notFinite(number, path()) }
        case .array(let elements):
            for index in elements.indices { try requireFinite(elements[index], .element(index, of: path())) }
        case .object(let members):
            for (name, member) in members { try requireFinite(member, .member(JSONValue.MemberName(stringValue: name), of: path())) }
        }
    }

    static func number(_ value: Double, _ path: @autoclosure () -> CodingPathNode) throws -> JSONValue {
        guard value.isFinite else { throw notFinite(value, path()) }
        return .number(value)
    }

    /// By its shortest digits: .1 stays .1.
    static func number(_ value: Float, _ path: @autoclosure () -> CodingPathNode) throws -> JSONValue {
        guard value.isFinite, let number = Double(value.description) else { throw notFinite(value, path()) }
        return .number(number)
    }

    private static func notFinite(_ value: any BinaryFloatingPoint & Sendable, _ path: CodingPathNode) -> EncodingError {
        .invalidValue(value, .init(codingPath: path.keys, debugDescription: "\(value) is no number of JSON"))
    }
}
