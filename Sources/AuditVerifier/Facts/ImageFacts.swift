/// The image of a row in an entry.
struct ImageFacts {
    /// What the verifier follows beyond the row itself.
    enum Subject { case none, recordedTable, legalTransition, release, evidence }

    var token: Int
    var table: Int
    var row: Int
    var key: Int
    var isGone: Bool
    var subject: Subject
    var identity: RowMark
    /// Of what the row became.
    var content: RowMark

    /// nil when it is not an image, or its row lacks a column of its key.
    init?(_ token: Int, _ scanner: JSONScanner, _ bytes: MarkedBytes) {
        guard scanner.tokens[token].kind == .object else { return nil }
        var table = 0
        var row = 0
        var key = 0
        var change = 0
        var digests: Int?
        var at = token + 1
        let end = Int(scanner.tokens[token].next)
        while at < end {
            switch scanner.name(at) {
            case .row: row = at + 1
            case .table: table = at + 1
            case .key: key = at + 1
            case .change: change = at + 1
            case .digests: digests = at + 1
            default: break
            }
            at = Int(scanner.tokens[at + 1].next)
        }
        guard table > 0, row > 0, key > 0, change > 0, scanner.tokens[table].kind == .string, scanner.tokens[row].kind == .object,
            let identity = bytes.identity(scanner.bytes(table), key: key, row: row, scanner)
        else { return nil }
        self.token = token
        self.table = table
        self.row = row
        self.key = key
        self.identity = identity
        isGone = scanner.isText(change, .delete)
        content = isGone ? RowMark(high: 0, low: 0) : bytes.image(row, digests: digests, scanner)
        subject =
            if scanner.isName(table, .evidence) {
                .evidence
            } else if scanner.isName(table, .releaseTable) {
                .release
            } else if scanner.isName(table, .legalTransition) {
                .legalTransition
            } else if scanner.isName(table, .recordedTable) {
                .recordedTable
            } else {
                .none
            }
    }
}
