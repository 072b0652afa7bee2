/// Where the decisions lead each release, and whether effects and what the data plane showed follow from them.
struct ReleaseLedger {
    struct Standing {
        var name: String
        var state = "pending"
        var sequence: Int64 = 0
        var weights: [String: Int64] = [:]
        /// As the last decision wrote them, by which the same ones are known without being read.
        var weightsText: [UInt8] = []
        var term: Int64 = 0
        var lastLeaf: UInt64 = 0
        /// What the decisions of the last commit made the weights: effects follow on the decisions of their own commit.
        var decided: [(decision: Int64, weights: [String: Int64])] = []
        /// True once effects have followed: the next decision belongs to another commit.
        var isCommitOver = false
        /// The data plane showed something else, at this leaf, and no decision has told of it yet.
        var unexplained: (leaf: UInt64, reason: String)?

        /// True when these are the weights that the last decision wrote, byte for byte.
        func isWritten(_ weights: Int, _ scanner: JSONScanner) -> Bool {
            weightsText.withUnsafeBytes { JSONScanner.same(scanner.bytes(weights), $0) }
        }
    }

    private struct Effect {
        var kind: String
        var release: Int64
        var generation: Int64?
        var weights: [String: Int64]
    }

    /// How many decisions one commit may hold.
    static let decisionsOfCommit = 100

    private var standings: [Int64: Standing] = [:]
    private var effects: [Int64: Effect] = [:]
    private var transitions: [String: Set<String>] = [:]
    private var final: Set<String> = []
    private(set) var decisionCount: UInt64 = 0
    private(set) var effectCount: UInt64 = 0

    mutating func allow(from: String, to: String) { transitions[from, default: []].insert(to) }
    mutating func forbid(from: String, to: String) { transitions[from]?.remove(to) }

    mutating func began(_ release: Int64, name: String, leaf: UInt64) {
        if standings[release] == nil { standings[release] = Standing(name: name, lastLeaf: leaf) }
    }

    // MARK: Decisions

    mutating func decided(_ entry: Int, _ scanner: JSONScanner, release: Int64, decision: Int64, leaf: UInt64) -> [Finding] {
        decisionCount += 1
        var findings: [Finding] = []
        func complain(_ reason: String) {
            findings.append(Finding(.decision, entry: leaf, table: "decision", key: "id=\(decision)", reason))
        }
        let body = scanner.member(entry, "body")
        guard let fromToken = scanner.member(body, "from"), let toToken = scanner.member(body, "to"),
            let sequence = scanner.integer(scanner.member(entry, "sequence"))
        else {
            complain("the decision does not say from where to where it leads")
            return findings
        }
        guard let place = standings.index(forKey: release) else {
            complain("no entry tells of the beginning of release \(release)")
            return findings
        }
        // Moved out and back, so that it is not copied.
        var decidedOfCommit = standings.values[place].decided
        standings.values[place].decided = []
        var standing = standings.values[place]
        // Most decisions stay where they are; their states and weights are compared as they stand there.
        let from = scanner.isText(fromToken, of: standing.state) ? standing.state : scanner.string(fromToken) ?? "?"
        let to = scanner.isText(toToken, of: standing.state) ? standing.state : scanner.string(toToken) ?? "?"
        if sequence != standing.sequence + 1 {
            complain("decision \(sequence) of release \(standing.name) follows on decision \(standing.sequence)")
        }
        if from != standing.state {
            complain("the decision begins at \(from), but release \(standing.name) was \(standing.state)")
        }
        if from != to, transitions[from]?.contains(to) != true {
            complain("a release that is \(from) cannot become \(to)")
        }
        let fromWeights = scanner.member(body, "fromWeights")
        if let fromWeights, !standing.isWritten(fromWeights, scanner) {
            let before = Self.weights(fromWeights, scanner)
            if !standing.weights.isEmpty, !before.isEmpty, !Self.same(before, standing.weights) {
                complain("the decision begins from other weights than the one before it left")
            }
        }
        let term = scanner.integer(scanner.member(entry, "leaseTerm")) ?? 0
        if term < standing.term { complain("the decision was made under lease term \(term), after one under \(standing.term)") }
        standing.sequence = sequence
        standing.state = to
        standing.term = max(term, standing.term)
        if let toWeights = scanner.member(body, "toWeights"), !standing.isWritten(toWeights, scanner) {
            let after = Self.weights(toWeights, scanner)
            if !after.isEmpty {
                standing.weights = after
                standing.weightsText = Array(scanner.bytes(toWeights))
            }
        }
        standing.lastLeaf = leaf
        if standing.isCommitOver || decidedOfCommit.count == Self.decisionsOfCommit { decidedOfCommit = [] }
        standing.isCommitOver = false
        decidedOfCommit.append((decision, standing.weights))
        if standing.unexplained != nil, ["drift", "error"].contains(scanner.string(scanner.member(body, "kind")) ?? "") {
            standing.unexplained = nil
        }
        standings.values[place] = standing
        standings.values[place].decided = decidedOfCommit
        return findings
    }

    // MARK: Effects

    mutating func asked(_ entry: Int, _ scanner: JSONScanner, release: Int64, decision: Int64?, leaf: UInt64) -> [Finding] {
        effectCount += 1
        guard let id = scanner.integer(scanner.member(entry, "id")), let kind = scanner.string(scanner.member(entry, "effect")) else {
            return [Finding(.effect, entry: leaf, "the effect says neither its number nor its kind")]
        }
        let body = scanner.member(entry, "body")
        let weights = Self.weights(scanner.member(body, "weights"), scanner)
        effects[id] = Effect(
            kind: kind, release: release, generation: scanner.integer(scanner.member(body, "generation")), weights: weights)
        func complain(_ reason: String) -> [Finding] { [Finding(.effect, entry: leaf, table: "outbox", key: "id=\(id)", reason)] }
        guard let decision else {
            return kind == "setWeights" ? complain("weights are set without a decision") : []
        }
        standings[release]?.isCommitOver = true
        guard let decided = standings[release]?.decided.last(where: { $0.decision == decision })?.weights else {
            return complain("decision \(decision), from which the effect follows, is not there")
        }
        if kind == "setWeights", !Self.same(weights, decided) {
            return complain("the effect sets other weights than decision \(decision) asked for")
        }
        return []
    }

    mutating func came(_ entry: Int, _ scanner: JSONScanner, leaf: UInt64) -> [Finding] {
        guard let id = scanner.integer(scanner.member(entry, "effect")), let effect = effects[id] else {
            return [Finding(.effect, entry: leaf, table: "effect_outcome", "the outcome is of an effect that no entry asks for")]
        }
        func ended(_ result: StaticString) -> Bool { scanner.member(entry, "result").map { scanner.isText($0, result) } ?? false }
        // What is done or given up has no other outcome; what was dropped may still be told of by the attempt under way.
        if ended("done") || ended("failed") { effects[id] = nil }
        guard effect.kind == "setWeights", ended("done") else { return [] }
        for node in scanner.elements(scanner.member(scanner.member(entry, "body"), "observed")) {
            let shown = Self.weights(scanner.member(node, "weights"), scanner)
            let generation = scanner.integer(scanner.member(node, "generation"))
            guard !shown.isEmpty, generation != effect.generation || !Self.same(shown, effect.weights) else { continue }
            let name = scanner.string(scanner.member(node, "node")) ?? "?"
            // A decision of kind drift or error tells of it; without one nobody has.
            standings[effect.release]?.unexplained = (leaf, "node \(name) carried other weights than effect \(id) asked for")
        }
        return []
    }

    // MARK: What the tables say

    func checkState(release: Int64, state: String) -> Finding? {
        guard let standing = standings[release], standing.state != state else { return nil }
        return Finding(
            .decision, entry: standing.lastLeaf, table: "release_state", key: "release=\(release)", column: "state",
            "release \(standing.name) is \(state), but its decisions lead to \(standing.state)")
    }

    func checkWeights(release: Int64, weights: [String: Int64]) -> Finding? {
        guard let standing = standings[release], !standing.weights.isEmpty, !Self.same(weights, standing.weights) else { return nil }
        return Finding(
            .decision, entry: standing.lastLeaf, table: "arm", key: "release=\(release)", column: "weight",
            "the arms of release \(standing.name) have other weights than its last decision gave them")
    }

    func unexplained() -> [Finding] {
        standings.values.compactMap { standing in
            standing.unexplained.map {
                Finding(.dataPlane, entry: $0.leaf, "release \(standing.name): \($0.reason), and no decision tells of it")
            }
        }
    }

    // MARK: Weights

    static func weights(_ token: Int?, _ scanner: JSONScanner) -> [String: Int64] {
        var weights: [String: Int64] = [:]
        for element in scanner.elements(token) {
            guard let arm = scanner.string(scanner.member(element, "arm")), let weight = scanner.integer(scanner.member(element, "weight"))
            else { continue }
            weights[arm] = weight
        }
        return weights
    }

    /// The same shares; an arm that is not named has none.
    static func same(_ left: [String: Int64], _ right: [String: Int64]) -> Bool {
        left.allSatisfy { right[$0.key, default: 0] == $0.value } && right.allSatisfy { left[$0.key, default: 0] == $0.value }
    }
}
