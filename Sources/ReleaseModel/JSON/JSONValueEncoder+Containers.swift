/// An object that is being written. What is still open lies apart until the whole is finished.
final class EncodedObject {
    fileprivate var members: [String: JSONValue] = [:]
    fileprivate var open: [(name: String, encoder: JSONValueEncoder)] = []

    var finished: JSONValue {
        for (name, encoder) in open { members[name] = encoder.finished ?? .object([:]) }
        open = []
        return .object(members)
    }
}

/// An array that is being written.
final class EncodedArray {
    fileprivate var elements: [JSONValue] = []
    fileprivate var open: [(index: Int, encoder: JSONValueEncoder)] = []

    var finished: JSONValue {
        for (index, encoder) in open { elements[index] = encoder.finished ?? .object([:]) }
        open = []
        return .array(elements)
    }
}

/// Writes the members of an object.
struct EncodedMembers<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let object: EncodedObject
    let path: CodingPathNode

    var codingPath: [any CodingKey] { path.keys }

    private func set(_ value: JSONValue, _ key: Key) { object.members[key.stringValue] = value }
    private func place(_ key: Key) -> CodingPathNode { .member(key, of: path) }

    private func encoder(_ key: any CodingKey) -> JSONValueEncoder {
        let encoder = JSONValueEncoder(.member(key, of: path))
        object.open.append((key.stringValue, encoder))
        return encoder
    }

    func encodeNil(forKey key: Key) throws { set(.null, key) }
    func encode(_ value: Bool, forKey key: Key) throws { set(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) throws { set(.string(value), key) }
    func encode(_ value: Double, forKey key: Key) throws { set(try JSONValueEncoder.number(value, place(key)), key) }
    func encode(_ value: Float, forKey key: Key) throws { set(try JSONValueEncoder.number(value, place(key)), key) }
    func encode(_ value: Int, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: Int8, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: Int16, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: Int32, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: Int64, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: UInt, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: UInt8, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: UInt16, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: UInt32, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode(_ value: UInt64, forKey key: Key) throws { set(.number(Double(value)), key) }
    func encode<T: Encodable>(_ value: T, forKey key: Key) throws { set(try JSONValueEncoder.encode(value, place(key)), key) }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) -> KeyedEncodingContainer<NestedKey> {
        encoder(key).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder(SuperKey()) }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }
}

/// Writes the elements of an array.
struct EncodedElements: UnkeyedEncodingContainer {
    let array: EncodedArray
    let path: CodingPathNode

    var codingPath: [any CodingKey] { path.keys }
    var count: Int { array.elements.count }

    private var place: CodingPathNode { .element(count, of: path) }

    private func append(_ value: JSONValue) { array.elements.append(value) }

    private func encoder() -> JSONValueEncoder {
        let encoder = JSONValueEncoder(place)
        array.open.append((count, encoder))
        append(.null)
        return encoder
    }

    func encodeNil() throws { append(.null) }
    func encode(_ value: Bool) throws { append(.bool(value)) }
    func encode(_ value: String) throws { append(.string(value)) }
    func encode(_ value: Double) throws { append(try JSONValueEncoder.number(value, place)) }
    func encode(_ value: Float) throws { append(try JSONValueEncoder.number(value, place)) }
    func encode(_ value: Int) throws { append(.number(Double(value))) }
    func encode(_ value: Int8) throws { append(.number(Double(value))) }
    func encode(_ value: Int16) throws { append(.number(Double(value))) }
    func encode(_ value: Int32) throws { append(.number(Double(value))) }
    func encode(_ value: Int64) throws { append(.number(Double(value))) }
    func encode(_ value: UInt) throws { append(.number(Double(value))) }
    func encode(_ value: UInt8) throws { append(.number(Double(value))) }
    func encode(_ value: UInt16) throws { append(.number(Double(value))) }
    func encode(_ value: UInt32) throws { append(.number(Double(value))) }
    func encode(_ value: UInt64) throws { append(.number(Double(value))) }
    func encode<T: Encodable>(_ value: T) throws { append(try JSONValueEncoder.encode(value, place)) }

    func nestedContainer<NestedKey: CodingKey>(keyedBy type: NestedKey.Type) -> KeyedEncodingContainer<NestedKey> {
        encoder().container(keyedBy: type)
    }

    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder() }
}
