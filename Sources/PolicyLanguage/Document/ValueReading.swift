internal import Predicates
internal import ReleaseModel

/// Scalars of a file as values; each reports what is wrong and gives nil.
extension FindingReport {
    /// A text that is not empty.
    mutating func text(_ node: DocumentNode, _ title: String, example: String? = nil) -> String? {
        guard let text = node.text, !node.isNull, !text.isEmpty else {
            error(
                .wrongType, "\(title) is a text, not \(node.text == "" ? "an empty one" : node.kind)", at: node.position,
                suggestion: example.map { "for example: \($0)" })
            return nil
        }
        return text
    }

    /// A name by the rules of `Name`.
    mutating func name(_ node: DocumentNode, _ title: String) -> String? {
        guard let text = text(node, title) else { return nil }
        if let problem = Name.problem(with: text) {
            error(.invalidValue, "\(title) '\(text)' \(problem)", at: node.position)
            return nil
        }
        return text
    }

    /// A short text for people, on one line.
    mutating func title(_ node: DocumentNode, _ title: String) -> String? {
        guard let text = text(node, title) else { return nil }
        guard text.count <= DocumentLimits.titleCharacters, !text.unicodeScalars.contains(where: { $0.value < 32 || $0.value == 127 })
        else {
            error(.invalidValue, "\(title) is one line of at most \(DocumentLimits.titleCharacters) characters", at: node.position)
            return nil
        }
        return text
    }

    /// A length of time within bounds.
    mutating func span(_ node: DocumentNode, _ title: String, from minimum: TimeSpan, to maximum: TimeSpan) -> TimeSpan? {
        guard let text = text(node, title, example: "30s, 5m or 1h30m") else { return nil }
        guard let span = TimeSpan(text) else {
            error(
                .invalidValue, "'\(text)' is no length of time", at: node.position,
                suggestion: DocumentNode.number(text) != nil ? "write the unit: \(text)s or \(text)m" : "for example 30s, 5m or 1h30m")
            return nil
        }
        guard (minimum...maximum).contains(span) else {
            error(.invalidValue, "\(title) lies between \(minimum) and \(maximum), not \(span)", at: node.position)
            return nil
        }
        return span
    }

    /// A share written as a percentage.
    mutating func weight(_ node: DocumentNode, _ title: String) -> Weight? {
        guard let text = text(node, title, example: "10%") else { return nil }
        guard let weight = Weight(percent: text) else {
            let number = DocumentNode.number(text)
            error(
                .invalidValue, "'\(text)' is no weight: a percentage from 0% to 100% with at most two decimals", at: node.position,
                suggestion: number.map { (0...100).contains($0) } == true ? "write \(text)%" : "for example 1%, 12.5% or 50%")
            return nil
        }
        return weight
    }

    mutating func integer(_ node: DocumentNode, _ title: String, in range: ClosedRange<Int>) -> Int? {
        guard let text = node.text, let value = Int(text) else {
            error(.wrongType, "\(title) is a whole number, not \(node.text.map { "'\($0)'" } ?? node.kind)", at: node.position)
            return nil
        }
        guard range.contains(value) else {
            error(.invalidValue, "\(title) lies between \(range.lowerBound) and \(range.upperBound), not \(value)", at: node.position)
            return nil
        }
        return value
    }

    /// The elements of a list.
    mutating func list(_ node: DocumentNode, _ title: String, atMost limit: Int) -> [DocumentNode] {
        guard case .sequence(let elements) = node.content else {
            error(.wrongType, "\(title) is a list, not \(node.kind)", at: node.position, suggestion: "write - before each element")
            return []
        }
        if elements.count > limit {
            error(.limit, "\(title) has \(elements.count) elements; at most \(limit) are allowed", at: elements[limit].position)
            return []
        }
        return elements
    }

    /// One of a few words.
    mutating func word<Value: RawRepresentable<String>>(_ node: DocumentNode, _ title: String, among values: [Value]) -> Value? {
        let words = values.map(\.rawValue)
        guard let text = node.text, let value = values.first(where: { $0.rawValue == text }) else {
            let found = node.text.map { "'\($0)'" } ?? node.kind
            error(
                .invalidValue, "\(title) is \(words.joined(separator: ", ")), not \(found)", at: node.position,
                suggestion: node.text.flatMap { Spelling.suggestion(for: $0, among: words) })
            return nil
        }
        return value
    }

    /// Where the expression of a scalar begins: after the quote, or on the line after `|`.
    func expressionPlace(_ node: DocumentNode) -> SourcePlace {
        guard case .scalar(_, let style) = node.content else {
            return SourcePlace(file: file, line: node.position.line, column: node.position.column)
        }
        let lineText = node.position.line >= 1 && node.position.line <= lines.count ? String(lines[node.position.line - 1]) : ""
        let column = Self.characters(in: lineText, beforeScalar: node.position.column - 1) + 1
        switch style {
        case .plain: return SourcePlace(file: file, line: node.position.line, column: column)
        case .quoted: return SourcePlace(file: file, line: node.position.line, column: column + 1)
        case .block:
            let next = node.position.line < lines.count ? lines[node.position.line] : ""
            return SourcePlace(file: file, line: node.position.line + 1, column: next.prefix { $0 == " " }.count + 1)
        }
    }
}
