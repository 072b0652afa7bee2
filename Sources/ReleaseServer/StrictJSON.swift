import Foundation
import ReleaseModel

/// JSON into values, refusing members that the value does not have, so that a misspelt one is not silently ignored.
public enum StrictJSON {
    /// - Throws: `ReleaseError` of code `invalidInput` that names the member and what is wrong with it.
    public static func decode<Value: Codable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        guard !bytes.isEmpty else {
            throw ReleaseError(.invalidInput, "there is nothing here", advice: "one JSON object is expected")
        }
        let given: JSONValue
        do {
            given = try JSONValue(parsing: bytes)
        } catch {
            throw ReleaseError(.invalidInput, "this is not JSON", advice: "one JSON object is expected")
        }
        let value: Value
        do {
            value = try given.decoded(as: type)
        } catch let error as DecodingError {
            throw ReleaseError(.invalidInput, error.explanation)
        }
        if let unknown = unknownMember(in: given, comparedWith: try JSONValue(encoding: value), path: "") {
            throw ReleaseError(.invalidInput, "there is no member '\(unknown)' here")
        }
        return value
    }

    /// The path of the first member (in the order of their names) that was given but did not make it into the value.
    private static func unknownMember(in given: JSONValue, comparedWith known: JSONValue, path: String) -> String? {
        switch (given, known) {
        case (.object(let members), .object(let knownMembers)):
            for name in members.keys.sorted() {
                guard let member = members[name], !member.isNull else { continue }
                let place = path.isEmpty ? name : "\(path).\(name)"
                guard let knownMember = knownMembers[name] else { return place }
                if let unknown = unknownMember(in: member, comparedWith: knownMember, path: place) { return unknown }
            }
        case (.array(let elements), .array(let knownElements)):
            for (index, (element, knownElement)) in zip(elements, knownElements).enumerated() {
                if let unknown = unknownMember(in: element, comparedWith: knownElement, path: "\(path)[\(index)]") { return unknown }
            }
        default: break
        }
        return nil
    }
}

extension DecodingError {
    /// What is wrong, and where in the document, for a person who wrote it.
    var explanation: String {
        switch self {
        case .keyNotFound(let key, let context): "\(Self.path(context.codingPath + [key])) is missing"
        case .valueNotFound(_, let context): "\(Self.path(context.codingPath)) must not be null"
        case .typeMismatch(let type, let context): "\(Self.path(context.codingPath)) must be \(Self.name(of: type))"
        case .dataCorrupted(let context): "\(Self.path(context.codingPath)): \(context.debugDescription)"
        @unknown default: "the document cannot be read"
        }
    }

    private static func path(_ keys: [any CodingKey]) -> String {
        guard !keys.isEmpty else { return "the document" }
        return "'"
            + keys.enumerated().map { index, key in
                key.intValue.map { "[\($0)]" } ?? (index == 0 ? key.stringValue : ".\(key.stringValue)")
            }.joined() + "'"
    }

    private static func name(of type: any Any.Type) -> String {
        switch type {
        case is String.Type: "a text"
        case is Bool.Type: "true or false"
        case is Int.Type, is Int64.Type: "a whole number"
        case is Double.Type: "a number"
        default: "\(type)".hasPrefix("Array") ? "a list" : "an object"
        }
    }
}
