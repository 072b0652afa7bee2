extension JSONValue: Codable {
    struct MemberName: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    public init(from decoder: any Decoder) throws {
        // Foundation's decoder throws at every wrong guess, which is dear: what is most frequent is asked for first. In the states of plugins
        // these are numbers, then objects, then arrays.
        let single = try decoder.singleValueContainer()
        if let value = try? single.decode(Double.self) {
            self = .number(value)
        } else if single.decodeNil() {
            self = .null
        } else if let container = try? decoder.container(keyedBy: MemberName.self) {
            var members: [String: JSONValue] = [:]
            for key in container.allKeys { members[key.stringValue] = try container.decode(JSONValue.self, forKey: key) }
            self = .object(members)
        } else if var container = try? decoder.unkeyedContainer() {
            var elements: [JSONValue] = []
            while !container.isAtEnd { elements.append(try container.decode(JSONValue.self)) }
            self = .array(elements)
        } else if let value = try? single.decode(Bool.self) {
            self = .bool(value)
        } else {
            self = .string(try single.decode(String.self))
        }
    }

    public func encode(to encoder: any Encoder) throws {
        switch self {
        case .null:
            var container = encoder.singleValueContainer()
            try container.encodeNil()
        case .bool(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .number(let value):
            var container = encoder.singleValueContainer()
            if let integer = Int64(exactly: value), integer.magnitude <= 1 << 53 {
                try container.encode(integer)
            } else {
                try container.encode(value)
            }
        case .string(let value):
            var container = encoder.singleValueContainer()
            try container.encode(value)
        case .array(let elements):
            var container = encoder.unkeyedContainer()
            for element in elements { try container.encode(element) }
        case .object(let members):
            var container = encoder.container(keyedBy: MemberName.self)
            for name in members.keys.sorted() { try container.encode(members[name]!, forKey: MemberName(stringValue: name)) }
        }
    }
}

extension JSONValue {
    /// Any codable value as JSON.
    ///
    /// - Throws: `EncodingError`, for instance where a number is not finite.
    public init(encoding value: some Encodable) throws { self = try JSONValueEncoder.encode(value, .root) }

    /// This value as a codable type.
    ///
    /// - Throws: `DecodingError`.
    public func decoded<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONValueDecoder.decode(type, self, .root)
    }
}
