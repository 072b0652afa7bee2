internal import Predicates
internal import Yams

/// YAML to nodes with places, within limits; anchors, aliases and further documents are refused.
struct DocumentReader {
    private var report: FindingReport
    private var nodeCount = 0

    /// The root of the one document in `source`, or nil after an error was reported.
    static func read(_ source: String, maximumBytes: Int, report: inout FindingReport) -> DocumentNode? {
        var reader = DocumentReader(report: report)
        defer { report = reader.report }
        return reader.read(source, maximumBytes)
    }

    private init(report: FindingReport) { self.report = report }

    private static let top = DocumentPosition(line: 1, column: 1)

    private mutating func read(_ source: String, _ maximumBytes: Int) -> DocumentNode? {
        guard source.utf8.count <= maximumBytes else {
            report.error(.limit, "the file is \(source.utf8.count) bytes long; at most \(maximumBytes) are read", at: Self.top)
            return nil
        }
        guard checkLines() else { return nil }
        do {
            let parser = try Yams.Parser(yaml: source, encoding: .utf8)
            guard let root = try parser.singleRoot() else {
                report.error(.syntax, "the file is empty", at: Self.top)
                return nil
            }
            return convert(root, depth: 1, after: nil)
        } catch {
            report(error)
            return nil
        }
    }

    // MARK: - Before parsing

    /// Refuses what would make parsing itself expensive: many aliases (each can double what comes before it), and deep nesting on one line.
    private mutating func checkLines() -> Bool {
        var aliases = 0
        for (index, line) in report.lines.enumerated() {
            let position = DocumentPosition(line: index + 1, column: 1)
            if Self.leadingIndicators(line) > DocumentLimits.indicatorsPerLine {
                report.error(.limit, "more than \(DocumentLimits.indicatorsPerLine) lists begin on this line", at: position)
                return false
            }
            aliases += Self.possibleAliases(line)
            if aliases > 3 {
                report.error(
                    .alias, "anchors and aliases are not read", at: position,
                    suggestion: "write the value out; within a text, put nothing before '*' that ends a value")
                return false
            }
        }
        return true
    }

    private static func leadingIndicators(_ line: Substring) -> Int {
        var count = 0
        var isExpected = true
        for byte in line.utf8 {
            switch byte {
            case 32, 9: isExpected = true
            case UInt8(ascii: "-"), UInt8(ascii: "?"), UInt8(ascii: ":"):
                guard isExpected else { return count }
                count += 1
                isExpected = false
            default: return count
            }
        }
        return count
    }

    /// How often an alias may stand on a line: `*name` where a value begins. Quotes are not looked at, so that nothing is missed.
    private static func possibleAliases(_ line: Substring) -> Int {
        var count = 0
        var beginsValue = true
        var previousIsStar = false
        for byte in line.utf8 {
            let isName = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 45
            if previousIsStar, isName { count += 1 }
            previousIsStar = byte == UInt8(ascii: "*") && beginsValue
            switch byte {
            case 32, 9: break
            case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "?"), UInt8(ascii: "-"):
                beginsValue = true
            default: beginsValue = false
            }
        }
        return count
    }

    // MARK: - Nodes

    /// - Parameter previous: where the key or the element before this one stands. An alias shows as a node that stands before it.
    private mutating func convert(_ node: Node, depth: Int, after previous: DocumentPosition?) -> DocumentNode? {
        let mark = node.mark
        let position = mark.map { DocumentPosition(line: $0.line, column: $0.column) } ?? previous ?? Self.top
        nodeCount += 1
        guard nodeCount <= DocumentLimits.nodes else {
            report.error(.limit, "the file holds more than \(DocumentLimits.nodes) values", at: position)
            return nil
        }
        guard depth <= DocumentLimits.depth else {
            report.error(.limit, "the file nests more than \(DocumentLimits.depth) deep", at: position)
            return nil
        }
        if let previous, position < previous {
            report.error(.alias, "anchors and aliases are not read", at: previous, suggestion: "write the value out")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let style: DocumentNode.Style =
                switch scalar.style {
                case .singleQuoted, .doubleQuoted: .quoted
                case .literal, .folded: .block
                default: .plain
                }
            return DocumentNode(content: .scalar(scalar.string, style), position: position)
        case .sequence(let sequence):
            var elements: [DocumentNode] = []
            var last = position
            for element in sequence {
                guard let converted = convert(element, depth: depth + 1, after: last) else { return nil }
                elements.append(converted)
                last = converted.position
            }
            return DocumentNode(content: .sequence(elements), position: position)
        case .mapping(let mapping): return convert(mapping, position, depth)
        case .alias:
            report.error(.alias, "anchors and aliases are not read", at: position, suggestion: "write the value out")
            return nil
        }
    }

    private mutating func convert(_ mapping: Node.Mapping, _ position: DocumentPosition, _ depth: Int) -> DocumentNode? {
        var pairs: [(key: DocumentNode, value: DocumentNode)] = []
        var last = position
        for (key, value) in mapping {
            guard let key = convert(key, depth: depth + 1, after: last) else { return nil }
            guard key.text != nil else {
                report.error(.wrongType, "a key must be a plain text, not \(key.kind)", at: key.position)
                return nil
            }
            guard let value = convert(value, depth: depth + 1, after: key.position) else { return nil }
            pairs.append((key, value))
            last = value.position
        }
        return DocumentNode(content: .mapping(pairs), position: position)
    }

    // MARK: - Errors of the YAML parser

    private mutating func report(_ error: any Error) {
        guard let error = error as? YamlError else {
            report.error(.syntax, "the file cannot be read: \(error)", at: Self.top)
            return
        }
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
            report(problem, context, mark)
        case .composer(let context, let problem, let mark, _):
            if problem.contains("alias") {
                report.error(
                    .alias, "anchors and aliases are not read", at: .init(line: mark.line, column: mark.column),
                    suggestion: "write the value out, or put it in quotes")
            } else {
                report(problem, context, mark)
            }
        case .reader(let problem, _, _, _):
            report.error(.syntax, "the file is not YAML: \(problem)", at: Self.top)
        case .duplicatedKeysInMapping(let duplicates, let context):
            let name = duplicates.first ?? ""
            report.error(
                .syntax, "the key '\(name)' stands twice in one map",
                at: .init(line: max(1, context.mark.line), column: max(1, context.mark.column)),
                suggestion: "keep one of them")
        default:
            report.error(.syntax, "the file is not YAML", at: Self.top)
        }
    }

    private mutating func report(_ problem: String, _ context: YamlError.Context?, _ mark: Mark) {
        var suggestion: String?
        if problem.contains("mapping values are not allowed") || problem.contains("block end") || problem.contains("expected ',' or") {
            suggestion = "put texts that hold ': ', '#', '[', '{' or quotes into single quotes"
        } else if problem.contains("tab") || problem.contains("cannot start any token") {
            suggestion = "indent with spaces; a text that begins with a special character needs quotes"
        }
        let words = context.map { "\($0.text) \(problem)" } ?? problem
        report.error(
            .syntax, "not YAML: \(words.trimmingPrefix { $0 == " " })", at: .init(line: mark.line, column: mark.column),
            suggestion: suggestion)
    }
}
