import Predicates
import ReleaseModel
import Testing

@testable import PolicyLanguage
@testable import RolloutEngine

/// The proof and the engine speak of the same tree: random trees on random inputs end alike, what is called monotone is so on all inputs
/// that are tried, and every counter-example is one to the engine.
@Suite struct TreeProofAgreementTests {
    static let schema = SignalSchema(RandomTree.descriptors)
    static let now = Timestamp(rfc3339: "2026-01-01T12:00:00Z")!

    /// What a tree is asked on: readings, and what it remembers.
    struct Input {
        var readings: [String: ConditionValue] = [:]
        var since: [String: ConditionValue] = [:]
        /// The names of the held terms that have been true for long.
        var held: Set<String> = []
        /// The leaf whose time to hold is over.
        var expired: String?
        var mode = TreeMode.idle

        func signals(_ readings: [String: ConditionValue]) -> [Signal] {
            RandomTree.descriptors.map { descriptor in
                let reading: SignalReading =
                    switch readings[descriptor.name] {
                    case .bool(let value)?: .bool(value)
                    case .number(let value)?: .number(value)
                    case .string(let value)?: .string(value)
                    case nil: .missing("no data")
                    }
                return Signal(name: descriptor.name, reading: reading)
            }
        }
    }

    struct Outcome: Equatable {
        var because: String
        var restriction: TreeAction.Restriction
    }

    static func heldName(_ term: HeldTerm) -> String { "held(\(term.source), \(TimeSpan(microseconds: term.microseconds)))" }

    static func engine(_ tree: RollbackTree, _ model: TreeModel, _ input: Input) -> Outcome {
        var state = RolloutState()
        state.state = .progressing
        state.held = input.held.sorted().map { .init(term: $0, since: now - .seconds(3600)) }
        if let expired = input.expired { state.holdClock = .init(node: expired, waited: .seconds(3600)) }
        switch input.mode {
        case .idle: break
        case .waiting(let leaf):
            state.observation = .init(node: model.leaves[leaf].name, since: now - .seconds(60), until: now + .seconds(60))
        case .judging(let leaf):
            state.observation = .init(node: model.leaves[leaf].name, since: now - .seconds(60), until: now)
        }
        let judgement = tree.judge(
            .init(
                windowStart: now - .seconds(10), windowEnd: now, signals: input.signals(input.readings),
                sinceMark: input.signals(input.since), canaryRequests: nil), state: state, histories: [])
        return Outcome(
            because: judgement.outcome.because, restriction: judgement.isWaiting ? .observe : judgement.outcome.action.restriction)
    }

    /// The class of each variable that an input is in; nil where one has none that is known.
    static func assignment(_ model: TreeModel, _ input: Input, _ readings: [String: ConditionValue]) -> [Int]? {
        var values: [Int] = []
        for variable in model.variables {
            switch variable.subject {
            case .signal(let name):
                guard let value = classIndex(model, variable, name, readings[name]) else { return nil }
                values.append(value)
            case .history(let term): values.append(input.held.contains(heldName(term)) ? 1 : 0)
            // Nothing is known of the past here.
            case .trend, .figure: values.append(variable.values.count - 1)
            case .opaque: return nil
            case .deadline(let leaf): values.append(input.expired == model.leaves[leaf].name ? 1 : 0)
            case .since(let leaf):
                guard let since = assignment(model, input, ignoringSince: input.since) else { return nil }
                values.append(model.diagram.value(model.leaves[leaf].truth) { since[$0] })
            }
        }
        return values
    }

    private static func assignment(_ model: TreeModel, _ input: Input, ignoringSince readings: [String: ConditionValue]) -> [Int]? {
        var values: [Int] = []
        for variable in model.variables {
            switch variable.subject {
            case .signal(let name):
                guard let value = classIndex(model, variable, name, readings[name]) else { return nil }
                values.append(value)
            case .history(let term): values.append(input.held.contains(heldName(term)) ? 1 : 0)
            case .trend, .figure: values.append(variable.values.count - 1)
            case .opaque: return nil
            case .deadline, .since: values.append(0)
            }
        }
        return values
    }

    private static func classIndex(_ model: TreeModel, _ variable: ProofVariable, _ name: String, _ reading: ConditionValue?) -> Int? {
        guard case .number(let number)? = reading else { return variable.index(of: reading) }
        if let index = variable.index(of: reading) { return index }
        guard model.partition.linked(to: .signal(name)).count == 1 else { return nil }
        let numbers = variable.values.compactMap { if case .known(.number(let value)) = $0 { value } else { nil } }
        return model.partition.index(of: number, among: numbers, .signal(name))
    }

    static func predicted(_ search: inout TreeSearch, _ input: Input) throws -> Outcome? {
        let decision = try search.decision(input.mode)
        guard let values = assignment(search.model, input, input.readings) else { return nil }
        let outcome = TreeOutcome(code: search.model.diagram.value(decision) { values[$0] })
        let restriction = outcome.restriction(search.model.leaves)
        return switch outcome.part {
        case .nobody: Outcome(because: "no node holds", restriction: restriction)
        case .unknown: Outcome(because: "conditions unknown", restriction: restriction)
        default: Outcome(because: search.model.leaves[outcome.leaf].name, restriction: restriction)
        }
    }

    /// Readings of the classes that the tree tells apart, and some numbers of their own.
    static func readings(_ model: TreeModel, _ random: inout RandomTree) -> [String: ConditionValue] {
        var readings: [String: ConditionValue] = [:]
        for descriptor in RandomTree.descriptors where random.below(8) > 0 {
            let classes = model.variables.first { $0.subject == .signal(descriptor.name) }?.values.compactMap { value -> ConditionValue? in
                if case .known(let known) = value { known } else { nil }
            }
            switch descriptor.kind {
            case .bool: readings[descriptor.name] = .bool(random.below(2) == 0)
            case .string: readings[descriptor.name] = .string(random.pick(["sh", "bj", "elsewhere"]))
            case .number:
                let free = ConditionValue.number(Double(random.below(401)) / 4)
                readings[descriptor.name] = random.below(2) == 0 ? free : classes.map { random.pick($0) } ?? free
            }
        }
        return readings
    }

    static func input(_ model: TreeModel, _ random: inout RandomTree) -> Input {
        var input = Input(readings: readings(model, &random), since: readings(model, &random))
        for case .history(let term) in model.variables.map(\.subject) where random.below(2) == 0 { input.held.insert(heldName(term)) }
        let timed = model.leaves.filter { if case .holdFor = $0.action { true } else { false } }
        if !timed.isEmpty, random.below(2) == 0 { input.expired = random.pick(timed).name }
        let waiting = model.leaves.indices.filter { model.leaves[$0].action.waits }
        if !waiting.isEmpty {
            let leaf = random.pick(waiting)
            input.mode = random.pick([.idle, .waiting(leaf), .judging(leaf)])
        }
        return input
    }

    @Test(arguments: 0..<8) func theProofSpeaksOfTheEnginesTree(seed: Int) throws {
        var random = RandomTree(seed: UInt64(seed))
        var compared = 0
        for _ in 0..<30 {
            let tree = random.tree()
            var model = try TreeModel(tree, schema: Self.schema)
            var search = try TreeSearch(&model)
            let engine = try RollbackTree(tree, signals: RandomTree.descriptors)
            _ = try search.proof()
            for _ in 0..<25 {
                let input = Self.input(search.model, &random)
                guard let predicted = try Self.predicted(&search, input) else { continue }
                #expect(predicted == Self.engine(engine, search.model, input), "\(tree)\n\(input)")
                compared += 1
            }
        }
        #expect(compared > 250)
    }

    /// Making one signal worse, on random inputs, as the engine sees it.
    @Test(arguments: 0..<8) func whatIsProvenMonotoneIsSo(seed: Int) throws {
        var random = RandomTree(seed: UInt64(1000 + seed))
        var proven = 0
        var refuted = 0
        for _ in 0..<40 {
            let tree = random.tree()
            var model = try TreeModel(tree, schema: Self.schema)
            var search = try TreeSearch(&model)
            let proof = try search.proof()
            let engine = try RollbackTree(tree, signals: RandomTree.descriptors)
            let isMonotone = !proof.failures.contains { $0.kind == .notMonotone || $0.kind == .perhapsNotMonotone }
            proven += isMonotone ? 1 : 0
            for _ in 0..<30 {
                let better = Self.input(search.model, &random)
                guard let worse = Self.worsened(better, &random) else { continue }
                let before = Self.engine(engine, search.model, better)
                let after = Self.engine(engine, search.model, worse)
                guard after.restriction < before.restriction else { continue }
                if case .judging = better.mode, before.because == "conditions unknown" { continue }
                refuted += 1
                #expect(!isMonotone, "\(tree)\n\(better)\n\(worse)")
            }
        }
        #expect(proven > 0 && refuted > 0)
    }

    private static func worsened(_ input: Input, _ random: inout RandomTree) -> Input? {
        let descriptor = random.pick(RandomTree.descriptors.filter { $0.worse != .none })
        var worse = input
        switch (descriptor.worse, input.readings[descriptor.name]) {
        case (.true, .bool(false)?): worse.readings[descriptor.name] = .bool(true)
        case (.false, .bool(true)?): worse.readings[descriptor.name] = .bool(false)
        case (.lower, .number(let value)?): worse.readings[descriptor.name] = .number(max(0, value - Double(random.below(200)) / 4))
        case (.higher, .number(let value)?): worse.readings[descriptor.name] = .number(value + Double(random.below(40)) / 4)
        default: return nil
        }
        return worse
    }

    /// Every counter-example over signals, put to the engine, is one.
    @Test(arguments: 0..<8) func counterExamplesAreReal(seed: Int) throws {
        var random = RandomTree(seed: UInt64(2000 + seed))
        var checked = 0
        for _ in 0..<40 {
            let tree = random.tree()
            var model = try TreeModel(tree, schema: Self.schema)
            var search = try TreeSearch(&model)
            _ = try search.proof()
            let engine = try RollbackTree(tree, signals: RandomTree.descriptors)
            for witness in search.witnesses where witness.mode == .idle {
                guard let (better, worse) = Self.inputs(search.model, witness) else { continue }
                let before = Self.engine(engine, search.model, better).restriction
                let after = Self.engine(engine, search.model, worse).restriction
                #expect(after < before, "\(tree)\n\(better)\n\(worse)")
                checked += 1
            }
        }
        #expect(checked > 20)
    }

    /// The two inputs of a witness; nil where it rests on terms that an evaluation alone does not make so.
    private static func inputs(_ model: TreeModel, _ witness: TreeSearch.Witness) -> (Input, Input)? {
        func input(_ value: Int) -> Input? {
            var input = Input()
            for (index, variable) in model.variables.enumerated() {
                let value = index == witness.variable ? value : witness.values[index] ?? 0
                switch variable.subject {
                case .signal(let name):
                    switch variable.values[value] {
                    case .known(let reading): input.readings[name] = reading
                    case .otherText: input.readings[name] = .string("elsewhere")
                    case .unknown: break
                    }
                case .history(let term): if value == 1 { input.held.insert(heldName(term)) }
                case .deadline(let leaf):
                    if value == 1 {
                        guard input.expired == nil else { return nil }
                        input.expired = model.leaves[leaf].name
                    }
                case .trend, .figure, .opaque: return nil
                case .since: break
                }
            }
            return input
        }
        guard let better = input(witness.step.better), let worse = input(witness.step.worse) else { return nil }
        return (better, worse)
    }
}
