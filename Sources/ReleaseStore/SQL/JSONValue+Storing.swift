import Foundation
import ReleaseModel

extension JSONValue {
    /// The same value with U+0000 in texts replaced by U+FFFD: PostgreSQL reads members of a decision, and cannot hold that character.
    var withoutNUL: JSONValue {
        switch self {
        case .string(let text): .string(text.withoutNUL)
        case .array(let elements): .array(elements.map(\.withoutNUL))
        case .object(let members):
            .object(Dictionary(members.map { ($0.key.withoutNUL, $0.value.withoutNUL) }, uniquingKeysWith: { first, _ in first }))
        default: self
        }
    }

    /// A text, or null for nil.
    static func optional(_ text: String?) -> JSONValue { text.map { .string($0) } ?? .null }

    static func optional(_ time: Timestamp?) -> JSONValue { optional(time?.description) }

    /// An integer of at most 2^53.
    static func integer(_ value: some BinaryInteger) -> JSONValue { .number(Double(value)) }

    init(_ actor: Actor) {
        var members: [String: JSONValue] = ["name": .string(actor.name.withoutNUL), "means": .string(actor.means.rawValue)]
        if let other = actor.onBehalfOf { members["onBehalfOf"] = .string(other.withoutNUL) }
        self = .object(members)
    }
}

extension String {
    var withoutNUL: String { utf8.contains(0) ? String(map { $0 == "\0" ? "\u{FFFD}" : $0 }) : self }
}
