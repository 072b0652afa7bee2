/// Where the decisions lead each release, and whether effects and what the data plane showed follow from them.
struct ReleaseLedger {
    final class Standing {
        let name: String
        var state = Standing.pending
        var sequence: Int64 = 0
        var weights: [String: Int64] = [:]
        /// As the last decision wrote them, by which the same ones are known without being read.
        var weightsText: [UInt8] = []
        var term: Int64 = 0
        var lastLeaf: UInt64
        /// What the decisions of the last commit made the weights: effects follow on the decisions of their own commit.
        var decided: [(decision: Int64, weights: [String: Int64])] = []
        /// True once effects have followed: the next decision belongs to another commit.
        var isCommitOver = false
        /// The data plane showed something else, at this leaf, and no decision has told of it yet.
        var unexplained: (leaf: UInt64, reason: String)?

        private static let pending = Array("pending".utf8)

        init(name: String, leaf: UInt64) {
            self.name = name
            lastLeaf = leaf
        }

        var stateName: String { String(decoding: state, as: UTF8.self) }

        /// True when a text says the state in which the release is.
        func isState(_ token: Int, _ scanner: JSONScanner) -> Bool {
            scanner.tokens[token].kind == .string && state.withUnsafeBytes { JSONScanner.same(scanner.bytes(token), $0) }
        }

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
    /// The release that was asked about last: decisions of one release mostly follow on each other.
    private var lastWeights = WrittenWeights()
    private var last: (release: Int64, standing: Standing)?
    private var effects: [Int64: Effect] = [:]
    private var transitions: [String: Set<String>] = [:]
    private var final: Set<String> = []
    private(set) var decisionCount: UInt64 = 0
    private(set) var effectCount: UInt64 = 0

    mutating func allow(from: String, to: String) { transitions[from, default: []].insert(to) }
    mutating func forbid(from: String, to: String) { transitions[from]?.remove(to) }

    mutating func began(_ release: Int64, name: String, leaf: UInt64) {
        if standings[release] == nil { standings[release] = Standing(name: name, leaf: leaf) }
    }

    // MARK: Decisions

    private mutating func standing(_ release: Int64) -> Standing? {
        if let last, last.release == release { return last.standing }
        guard let standing = standings[release] else { return nil }
        last = (release, standing)
        return standing
    }

    mutating func decided(_ facts: DecisionFacts, _ scanner: JSONScanner, release: Int64, decision: Int64, leaf: UInt64) -> [Finding] {
        decisionCount += 1
        var findings: [Finding] = []
        func complain(_ reason: String) {
            findings.append(Finding(.decision, entry: leaf, table: "decision", key: "id=\(decision)", reason))
        }
        guard let from = facts.from, let to = facts.to, let sequence = facts.sequence else {
            complain("the decision does not say from where to where it leads")
            return findings
        }
        guard let standing = standing(release) else {
            complain("no entry tells of the beginning of release \(release)")
            return findings
        }
        if sequence != standing.sequence + 1 {
            complain("decision \(sequence) of release \(standing.name) follows on decision \(standing.sequence)")
        }
        // Most decisions stay where they are; their states and weights are compared as they stand there.
        if !standing.isState(from, scanner) {
            complain("the decision begins at \(scanner.string(from) ?? "?"), but release \(standing.name) was \(standing.stateName)")
        }
        if !scanner.same(from, to), let before = scanner.string(from), let after = scanner.string(to),
            transitions[before]?.contains(after) != true
        {
            complain("a release that is \(before) cannot become \(after)")
        }
        if let weights = facts.fromWeights, !standing.isWritten(weights, scanner) {
            let before = self.weights(in: scanner.bytes(weights)).weights
            if !standing.weights.isEmpty, !before.isEmpty, !Self.same(before, standing.weights) {
                complain("the decision begins from other weights than the one before it left")
            }
        }
        if facts.leaseTerm < standing.term {
            complain("the decision was made under lease term \(facts.leaseTerm), after one under \(standing.term)")
        }
        if let written = facts.toWeights, !standing.isWritten(written, scanner) {
            let after = weights(in: scanner.bytes(written))
            if !after.weights.isEmpty {
                standing.weights = after.weights
                standing.weightsText = after.text
            }
        }
        standing.take(facts, to: to, sequence: sequence, decision: decision, leaf: leaf, scanner)
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
        func ended(_ result: MemberName) -> Bool { scanner.member(entry, "result").map { scanner.isText($0, result) } ?? false }
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
        guard let standing = standings[release], standing.stateName != state else { return nil }
        return Finding(
            .decision, entry: standing.lastLeaf, table: "release_state", key: "release=\(release)", column: "state",
            "release \(standing.name) is \(state), but its decisions lead to \(standing.stateName)")
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

    /// Weights as they are written. Most releases have the same ones.
    struct WrittenWeights {
        var text: [UInt8] = []
        var weights: [String: Int64] = [:]
    }

    /// The weights of a text that was passed over.
    private mutating func weights(in text: UnsafeRawBufferPointer) -> WrittenWeights {
        if lastWeights.text.withUnsafeBytes({ JSONScanner.same($0, text) }) { return lastWeights }
        var scanner = JSONScanner()
        let weights = scanner.scan(text.bindMemory(to: UInt8.self)) ? Self.weights(0, scanner) : [:]
        lastWeights = WrittenWeights(text: Array(text), weights: weights)
        return lastWeights
    }

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

extension ReleaseLedger.Standing {
    /// Goes where a decision leads; its weights were taken before.
    fileprivate func take(_ facts: DecisionFacts, to: Int, sequence: Int64, decision: Int64, leaf: UInt64, _ scanner: JSONScanner) {
        self.sequence = sequence
        if !isState(to, scanner) { state = Array((scanner.string(to) ?? "?").utf8) }
        term = max(facts.leaseTerm, term)
        lastLeaf = leaf
        if isCommitOver || decided.count == ReleaseLedger.decisionsOfCommit { decided.removeAll(keepingCapacity: true) }
        isCommitOver = false
        decided.append((decision, weights))
        if unexplained != nil, ["drift", "error"].contains(scanner.string(facts.kind) ?? "") { unexplained = nil }
    }
}
