internal import Predicates

/// The findings about one file, in the order in which they come up.
struct FindingReport {
    /// More findings than this about one file are not listed.
    static let maximumFindings = 200

    let file: String
    let lines: [Substring]
    private(set) var findings: [Finding] = []
    /// Lines that hold a secret; they are never shown.
    var secretLines: Set<Int> = []

    init(file: String, source: String, secretLines: Set<Int> = []) {
        self.file = file
        self.secretLines = secretLines
        lines = source.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }
    }

    var hasErrors: Bool { findings.contains { $0.severity == .error } }

    mutating func add(_ finding: Finding) {
        guard findings.count < Self.maximumFindings else { return }
        guard secretLines.contains(finding.line) else {
            findings.append(finding)
            return
        }
        findings.append(
            Finding(
                severity: finding.severity, code: finding.code, place: finding.place, message: finding.message,
                lineText: "(the line is not shown: it holds a secret)", caret: 0, suggestion: finding.suggestion))
    }

    /// A finding at a position of the file. Columns are YAML's: Unicode scalars from 1.
    mutating func add(
        _ severity: Finding.Severity, _ code: FindingCode, _ message: String, at position: DocumentPosition, suggestion: String? = nil
    ) {
        let text = position.line >= 1 && position.line <= lines.count ? String(lines[position.line - 1]) : ""
        let caret = Self.characters(in: text, beforeScalar: position.column - 1)
        let indentation = text.prefix { $0 == " " }.count
        // The line is shown without its indentation.
        let shown = String(text.dropFirst(min(indentation, caret)))
        add(
            Finding(
                severity: severity, code: code, place: SourcePlace(file: file, line: max(1, position.line), column: caret + 1),
                message: message, lineText: shown, caret: caret - min(indentation, caret), suggestion: suggestion))
    }

    mutating func error(_ code: FindingCode, _ message: String, at position: DocumentPosition, suggestion: String? = nil) {
        add(.error, code, message, at: position, suggestion: suggestion)
    }

    /// Characters before the scalar with this index.
    static func characters(in text: String, beforeScalar index: Int) -> Int {
        String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(0, index)))).count
    }

    /// Findings by their place; errors before warnings at one place.
    var sorted: [Finding] {
        findings.enumerated().sorted { one, other in
            (one.element.line, one.element.column, one.offset) < (other.element.line, other.element.column, other.offset)
        }.map(\.element)
    }
}
