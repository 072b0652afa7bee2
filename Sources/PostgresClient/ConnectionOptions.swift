import CLibPQ

/// libpq's connection keywords and values, in libpq's order. Says nothing of passwords when printed or dumped.
struct ConnectionOptions: Sendable, CustomStringConvertible, CustomReflectable {
    private(set) var entries: [(keyword: String, value: String)]

    private static let shown = ["host", "hostaddr", "port", "user", "dbname", "service"]
    private static let secret = ["password", "sslpassword"]

    /// Reads a URL or a keyword string with libpq. Errors: `.connectionFailed`, redacted.
    init(_ connectionString: String) throws(PostgresError) {
        var message: UnsafeMutablePointer<CChar>?
        guard !connectionString.utf8.contains(0), let parsed = PQconninfoParse(connectionString, &message) else {
            let reason = message.map { String(cString: $0) } ?? "it holds the character U+0000"
            PQfreemem(message)
            throw PostgresError(
                .connectionFailed, "the database address cannot be read: " + Self.trimmed(Redaction()(reason)),
                hint: "postgresql://user@host:5432/database or host=/run/postgresql user=name dbname=name")
        }
        defer { PQconninfoFree(parsed) }
        var entries: [(keyword: String, value: String)] = []
        var option = parsed
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { entries.append((String(cString: keyword), String(cString: value))) }
            option += 1
        }
        self.entries = entries
    }

    subscript(keyword: String) -> String? { entries.first { $0.keyword == keyword }?.value }

    /// Sets a keyword unless the address has it.
    mutating func setDefault(_ keyword: String, _ value: String) {
        if self[keyword] == nil { entries.append((keyword, value)) }
    }

    var redaction: Redaction { Redaction(secrets: entries.filter { Self.secret.contains($0.keyword) }.map(\.value)) }

    var description: String {
        Self.shown.compactMap { keyword in self[keyword].map { "\(keyword)=\($0)" } }.joined(separator: " ")
    }

    var customMirror: Mirror { Mirror(self, children: ["address": description]) }

    static func trimmed(_ text: String) -> String {
        String(text.split(whereSeparator: \.isNewline).joined(separator: "; "))
    }
}
