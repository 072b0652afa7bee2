internal import Predicates

extension RuleLogic {
    /// An atom or its opposite as the language writes it; nil for what cannot be told in a few words.
    func text(_ formula: RuleFormula) -> String? {
        switch formula {
        case .atom(let index): text(atoms[index], holds: true)
        case .not(.atom(let index)): text(atoms[index], holds: false)
        default: nil
        }
    }

    private func text(_ atom: RuleAtom, holds: Bool) -> String? {
        switch (atom.kind, atom.node) {
        case (.present, .field(let field, _)): return holds ? "\(field)" : "not \(field)"
        case (.among, .comparison(_, .field(let field, _), .literal(.string(let text)))):
            return "\(field) \(holds ? "==" : "~=") \(Self.quoted(text))"
        case (.among(_, let texts), .oneOf(.field(let field, _), _)) where texts.count <= 4:
            return (holds ? "" : "not ") + "oneOf(\(field), {\(texts.sorted().map(Self.quoted).joined(separator: ", "))})"
        case (.inside(_, let networks), .inCIDR(.field(let field, _), _)) where networks.count <= 4:
            return (holds ? "" : "not ") + "inCIDR(\(field), \(networks.map { "\"\($0)\"" }.joined(separator: ", ")))"
        case (.version(_, let relation, let version), .comparison(_, .call(_, let arguments), _)):
            guard case .field(let field, _)? = arguments.first else { return nil }
            return "semver(\(field)) \(Self.symbol(relation, holds: holds)) semver(\"\(version)\")"
        case (.prefix(_, let text), _): return "a beginning \(holds ? "with" : "other than") \(Self.quoted(text))"
        case (.number(_, let relation, let bound), .comparison(_, .call(let function, _), _)):
            return "\(function.rawValue)(...) \(Self.symbol(relation, holds: holds)) \(Self.number(bound))"
        case (.number(_, let relation, let bound), .comparison(_, .arithmetic, _)):
            return "... % ... \(Self.symbol(relation, holds: holds)) \(Self.number(bound))"
        case (.opaque, .tagged(let tag, _)): return (holds ? "" : "not ") + "tagged(\"\(tag)\")"
        default: return nil
        }
    }

    private static func quoted(_ text: ByteString) -> String { "\"\(text.text)\"" }

    private static func number(_ value: Double) -> String { Int64(exactly: value).map { "\($0)" } ?? "\(value)" }

    private static func symbol(_ relation: RuleAtom.Relation, holds: Bool) -> String {
        switch relation {
        case .less: holds ? "<" : ">="
        case .lessOrEqual: holds ? "<=" : ">"
        case .equal: holds ? "==" : "~="
        }
    }
}
