internal import ReleaseModel

/// `ExportLogsServiceRequest` as JSON: the members that are looked at. 64-bit numbers may be numbers or texts.
struct OTLPRequest: Decodable {
    var resourceLogs: [ResourceLogs]?

    struct ResourceLogs: Decodable {
        var resource: Resource?
        var scopeLogs: [ScopeLogs]?
    }

    struct Resource: Decodable { var attributes: [Attribute]? }

    struct ScopeLogs: Decodable { var logRecords: [Record]? }

    struct Attribute: Decodable {
        var key: String
        var value: JSONValue?
    }

    struct Record: Decodable {
        var timeUnixNano: JSONValue?
        var observedTimeUnixNano: JSONValue?
        var severityNumber: JSONValue?
        var severityText: String?
        var eventName: String?
        var body: JSONValue?
        var attributes: [Attribute]?

        var entry: OTLPLogs.Entry {
            OTLPLogs.Entry(
                timeNanoseconds: OTLPRequest.nanoseconds(timeUnixNano), observedNanoseconds: OTLPRequest.nanoseconds(observedTimeUnixNano),
                severityNumber: OTLPRequest.severity(severityNumber), severityText: severityText ?? "",
                eventName: eventName ?? "", body: body.map { OTLPRequest.text($0) } ?? "", attributes: OTLPRequest.texts(attributes ?? []))
        }
    }

    static func texts(_ attributes: [Attribute]) -> [String: String] {
        Dictionary(attributes.map { ($0.key, $0.value.map { text($0) } ?? "") }, uniquingKeysWith: { first, _ in first })
    }

    /// The number, or the name that Protobuf's own JSON gives it: `SEVERITY_NUMBER_ERROR2` is 18. 0 for anything else.
    private static func severity(_ value: JSONValue?) -> Int {
        if let number = value?.number { return Int(exactly: number) ?? 0 }
        guard let name = value?.string, name.hasPrefix("SEVERITY_NUMBER_") else { return 0 }
        let word = name.dropFirst("SEVERITY_NUMBER_".count)
        let firsts = ["TRACE": 1, "DEBUG": 5, "INFO": 9, "WARN": 13, "ERROR": 17, "FATAL": 21]
        if let first = firsts[String(word)] { return first }
        guard let first = firsts[String(word.dropLast())], let step = word.last?.wholeNumberValue, (2...4).contains(step) else { return 0 }
        return first + step - 1
    }

    private static func nanoseconds(_ value: JSONValue?) -> UInt64 {
        if let text = value?.string { return UInt64(text) ?? 0 }
        guard let number = value?.number, number > 0, number < 1e19 else { return 0 }
        return UInt64(number)
    }

    /// An `AnyValue` as text: `{"stringValue":"x"}` is x; lists and maps are JSON, so that a structured body is understood as one.
    static func text(_ value: JSONValue) -> String {
        let plain = plain(value, depth: 0)
        return plain.string ?? (plain.isNull ? "" : plain.canonicalText)
    }

    private static func plain(_ value: JSONValue, depth: Int) -> JSONValue {
        guard depth < OTLPLogs.maximumDepth else { return .null }
        if let text = value["stringValue"] ?? value["boolValue"] ?? value["doubleValue"] ?? value["bytesValue"] { return text }
        if let number = value["intValue"] { return number.string.flatMap { Double($0) }.map { .number($0) } ?? number }
        if let list = value["arrayValue"] {
            return .array((list["values"]?.array ?? []).map { plain($0, depth: depth + 1) })
        }
        if let map = value["kvlistValue"] {
            let members = (map["values"]?.array ?? []).compactMap { member in
                member["key"]?.string.map { ($0, member["value"].map { plain($0, depth: depth + 1) } ?? .null) }
            }
            return .object(Dictionary(members, uniquingKeysWith: { first, _ in first }))
        }
        return .null
    }
}
