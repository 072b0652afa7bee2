import Hashing

/// What one entry of the export says, found without anything that came before it.
struct EntryFacts {
    enum Kind { case decision, effect, outcome, logKey, rows, hold, retention, expiry, other }

    /// Columns that do not say what the entry says.
    struct Disagreement: OptionSet {
        let rawValue: UInt8
        static let id = Self(rawValue: 1)
        static let kind = Self(rawValue: 2)
        static let release = Self(rawValue: 4)
        static let decision = Self(rawValue: 8)
        static let recordedAt = Self(rawValue: 16)

        var columns: [String] {
            [(Self.id, "id"), (.kind, "kind"), (.release, "release"), (.decision, "decision"), (.recordedAt, "recorded_at")]
                .filter { contains($0.0) }.map(\.1)
        }
    }

    /// What the export says beside the entry.
    struct Columns {
        var token: Int
        var isNumbered = false
        /// The number that is stated; nil for one that cannot be read.
        var number: Int64?
        /// True where a hash is stated, and it is another one.
        var isOtherHash = false
    }

    /// The entry's token; nil when it is no JSON object.
    var token: Int?
    var columns: Columns?
    var kind = Kind.other
    /// False for an entry from before rows were recorded.
    var hasHistory = false
    /// The columns that do not say what the entry says.
    var disagreeing = Disagreement()
    var release: Int64?
    var decision: Int64?
    /// Within the images of the block. One that cannot be read is nil there.
    var images = 0..<0
    var decided: DecisionFacts?

    /// - Parameters:
    ///   - token: the entry; nil for one that came as bytes that are no JSON.
    ///   - columns: the object beside it.
    init(_ token: Int?, columns: Int?, leafHash: InlineDigest, _ scanner: JSONScanner, _ bytes: MarkedBytes, images: inout [ImageFacts?]) {
        var stated = StatedColumns()
        if let columns, scanner.tokens[columns].kind == .object {
            stated = StatedColumns(columns, scanner)
            var own = Columns(token: columns)
            if let leafIndex = stated.leafIndex, scanner.tokens[leafIndex].kind == .string {
                own.isNumbered = true
                own.number = scanner.number(inText: leafIndex)
            }
            if let leafHashToken = stated.leafHash { own.isOtherHash = scanner.digest(leafHashToken) != leafHash }
            self.columns = own
        }
        guard let token, scanner.tokens[token].kind == .object else { return }
        self.token = token
        read(token, stated, scanner, bytes, &images)
    }

    private mutating func read(
        _ token: Int, _ stated: StatedColumns, _ scanner: JSONScanner, _ bytes: MarkedBytes, _ images: inout [ImageFacts?]
    ) {
        var history: Int?
        var kindToken: Int?
        var recordedAt: Int?
        var rows: Int?
        var body: Int?
        var evidence: Int?
        var sequence: Int?
        var leaseTerm: Int?
        var at = token + 1
        let end = Int(scanner.tokens[token].next)
        while at < end {
            switch scanner.name(at) {
            case .body: body = at + 1
            case .history: history = at + 1
            case .kind: kindToken = at + 1
            case .rows: rows = at + 1
            case .recordedAt: recordedAt = at + 1
            case .sequence: sequence = at + 1
            case .leaseTerm: leaseTerm = at + 1
            case .evidenceDigest: evidence = at + 1
            default: break
            }
            at = Int(scanner.tokens[at + 1].next)
        }
        if let kindToken { kind = Kind(kindToken, scanner) }
        if let rows, scanner.tokens[rows].kind == .array {
            let first = images.count
            var at = rows + 1
            while at < Int(scanner.tokens[rows].next) {
                images.append(ImageFacts(at, scanner, bytes))
                at = Int(scanner.tokens[at].next)
            }
            self.images = first..<images.count
        }
        if kind == .decision {
            decided = DecisionFacts(body: body, evidence: evidence, scanner)
            decided?.sequence = scanner.integer(sequence)
            decided?.leaseTerm = scanner.integer(leaseTerm) ?? 0
        }
        guard let history else { return }
        hasHistory = true
        readHistory(history, kindToken, recordedAt, stated, scanner)
    }

    /// The columns beside an entry say what the entry says.
    private mutating func readHistory(
        _ history: Int, _ kindToken: Int?, _ recordedAt: Int?, _ stated: StatedColumns, _ scanner: JSONScanner
    ) {
        let id = scanner.member(history, .id)
        let releaseToken = scanner.member(history, .release)
        let decisionToken = scanner.member(history, .decision)
        release = scanner.integer(releaseToken)
        decision = scanner.integer(decisionToken)
        guard columns != nil else { return }
        /// A column that is null is one that the entry does not name.
        func agree(_ column: Int?, _ said: Int?, _ kind: JSONScanner.Kind) -> Bool {
            guard let column else { return false }
            guard scanner.tokens[column].kind == .string else { return said == nil }
            return said.map { scanner.tokens[$0].kind == kind && scanner.same(column, $0) } ?? false
        }
        if !agree(stated.id, id, .number) { disagreeing.insert(.id) }
        if !agree(stated.kind, kindToken, .string) { disagreeing.insert(.kind) }
        if !agree(stated.release, releaseToken, .number) { disagreeing.insert(.release) }
        if !agree(stated.decision, decisionToken, .number) { disagreeing.insert(.decision) }
        if !scanner.isSameMoment(stated.recordedAt, recordedAt) { disagreeing.insert(.recordedAt) }
    }
}

extension EntryFacts.Kind {
    init(_ token: Int, _ scanner: JSONScanner) {
        self =
            if scanner.isText(token, .decisionKind) {
                .decision
            } else if scanner.isText(token, .effect) {
                .effect
            } else if scanner.isText(token, .outcome) {
                .outcome
            } else if scanner.isText(token, .logKey) {
                .logKey
            } else if scanner.isText(token, .rowsKind) {
                .rows
            } else if scanner.isText(token, .hold) {
                .hold
            } else if scanner.isText(token, .retention) {
                .retention
            } else if scanner.isText(token, .expiry) {
                .expiry
            } else {
                .other
            }
    }
}
