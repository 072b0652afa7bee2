extension PostgresError {
    /// Excerpts of a statement in an error are cut here.
    static let excerptLimit = 100

    /// The error the server answered a statement with.
    init(_ result: ResultHandle, sql: String, redact: Redaction) {
        func field(_ code: Int32) -> String? { result.field(code).map { redact($0) } }
        let position = result.field(Diagnostic.position).flatMap { Int($0) }
        self.init(
            .sqlState(result.field(Diagnostic.sqlState) ?? "XX000"), field(Diagnostic.message) ?? redact(result.errorMessage),
            detail: field(Diagnostic.detail), hint: field(Diagnostic.hint), constraint: field(Diagnostic.constraint),
            table: field(Diagnostic.table), column: field(Diagnostic.column),
            place: position.flatMap { Self.place(in: sql, character: $0, redact: redact) } ?? field(Diagnostic.context))
    }

    /// `line 3, column 12: select wieght from policy`; the character counts from 1.
    static func place(in sql: String, character: Int, redact: Redaction) -> String? {
        guard character >= 1 else { return nil }
        let before = sql.unicodeScalars.prefix(character - 1)
        let line = before.count { $0 == "\n" } + 1
        let column = before.reversed().prefix { $0 != "\n" }.count + 1
        let text = sql.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        guard line <= text.count else { return "line \(line), column \(column)" }
        // A statement that sets a password is not quoted at all: where the literal ends is what the server could not read.
        if sql.lowercased().contains("password") { return "line \(line), column \(column)" }
        let excerpt = String(String.UnicodeScalarView(text[line - 1]).prefix(Self.excerptLimit))
        return "line \(line), column \(column): \(redact(excerpt))"
    }
}
