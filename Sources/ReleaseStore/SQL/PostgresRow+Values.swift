import Foundation
import PostgresClient
import ReleaseModel

extension PostgresRow {
    func time(_ column: String) throws -> Timestamp { Timestamp(microseconds: try self[column].microseconds()) }

    func optionalTime(_ column: String) throws -> Timestamp? {
        try decode(PostgresTimestamp?.self, column).map { Timestamp(microseconds: $0.microseconds) }
    }

    func text(_ column: String) throws -> String { try self[column].string() }

    func optionalText(_ column: String) throws -> String? { try decode(String?.self, column) }

    /// A value that the schema keeps by its raw text.
    func named<Value: RawRepresentable>(_ type: Value.Type, _ column: String) throws -> Value where Value.RawValue == String {
        let text = try text(column)
        guard let value = Value(rawValue: text) else {
            throw ReleaseError(
                .versionMismatch, "'\(text)' in column \(column) is unknown to this program",
                advice: "A newer Tidegate has written it; use that one.")
        }
        return value
    }

    func optionalNamed<Value: RawRepresentable>(_ type: Value.Type, _ column: String) throws -> Value? where Value.RawValue == String {
        self[column].isNull ? nil : try named(type, column)
    }

    /// A JSON document that is kept as text.
    func document(_ column: String) throws -> JSONValue { try JSONValue(parsing: try text(column).utf8) }

    func optionalDocument(_ column: String) throws -> JSONValue? { self[column].isNull ? nil : try document(column) }

    /// A json column as a codable type; nil for NULL.
    func json<Value: Decodable>(_ type: Value.Type, _ column: String) throws -> Value? {
        if self[column].isNull { return nil }
        return try JSONDecoder().decode(type, from: Data(try self[column].json().utf8))
    }

    /// The columns actor, means and on_behalf_of (or others in their place).
    func actor(_ name: String = "actor") throws -> Actor {
        Actor(name: try text(name), means: try named(Actor.Means.self, "means"), onBehalfOf: try optionalText("on_behalf_of"))
    }
}
