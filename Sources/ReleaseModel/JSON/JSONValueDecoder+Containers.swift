/// The members of an object.
struct DecodedMembers<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let members: [String: JSONValue]
    let path: CodingPathNode

    var codingPath: [any CodingKey] { path.keys }
    var allKeys: [Key] { members.keys.compactMap { Key(stringValue: $0) } }
    func contains(_ key: Key) -> Bool { members[key.stringValue] != nil }

    private func value(_ key: Key) throws -> JSONValue {
        guard let value = members[key.stringValue] else { throw notFound(key) }
        return value
    }

    private func notFound(_ key: any CodingKey) -> DecodingError {
        .keyNotFound(
            key,
            .init(codingPath: path.keys, debugDescription: "No value associated with key \(key) (\"\(key.stringValue)\")."))
    }

    private func place(_ key: Key) -> CodingPathNode { .member(key, of: path) }

    func decodeNil(forKey key: Key) throws -> Bool { try value(key).isNull }
    func decode(_ type: Bool.Type, forKey key: Key) throws -> Bool { try JSONValueDecoder.bool(value(key), place(key)) }
    func decode(_ type: String.Type, forKey key: Key) throws -> String { try JSONValueDecoder.string(value(key), place(key)) }
    func decode(_ type: Double.Type, forKey key: Key) throws -> Double { try JSONValueDecoder.double(value(key), place(key)) }
    func decode(_ type: Float.Type, forKey key: Key) throws -> Float { try JSONValueDecoder.float(value(key), place(key)) }
    func decode(_ type: Int.Type, forKey key: Key) throws -> Int { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: Int8.Type, forKey key: Key) throws -> Int8 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: Int16.Type, forKey key: Key) throws -> Int16 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: Int32.Type, forKey key: Key) throws -> Int32 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: Int64.Type, forKey key: Key) throws -> Int64 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: UInt.Type, forKey key: Key) throws -> UInt { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: UInt8.Type, forKey key: Key) throws -> UInt8 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: UInt16.Type, forKey key: Key) throws -> UInt16 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: UInt32.Type, forKey key: Key) throws -> UInt32 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode(_ type: UInt64.Type, forKey key: Key) throws -> UInt64 { try JSONValueDecoder.integer(value(key), place(key)) }
    func decode<T: Decodable>(_ type: T.Type, forKey key: Key) throws -> T {
        try JSONValueDecoder.decode(type, value(key), place(key))
    }

    func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type, forKey key: Key
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try JSONValueDecoder(value(key), place(key)).container(keyedBy: type)
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        try JSONValueDecoder(value(key), place(key)).unkeyedContainer()
    }

    func superDecoder() throws -> any Decoder {
        JSONValueDecoder(members[SuperKey().stringValue] ?? .null, .member(SuperKey(), of: path))
    }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        JSONValueDecoder(members[key.stringValue] ?? .null, place(key))
    }
}

/// The elements of an array, one after the other.
struct DecodedElements: UnkeyedDecodingContainer {
    let elements: [JSONValue]
    let path: CodingPathNode
    private(set) var currentIndex = 0

    init(elements: [JSONValue], path: CodingPathNode) {
        self.elements = elements
        self.path = path
    }

    var codingPath: [any CodingKey] { path.keys }
    var count: Int? { elements.count }
    var isAtEnd: Bool { currentIndex == elements.count }

    private var place: CodingPathNode { .element(currentIndex, of: path) }

    /// What stands at the present place; the place moves on once it was read.
    private mutating func next<T>(_ read: (JSONValue, CodingPathNode) throws -> T) throws -> T {
        guard !isAtEnd else {
            throw DecodingError.valueNotFound(
                T.self, .init(codingPath: place.keys, debugDescription: "Unkeyed container is at end."))
        }
        let value = try read(elements[currentIndex], place)
        currentIndex += 1
        return value
    }

    mutating func decodeNil() throws -> Bool {
        guard !isAtEnd, elements[currentIndex].isNull else { return false }
        currentIndex += 1
        return true
    }

    mutating func decode(_ type: Bool.Type) throws -> Bool { try next { try JSONValueDecoder.bool($0, $1) } }
    mutating func decode(_ type: String.Type) throws -> String { try next { try JSONValueDecoder.string($0, $1) } }
    mutating func decode(_ type: Double.Type) throws -> Double { try next { try JSONValueDecoder.double($0, $1) } }
    mutating func decode(_ type: Float.Type) throws -> Float { try next { try JSONValueDecoder.float($0, $1) } }
    mutating func decode(_ type: Int.Type) throws -> Int { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: Int8.Type) throws -> Int8 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: Int16.Type) throws -> Int16 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: Int32.Type) throws -> Int32 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: Int64.Type) throws -> Int64 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: UInt.Type) throws -> UInt { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: UInt8.Type) throws -> UInt8 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: UInt16.Type) throws -> UInt16 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: UInt32.Type) throws -> UInt32 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode(_ type: UInt64.Type) throws -> UInt64 { try next { try JSONValueDecoder.integer($0, $1) } }
    mutating func decode<T: Decodable>(_ type: T.Type) throws -> T { try next { try JSONValueDecoder.decode(type, $0, $1) } }

    mutating func nestedContainer<NestedKey: CodingKey>(
        keyedBy type: NestedKey.Type
    ) throws -> KeyedDecodingContainer<NestedKey> {
        try next { try JSONValueDecoder($0, $1).container(keyedBy: type) }
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        try next { try JSONValueDecoder($0, $1).unkeyedContainer() }
    }

    mutating func superDecoder() throws -> any Decoder { try next { JSONValueDecoder($0, $1) } }
}
