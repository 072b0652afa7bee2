internal import Predicates
internal import ReleaseModel

/// One mapping of a file while it is read: keys are taken out one by one, and what nobody took is refused.
struct Section {
    /// What it is called in messages: `a stage`, `spec`.
    let title: String
    let position: DocumentPosition
    private var rest: [(key: DocumentNode, value: DocumentNode)]
    private var known: [String] = []

    /// The mapping `node`, or nil after it was reported to be something else.
    init?(_ node: DocumentNode, _ title: String, report: inout FindingReport, example: String? = nil) {
        guard case .mapping(let pairs) = node.content else {
            report.error(
                .wrongType, "\(title) is a map, not \(node.kind)", at: node.position, suggestion: example.map { "for example: \($0)" })
            return nil
        }
        self.title = title
        position = node.position
        rest = pairs
    }

    /// The value of a key that may be there; nothing and `null` are the same.
    mutating func take(_ key: String) -> DocumentNode? {
        known.append(key)
        guard let index = rest.firstIndex(where: { $0.key.text == key }) else { return nil }
        let value = rest.remove(at: index).value
        return value.isNull ? nil : value
    }

    /// Whether the key is there, with whatever value. It stays to be taken.
    func has(_ key: String) -> Bool { rest.contains { $0.key.text == key } }

    /// The value of a key that must be there.
    mutating func require(_ key: String, report: inout FindingReport, example: String) -> DocumentNode? {
        if let value = take(key) { return value }
        report.error(.missingKey, "\(title) needs '\(key)'", at: position, suggestion: "for example: \(key): \(example)")
        return nil
    }

    /// Everything that was not taken, as the configuration of a plugin.
    mutating func remainder() -> JSONValue {
        defer { rest = [] }
        return DocumentNode(content: .mapping(rest), position: position).json
    }

    /// The keys with their places, as far as they were not taken.
    var remaining: [(key: DocumentNode, value: DocumentNode)] { rest }

    /// Refuses what was not taken.
    func finish(report: inout FindingReport) {
        for (key, _) in rest {
            let name = key.text ?? ""
            report.error(
                .unknownKey, "unknown key '\(name)' in \(title)", at: key.position,
                suggestion: Spelling.suggestion(for: name, among: known) ?? "known are \(known.joined(separator: ", "))")
        }
    }
}
