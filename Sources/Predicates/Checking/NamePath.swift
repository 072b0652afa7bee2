/// Names as they are written over several parts: `errors.guilty`, `logs.sequence["name"]`.
enum NamePath {
    /// The whole name that a tree spells, or nil when it is no name. A key that could be written after a dot is.
    static func text(_ tree: Syntax) -> String? {
        switch tree.kind {
        case .name(let name): return name
        case .member(let object, let name): return text(object).map { "\($0).\(name)" }
        case .index(let object, let key):
            guard case .string(let bytes) = key.unwrapped.kind, let object = text(object) else { return nil }
            return Lexer.isIdentifier(bytes)
                ? "\(object).\(String(decoding: bytes, as: UTF8.self))" : "\(object)[\(ExpressionPrinter.quoted(bytes))]"
        default: return nil
        }
    }

    /// The same with the last key in brackets, however it is written: `logs.sequence["retries"]` for `logs.sequence.retries` too.
    static func keyed(_ tree: Syntax) -> String? {
        switch tree.kind {
        case .member(let object, let name): return text(object).map { "\($0)[\(ExpressionPrinter.quoted(Array(name.utf8)))]" }
        case .index(let object, let key):
            guard case .string(let bytes) = key.unwrapped.kind, let object = text(object) else { return nil }
            return "\(object)[\(ExpressionPrinter.quoted(bytes))]"
        default: return nil
        }
    }
}
