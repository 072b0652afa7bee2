import Hashing

/// An entry that tells of evidence which was let go: how much, and a digest over the digests of all that went.
struct Expiry {
    /// A row of evidence, as its image says.
    struct Row {
        var digest: [UInt8]
        /// `2026-11`, in UTC.
        var month: String

        init?(_ scanner: JSONScanner, _ row: Int) {
            guard let digest = scanner.string(scanner.member(row, "digest")).flatMap({ [UInt8](hex: $0.dropFirst(2)) }),
                let at = scanner.string(scanner.member(row, "at"))
            else { return nil }
            self.digest = digest
            month = String(at.prefix(7))
        }
    }

    /// nil where it was evidence of several months.
    var month: String?
    var rows: Int64
    /// SHA-256 over the digests in ascending order, in hexadecimal.
    var digests: String

    init?(_ scanner: JSONScanner, _ entry: Int) {
        guard let month = scanner.string(scanner.member(entry, "month")), let rows = scanner.integer(scanner.member(entry, "rows")),
            let digests = scanner.string(scanner.member(entry, "digests"))
        else { return nil }
        self.month = month == "other" ? nil : month
        self.rows = rows
        self.digests = digests
    }

    /// True when these rows, and no others, are what went.
    func accounts(for went: [Row]) -> Bool {
        let ordered = went.map(\.digest).sorted { $0.lexicographicallyPrecedes($1) }
        return Int64(went.count) == rows && SHA256Digest(of: ordered.flatMap { $0 }).hex == digests
    }
}
