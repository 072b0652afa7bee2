internal import ReleaseModel

/// `ExportLogsServiceRequest` as protobuf: the fields that are looked at, by their numbers.
enum OTLPProtobuf {
    /// Attributes of the `resource` (1) of one `ResourceLogs`.
    static func resourceAttributes(_ resourceLogs: ArraySlice<UInt8>) throws(LogWireError) -> [String: String] {
        var attributes: [String: String] = [:]
        var fields = ProtobufReader(resourceLogs)
        while let (number, value) = try fields.next() {
            guard number == 1 else { continue }
            var resource = ProtobufReader(try value.message)
            while let (number, value) = try resource.next() {
                if number == 1 { try add(attribute: try value.message, to: &attributes) }
            }
        }
        return attributes
    }

    /// The `log_records` (2) of every `scope_logs` (2).
    static func forEachRecord(
        _ resourceLogs: ArraySlice<UInt8>, _ body: (OTLPLogs.Entry) throws(LogWireError) -> Void
    ) throws(LogWireError) {
        var fields = ProtobufReader(resourceLogs)
        while let (number, value) = try fields.next() {
            guard number == 2 else { continue }
            var scope = ProtobufReader(try value.message)
            while let (number, value) = try scope.next() {
                if number == 2 { try body(try entry(try value.message)) }
            }
        }
    }

    private static func entry(_ bytes: ArraySlice<UInt8>) throws(LogWireError) -> OTLPLogs.Entry {
        var entry = OTLPLogs.Entry()
        var fields = ProtobufReader(bytes)
        while let (number, value) = try fields.next() {
            switch number {
            case 1: entry.timeNanoseconds = UInt64(bitPattern: try value.integer)
            case 2: entry.severityNumber = Int(exactly: try value.integer) ?? 0
            case 3: entry.severityText = try value.text
            case 5: entry.body = text(try any(try value.message, depth: 0))
            case 6: try add(attribute: try value.message, to: &entry.attributes)
            case 11: entry.observedNanoseconds = UInt64(bitPattern: try value.integer)
            case 12: entry.eventName = try value.text
            default: break
            }
        }
        return entry
    }

    private static func add(attribute: ArraySlice<UInt8>, to attributes: inout [String: String]) throws(LogWireError) {
        let (key, value) = try keyValue(attribute, depth: 0)
        if attributes[key] == nil { attributes[key] = text(value) }
    }

    private static func text(_ value: JSONValue) -> String { value.string ?? (value.isNull ? "" : value.canonicalText) }

    /// A number, or its digits where a double does not hold them all.
    private static func whole(_ value: Int64) -> JSONValue {
        value.magnitude <= 1 << 53 ? .number(Double(value)) : .string("\(value)")
    }

    private static func keyValue(_ bytes: ArraySlice<UInt8>, depth: Int) throws(LogWireError) -> (String, JSONValue) {
        var key = ""
        var content = JSONValue.null
        var fields = ProtobufReader(bytes)
        while let (number, value) = try fields.next() {
            if number == 1 { key = try value.text }
            if number == 2 { content = try any(try value.message, depth: depth) }
        }
        return (key, content)
    }

    /// `AnyValue`: string (1), bool (2), int (3), double (4), array (5), key-value list (6), bytes (7).
    private static func any(_ bytes: ArraySlice<UInt8>, depth: Int) throws(LogWireError) -> JSONValue {
        guard depth < OTLPLogs.maximumDepth else { return .null }
        var content = JSONValue.null
        var fields = ProtobufReader(bytes)
        while let (number, value) = try fields.next() {
            switch (number, value) {
            case (1, _): content = .string(try value.text)
            case (2, .varint(let bit)): content = .bool(bit != 0)
            case (3, .varint(let number)): content = whole(Int64(bitPattern: number))
            case (4, .fixed64(let bits)):
                let number = Double(bitPattern: bits)
                content = number.isFinite ? .number(number) : .string("\(number)")
            case (5, _):
                var values: [JSONValue] = []
                var list = ProtobufReader(try value.message)
                while let (number, value) = try list.next() {
                    if number == 1 { values.append(try any(try value.message, depth: depth + 1)) }
                }
                content = .array(values)
            case (6, _):
                var members: [String: JSONValue] = [:]
                var list = ProtobufReader(try value.message)
                while let (number, value) = try list.next() {
                    guard number == 1 else { continue }
                    let (key, member) = try keyValue(try value.message, depth: depth + 1)
                    if members[key] == nil { members[key] = member }
                }
                content = .object(members)
            default: break
            }
        }
        return content
    }
}
