public import Predicates
public import ReleaseModel

/// Proves a tree; see `TreeProof`.
public enum TreeProver {
    /// Counter-examples that are listed at most.
    static let maximumExamples = 5

    /// - Parameters:
    ///   - tree: the nodes of a policy.
    ///   - schema: the signals, with the direction in which each gets worse; those of the engine itself among them.
    /// - Throws: `ExpressionError` for a condition that does not fit the signals.
    public static func proof(of tree: [TreeNode], schema: SignalSchema) throws -> TreeProof {
        do {
            var model = try TreeModel(tree, schema: schema)
            var search = try TreeSearch(&model)
            return try search.proof()
        } catch is DecisionDiagram.TooLarge {
            return TreeProof(
                cells: nil, inexact: [],
                failures: [
                    TreeFailure(.tooLarge, message: "the tree has too many combinations of conditions to prove anything about it")
                ])
        }
    }
}

/// Where a tree stands before an evaluation: whether a node has acted and waits for what comes.
enum TreeMode: Hashable {
    case idle
    /// The node of this index among the leaves waits, and its time is not over.
    case waiting(Int)
    /// Its time is over: what came since is judged.
    case judging(Int)
}

/// What an evaluation ends in, coded as a number for the diagrams.
struct TreeOutcome: Hashable {
    enum Part: Int { case atOnce, later, waiting, nobody, unknown }

    let leaf: Int
    let part: Part

    var code: Int { leaf * 5 + part.rawValue }

    init(_ leaf: Int, _ part: Part) {
        self.leaf = leaf
        self.part = part
    }

    init(code: Int) {
        leaf = code / 5
        part = Part(rawValue: code % 5) ?? .nobody
    }

    static let nobody = TreeOutcome(0, .nobody)
    static let unknown = TreeOutcome(0, .unknown)

    /// How much it lets happen.
    func restriction(_ leaves: [TreeModel.Leaf]) -> TreeAction.Restriction {
        switch part {
        case .nobody, .unknown: return .hold
        case .waiting: return .observe
        case .atOnce: return leaves[leaf].action.restriction
        case .later: return leaves[leaf].action.later?.action.restriction ?? leaves[leaf].action.restriction
        }
    }
}

/// The search for what does not hold of a tree.
struct TreeSearch {
    var model: TreeModel
    /// Yes where some condition is neither true nor false.
    private var anyUnknown: Int
    private var failures: [TreeFailure] = []
    /// The inputs behind the counter-examples.
    private(set) var witnesses: [Witness] = []

    /// Where worse readings lead to a more permissive action: values of variables (any where none is given), of which one gets worse.
    struct Witness {
        var values: [Int: Int]
        var variable: Int
        var step: (better: Int, worse: Int)
        var mode: TreeMode
    }

    init(_ model: inout TreeModel) throws {
        var unknown = try model.diagram.constant(TreeModel.no)
        for leaf in model.leaves {
            unknown = try model.diagram.combined(leaf.truth, unknown) { truth, already in
                truth == TreeModel.unknown || already == TreeModel.yes ? TreeModel.yes : TreeModel.no
            }
        }
        anyUnknown = unknown
        self.model = model
    }

    mutating func proof() throws -> TreeProof {
        let idle = try decision(.idle)
        try checkConditions()
        try checkReach(idle)
        checkTotal(idle)
        try checkMonotone(.idle, idle)
        for (index, leaf) in model.leaves.enumerated() where leaf.action.waits {
            for mode in [TreeMode.waiting(index), .judging(index)] { try checkMonotone(mode, decision(mode)) }
        }
        let inexact = model.variables.compactMap { if case .opaque(let text) = $0.subject { text } else { nil } }
        return TreeProof(
            cells: model.variables.reduce(1) { $0 * Double($1.values.count) }, inexact: inexact, failures: failures)
    }

    // MARK: - The decision

    /// The outcome as a function of everything that an evaluation depends on: `RollbackTree.judge` of the engine, for all inputs at once.
    mutating func decision(_ mode: TreeMode) throws -> Int {
        var decision = try model.diagram.constant(TreeOutcome.nobody.code)
        for (index, leaf) in model.leaves.enumerated().reversed() {
            switch mode {
            case .waiting(index): decision = try model.diagram.constant(TreeOutcome(index, .waiting).code)
            case .judging(index):
                let since = try since(index)
                decision = try model.diagram.combined(since, decision) { truth, rest in
                    switch truth {
                    case TreeModel.yes: TreeOutcome(index, .later).code
                    case TreeModel.no: rest
                    default: TreeOutcome(index, .waiting).code
                    }
                }
            default:
                let own = try ownOutcome(index, leaf)
                let taken = try model.diagram.combined(leaf.truth, own) { truth, outcome in truth == TreeModel.yes ? outcome : -1 }
                decision = try model.diagram.combined(taken, decision) { taken, rest in taken == -1 ? rest : taken }
            }
        }
        let leaves = model.leaves
        return try model.diagram.combined(decision, anyUnknown) { code, unknown in
            let outcome = TreeOutcome(code: code)
            let advances = outcome.part == .atOnce && leaves[outcome.leaf].action == .advance
            return advances && unknown == TreeModel.yes ? TreeOutcome.unknown.code : code
        }
    }

    /// What the leaf does when it decides; one that holds for a time does something else later.
    private mutating func ownOutcome(_ index: Int, _ leaf: TreeModel.Leaf) throws -> Int {
        guard case .holdFor = leaf.action else { return try model.diagram.constant(TreeOutcome(index, .atOnce).code) }
        let deadline = model.variable(.deadline(index), (TreeModel.flags, []))
        return try model.diagram.choice(
            deadline,
            [
                model.diagram.constant(TreeOutcome(index, .atOnce).code), model.diagram.constant(TreeOutcome(index, .later).code),
            ])
    }

    /// What the leaf's condition says on what came since: an input of its own, which gets worse as the condition does.
    private mutating func since(_ index: Int) throws -> Int {
        let worse = try model.worsening(model.leaves[index].truth)
        let variable = model.variable(.since(index), (TreeModel.flags + [.unknown], worse))
        return try model.diagram.choice(
            variable,
            [
                model.diagram.constant(TreeModel.no), model.diagram.constant(TreeModel.yes), model.diagram.constant(TreeModel.unknown),
            ])
    }

    // MARK: - Checks

    private mutating func checkConditions() throws {
        for (index, node) in model.nodes.enumerated() where node.condition != nil {
            let values = model.diagram.values(of: model.truths[index])
            if !values.contains(TreeModel.yes) {
                failures.append(TreeFailure(.neverHolds, node: node.name, message: "no readings make the condition of '\(node.name)' true"))
            } else if !values.contains(TreeModel.no), node.condition?.names.isEmpty == false {
                failures.append(
                    TreeFailure(
                        .alwaysHolds, node: node.name, message: "the condition of '\(node.name)' is true whenever its signals are there"))
            }
        }
    }

    private mutating func checkReach(_ decision: Int) throws {
        let reached = Set(model.diagram.values(of: decision).map { TreeOutcome(code: $0) }.filter { $0.part.rawValue < 3 }.map(\.leaf))
        for (index, leaf) in model.leaves.enumerated() where !reached.contains(index) {
            // Said already of the condition itself.
            if leaf.chain.contains(where: { node in failures.contains { $0.kind == .neverHolds && $0.node == model.nodes[node].name } }) {
                continue
            }
            guard model.diagram.values(of: leaf.truth).contains(TreeModel.yes) else {
                failures.append(
                    TreeFailure(
                        .neverHoldsWithin, node: leaf.name,
                        message: "the condition of '\(leaf.name)' is never true together with those around it"))
                continue
            }
            let instead = try model.diagram.combined(leaf.truth, decision) { truth, code in truth == TreeModel.yes ? code : -1 }
            let outcomes = model.diagram.values(of: instead).filter { $0 >= 0 }.map { TreeOutcome(code: $0) }
            let others = outcomes.filter { $0.part.rawValue < 3 }.map { model.leaves[$0.leaf].name }
            let distinct = others.enumerated().filter { others.firstIndex(of: $1) == $0 }.map(\.element)
            let names = distinct.map { "'\($0)'" }.joined(separator: " or ")
            failures.append(
                TreeFailure(
                    .unreachable, node: leaf.name,
                    message: names.isEmpty
                        ? "'\(leaf.name)' is never reached: it advances only where every condition is known, and then another one decides"
                        : "'\(leaf.name)' is never reached: whenever it holds, \(names) above it decides",
                    others: distinct))
        }
    }

    private mutating func checkTotal(_ decision: Int) {
        let nobody = TreeOutcome.nobody.code
        guard let found = model.diagram.example(of: decision, where: { $0 == nobody }) else { return }
        let example = example(found, changed: nil, better: nobody, worse: nil, mode: .idle)
        failures.append(
            TreeFailure(.notTotal, message: "no node holds\(example.withReadings), so an evaluation may end nowhere", example: example))
    }

    private mutating func checkMonotone(_ mode: TreeMode, _ decision: Int) throws {
        for (index, variable) in model.variables.enumerated() {
            for step in variable.worsening {
                guard failures.filter({ $0.kind == .notMonotone }).count < TreeProver.maximumExamples else { return }
                let better = try model.diagram.restricted(decision, index, to: step.better)
                let worse = try model.diagram.restricted(decision, index, to: step.worse)
                let leaves = model.leaves
                let found = try model.diagram.example(of: better, worse) { good, bad in
                    let good = TreeOutcome(code: good)
                    // See `TreeProof`: an observation that ended well may end a wait for its own condition.
                    if case .judging = mode, good.part == .unknown { return false }
                    return TreeOutcome(code: bad).restriction(leaves) < good.restriction(leaves)
                }
                guard let found else { continue }
                report(found, index, step, decision, mode)
            }
        }
    }

    private mutating func report(
        _ found: [Int: Int], _ variable: Int, _ step: (better: Int, worse: Int), _ decision: Int, _ mode: TreeMode
    ) {
        func code(_ value: Int) -> Int {
            model.diagram.value(decision) { asked in asked == variable ? value : found[asked] ?? 0 }
        }
        let (better, worse) = (code(step.better), code(step.worse))
        let example = example(found, changed: (variable, step), better: better, worse: worse, mode: mode)
        // One example for each pair of nodes.
        let isKnown = failures.contains { failure in
            failure.example?.better == example.better && failure.example?.afterwards == example.afterwards && failure.example != nil
        }
        if isKnown { return }
        witnesses.append(Witness(values: found, variable: variable, step: step, mode: mode))
        let isInexact = (found.keys + [variable]).contains { asked in
            if case .opaque = model.variables[asked].subject { true } else { false }
        }
        failures.append(
            TreeFailure(
                isInexact ? .perhapsNotMonotone : .notMonotone, node: example.afterwards?.node ?? example.better?.node,
                message: example.sentence(change: change(variable, step)), example: example))
    }
}
