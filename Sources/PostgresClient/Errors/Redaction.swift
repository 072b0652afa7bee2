/// Takes passwords out of text that may reach a log or an error.
///
/// Removed are the known secrets themselves (from three characters on), the password part of a URL, and whatever
/// follows `password` as a value or as an SQL literal.
struct Redaction: Sendable {
    /// Secrets shorter than this are not searched for by themselves: they would hit ordinary words.
    static let shortestSecret = 3
    static let replacement = "***"

    private let secrets: [String]

    init(secrets: [String] = []) {
        self.secrets = secrets.filter { $0.count >= Self.shortestSecret }
    }

    func callAsFunction(_ text: String) -> String {
        var text = text
        for secret in secrets where text.contains(secret) {
            text = text.split(separator: secret, omittingEmptySubsequences: false).joined(separator: Self.replacement)
        }
        text = text.replacing(#/:\/\/([^:@\/\s"]*):\S*@/#) { "://\($0.output.1):\(Self.replacement)@" }
        text = text.replacing(#/(?i)(password\s*=\s*)('(?:[^'\\]|\\.)*'?|[^\s&'"]+)/#) { "\($0.output.1)\(Self.replacement)" }
        text = text.replacing(#/(?i)(password\s+)(E?'(?:[^']|'')*'?)/#) { "\($0.output.1)\(Self.replacement)" }
        return text
    }
}
