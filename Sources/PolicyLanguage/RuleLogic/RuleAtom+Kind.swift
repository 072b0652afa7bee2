internal import Predicates

extension RuleAtom.Kind {
    /// What is known about a part that is not taken apart further.
    static func of(_ node: RequestNode) -> RuleAtom.Kind {
        switch node {
        case .field(_, let slot): return .present(slot: slot)
        case .inCIDR(.field(_, let slot), let networks): return .inside(slot: slot, networks)
        case .oneOf(.field(_, let slot), let values):
            let texts = values.compactMap { if case .string(let text) = $0 { text } else { nil } }
            return texts.count == values.count ? .among(slot: slot, Set(texts)) : .opaque
        case .comparison(.equal, .field(_, let slot), .literal(.string(let text))): return .among(slot: slot, [text])
        case .comparison(let operation, .call(.semver, let arguments), .literal(.version(let version))):
            guard case .field(_, let slot)? = arguments.first, let relation = RuleAtom.Relation(operation) else { return .opaque }
            return .version(slot: slot, relation, version)
        case .comparison(.equal, .call(.sub, let arguments), .literal(.string(let text))):
            guard arguments.count == 3, case .field(_, let slot) = arguments[0], arguments[1] == .literal(.integer(1)), !text.isEmpty,
                arguments[2] == .literal(.integer(Int64(text.count)))
            else { return .opaque }
            return .prefix(slot: slot, text)
        case .call(.match, let arguments), .call(.find, let arguments):
            guard arguments.count == 2, case .field(_, let slot) = arguments[0], case .literal(.string(let pattern)) = arguments[1],
                let text = plainPrefix(pattern)
            else { return .opaque }
            return .prefix(slot: slot, text)
        case .comparison(let operation, let term, .literal(let value)):
            guard let relation = RuleAtom.Relation(operation), let term = NumberTerm(term), let bound = number(value) else {
                return .opaque
            }
            return .number(term, relation, bound)
        default: return .opaque
        }
    }

    /// A number that a double holds exactly.
    private static func number(_ value: LuaValue) -> Double? {
        switch value {
        case .integer(let integer): abs(integer) <= 1 << 53 ? Double(integer) : nil
        case .float(let float): float.isFinite ? float : nil
        default: nil
        }
    }

    /// The text after `^` in a pattern that has no other magic character.
    private static func plainPrefix(_ pattern: ByteString) -> ByteString? {
        guard pattern.bytes.first == UInt8(ascii: "^") else { return nil }
        let text = Array(pattern.bytes.dropFirst())
        let magic = Array("^$()%.[]*+-?".utf8)
        return text.isEmpty || text.contains(where: { magic.contains($0) }) ? nil : ByteString(bytes: text)
    }
}

extension RuleAtom.Relation {
    init?(_ operation: ComparisonOperator) {
        switch operation {
        case .less: self = .less
        case .lessOrEqual: self = .lessOrEqual
        case .equal: self = .equal
        default: return nil
        }
    }
}
