/// Where an entry of kind decision says what was decided.
struct DecisionFacts {
    var from: Int?
    var to: Int?
    var fromWeights: Int?
    var toWeights: Int?
    var kind: Int?
    var sequence: Int64?
    var leaseTerm: Int64 = 0
    /// The evidence that it rests on.
    var evidence: EvidenceLedger.Key?

    init(body: Int?, evidence digest: Int?, _ scanner: JSONScanner) {
        var time: Int?
        if let body, scanner.tokens[body].kind == .object {
            var at = body + 1
            let end = Int(scanner.tokens[body].next)
            while at < end {
                switch scanner.name(at) {
                case .from: from = at + 1
                case .to: to = at + 1
                case .fromWeights: fromWeights = at + 1
                case .toWeights: toWeights = at + 1
                case .kind: kind = at + 1
                case .time: time = at + 1
                default: break
                }
                at = Int(scanner.tokens[at + 1].next)
            }
        }
        if let digest = scanner.digest(digest), let at = scanner.moment(time) { evidence = EvidenceLedger.Key(digest: digest, at: at) }
    }
}
