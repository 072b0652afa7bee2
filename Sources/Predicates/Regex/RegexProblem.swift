/// Why a regular expression is refused, and where in its text.
struct RegexProblem: Error {
    let message: String
    /// In bytes of the pattern.
    let offset: Int
    let suggestion: String?

    init(_ message: String, at offset: Int, suggestion: String? = nil) {
        self.message = message
        self.offset = offset
        self.suggestion = suggestion
    }
}
