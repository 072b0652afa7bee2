internal import Predicates
internal import ReleaseModel

/// A tree as functions over its variables: what each node's condition comes to.
struct TreeModel {
    /// The values of a function that is a condition.
    static let no = 0
    static let yes = 1
    static let unknown = 2

    /// A node with an action, and what it takes to reach it.
    struct Leaf {
        let name: String
        let action: TreeAction
        /// The indices of the nodes around it and of itself, outermost first.
        let chain: [Int]
        /// Its condition and those around it.
        let truth: Int
    }

    struct Node {
        let name: String
        let condition: Condition?
        let action: TreeAction?
        let parent: Int?
    }

    let schema: SignalSchema
    var diagram = DecisionDiagram()
    private(set) var variables: [ProofVariable] = []
    private var indices: [ProofVariable.Subject: Int] = [:]
    private(set) var partition = QuantityPartition()
    /// The constants of text signals.
    private var texts: [String: [String]] = [:]
    let nodes: [Node]
    /// Each node's own condition.
    private(set) var truths: [Int] = []
    private(set) var leaves: [Leaf] = []

    init(_ tree: [TreeNode], schema: SignalSchema) throws {
        self.schema = schema
        var nodes: [Node] = []
        func compile(_ tree: [TreeNode], parent: Int?) throws {
            for node in tree {
                let condition = try node.condition.map { try Condition($0, schema: schema, place: "tree node '\(node.name)'") }
                nodes.append(Node(name: node.name, condition: condition, action: node.action, parent: parent))
                try compile(node.nodes, parent: nodes.count - 1)
            }
        }
        try compile(tree, parent: nil)
        self.nodes = nodes
        for condition in nodes.compactMap(\.condition) {
            gather(condition.node, condition)
            for term in condition.heldTerms { gather(term.node, condition) }
        }
        for node in nodes {
            truths.append(try node.condition.map { try truth($0.node, of: $0) } ?? diagram.constant(Self.yes))
        }
        for (index, node) in nodes.enumerated() {
            guard let action = node.action else { continue }
            let chain = chain(to: index)
            var whole = truths[chain[0]]
            for next in chain.dropFirst() { whole = try diagram.combined(whole, truths[next], Self.and) }
            leaves.append(Leaf(name: node.name, action: action, chain: chain, truth: whole))
        }
    }

    private func chain(to index: Int) -> [Int] {
        var chain = [index]
        while let parent = nodes[chain[0]].parent { chain.insert(parent, at: 0) }
        return chain
    }

    // MARK: - Variables

    private mutating func gather(_ node: ConditionNode, _ condition: Condition) {
        switch node {
        case .constant, .signal, .held, .trend: break
        case .not(let inner): gather(inner, condition)
        case .and(let left, let right), .or(let left, let right), .same(let left, let right):
            gather(left, condition)
            gather(right, condition)
        case .comparison(let operation, let left, let right):
            let shape = ComparisonShape(operation, left, right, of: condition)
            partition.add(shape)
            if case .text(let name, _, let text) = shape, texts[name]?.contains(text) != true { texts[name, default: []].append(text) }
        }
    }

    /// The variable of a subject; made where it is asked for first.
    mutating func variable(
        _ subject: ProofVariable.Subject, _ make: @autoclosure () -> (values: [ProofVariable.Value], worse: [(better: Int, worse: Int)])
    ) -> Int {
        if let index = indices[subject] { return index }
        let (values, worse) = make()
        variables.append(ProofVariable(subject: subject, values: values, worsening: worse))
        indices[subject] = variables.count - 1
        return variables.count - 1
    }

    static let flags: [ProofVariable.Value] = [.known(.bool(false)), .known(.bool(true))]

    private mutating func signal(_ name: String) -> Int {
        let entry = schema[name]
        let worse = entry?.worse ?? .none
        switch entry?.kind {
        case .number:
            let numbers = partition.numbers(of: .signal(name), schema: schema)
            return variable(.signal(name), (numbers.map { .known(.number($0)) } + [.unknown], ProofVariable.steps(numbers.count, worse)))
        case .string:
            let constants = texts[name] ?? []
            return variable(.signal(name), (constants.map { .known(.string($0)) } + [.otherText, .unknown], []))
        case .bool, nil:
            return variable(.signal(name), (Self.flags + [.unknown], ProofVariable.steps(2, worse)))
        }
    }

    private mutating func quantity(_ quantity: Quantity) -> Int {
        switch quantity {
        case .signal(let name): return signal(name)
        case .figure(let term):
            let numbers = partition.numbers(of: quantity, schema: schema)
            return variable(.figure(term), (numbers.map { .known(.number($0)) } + [.unknown], []))
        }
    }

    // MARK: - Conditions

    static func and(_ left: Int, _ right: Int) -> Int { left == no || right == no ? no : left == yes && right == yes ? yes : unknown }
    static func or(_ left: Int, _ right: Int) -> Int { left == yes || right == yes ? yes : left == no && right == no ? no : unknown }
    static func negated(_ truth: Int) -> Int { truth == unknown ? unknown : yes - truth }

    private mutating func truth(_ node: ConditionNode, of condition: Condition) throws -> Int {
        switch node {
        case .constant(let value): return try diagram.constant(value ? Self.yes : Self.no)
        case .signal(let name): return try choice(signal(name)) { $0 == .known(.bool(true)) ? Self.yes : Self.no }
        case .not(let inner):
            let truth = try truth(inner, of: condition)
            return try diagram.combined(truth, truth) { truth, _ in Self.negated(truth) }
        case .and(let left, let right):
            return try diagram.combined(truth(left, of: condition), truth(right, of: condition), Self.and)
        case .or(let left, let right):
            return try diagram.combined(truth(left, of: condition), truth(right, of: condition), Self.or)
        case .same(let left, let right):
            return try diagram.combined(truth(left, of: condition), truth(right, of: condition)) { left, right in
                left == Self.unknown || right == Self.unknown ? Self.unknown : left == right ? Self.yes : Self.no
            }
        case .comparison(let operation, let left, let right):
            return try comparison(operation, left, right, of: condition)
        case .held(let index): return try held(condition.heldTerms[index], of: condition)
        case .trend(let index):
            let term = condition.historyTerms[index]
            let worse = schema[term.signal]?.worse ?? .none
            let direction: SignalSchema.Worse =
                switch (worse, term.kind) {
                case (.none, _): .none
                case (.higher, .rising), (.lower, .falling): .higher
                default: .lower
                }
            let trend = variable(.trend(term), (Self.flags + [.unknown], ProofVariable.steps(2, direction)))
            return try guarded(choice(trend) { $0 == .known(.bool(true)) ? Self.yes : Self.no }, by: [.signal(term.signal)])
        }
    }

    /// The function of one variable that is `truth` of its value, and unknown where that is.
    private mutating func choice(_ variable: Int, _ truth: (ProofVariable.Value) -> Int) throws -> Int {
        var children: [Int] = []
        for value in variables[variable].values { children.append(try diagram.constant(value == .unknown ? Self.unknown : truth(value))) }
        return try diagram.choice(variable, children)
    }

    /// The same, unknown wherever one of the quantities is.
    private mutating func guarded(_ truth: Int, by quantities: [Quantity]) throws -> Int {
        var whole = truth
        for quantity in quantities {
            let presence = try choice(self.quantity(quantity)) { _ in Self.yes }
            whole = try diagram.combined(whole, presence) { truth, present in present == Self.unknown ? Self.unknown : truth }
            if case .figure(let term) = quantity { whole = try guarded(whole, by: [.signal(term.signal)]) }
        }
        return whole
    }

    private mutating func comparison(
        _ operation: ComparisonOperator, _ left: ConditionOperand, _ right: ConditionOperand, of condition: Condition
    ) throws -> Int {
        let mentioned = left.quantities(of: condition) + right.quantities(of: condition)
        var truth: Int
        switch ComparisonShape(operation, left, right, of: condition) {
        case .constant(let value): truth = try diagram.constant(value ? Self.yes : Self.no)
        case .text(let name, let operation, let text):
            return try choice(signal(name)) { ($0 == .known(.string(text))) == (operation == .equal) ? Self.yes : Self.no }
        case .threshold(let quantity, let operation, let limit):
            truth = try choice(self.quantity(quantity)) { value in
                if case .known(.number(let number)) = value, operation.holds(number, limit) { Self.yes } else { Self.no }
            }
        case .order(let first, let operation, let second):
            truth = try order(self.quantity(first), operation, self.quantity(second))
        case .opaque(let form, let operation):
            let text = "\(operand: left, condition) \(operation.rawValue) \(operand: right, condition)"
            let worse = worsening(form, operation)
            let values = Self.flags + (form == nil ? [.unknown] : [])
            let opaque = variable(.opaque(text), (values, worse))
            truth = try choice(opaque) { $0 == .known(.bool(true)) ? Self.yes : Self.no }
        }
        truth = try guarded(truth, by: mentioned)
        return truth
    }

    private mutating func order(_ first: Int, _ operation: ComparisonOperator, _ second: Int) throws -> Int {
        guard first < second else { return try order(second, operation.mirrored, first) }
        var rows: [Int] = []
        for value in variables[first].values {
            guard case .known(.number(let left)) = value else {
                rows.append(try diagram.constant(Self.unknown))
                continue
            }
            rows.append(
                try choice(second) { value in
                    if case .known(.number(let right)) = value, operation.holds(left, right) { Self.yes } else { Self.no }
                })
        }
        return try diagram.choice(first, rows)
    }

    /// Which way an opaque comparison goes when its signals get worse; both ways where that is not known.
    private func worsening(_ form: LinearForm?, _ operation: ComparisonOperator) -> [(better: Int, worse: Int)] {
        guard let form, !operation.isEquality else { return [(0, 1), (1, 0)] }
        let rises = operation == .greater || operation == .greaterOrEqual
        let directions = Set(
            form.terms.compactMap { term -> Bool? in
                guard case .signal(let name) = term.quantity, let worse = schema[name]?.worse, worse != .none else { return nil }
                return ((worse == .higher) == (term.factor > 0)) == rises
            })
        if directions.count > 1 { return [(0, 1), (1, 0)] }
        return directions.first.map { $0 ? [(0, 1)] : [(1, 0)] } ?? []
    }

    private mutating func held(_ term: HeldTerm, of condition: Condition) throws -> Int {
        let inner = try truth(term.node, of: condition)
        let worse = try worsening(inner)
        // As the engine does: one text with one time is one term, wherever it stands.
        let history = variable(.history(term), (Self.flags, worse))
        let long = try choice(history) { $0 == .known(.bool(true)) ? Self.yes : Self.no }
        return try diagram.combined(inner, long) { truth, long in truth == Self.yes ? long : truth }
    }

    /// Which way a condition goes when signals get worse: to true, to false, both, or neither.
    mutating func worsening(_ condition: Int) throws -> [(better: Int, worse: Int)] {
        // False, unknown, true.
        let rank = [0, 2, 1]
        var rises = false
        var falls = false
        for (index, variable) in variables.enumerated() {
            for step in variable.worsening {
                let better = try diagram.restricted(condition, index, to: step.better)
                let worse = try diagram.restricted(condition, index, to: step.worse)
                guard better != worse else { continue }
                if try diagram.example(of: better, worse, where: { rank[$0] < rank[$1] }) != nil { rises = true }
                if try diagram.example(of: better, worse, where: { rank[$0] > rank[$1] }) != nil { falls = true }
            }
        }
        return (rises ? [(0, 1)] : []) + (falls ? [(1, 0)] : [])
    }
}

extension DefaultStringInterpolation {
    fileprivate mutating func appendInterpolation(operand: ConditionOperand, _ condition: Condition) {
        switch operand {
        case .number(let value): appendLiteral(Int64(exactly: value).map { "\($0)" } ?? "\(value)")
        case .string(let text): appendLiteral("\"\(text)\"")
        case .signal(let name): appendLiteral(name)
        case .figure(let index): appendLiteral(condition.historyTerms[index].description)
        case .negated(let inner): appendLiteral("-\(operand: inner, condition)")
        case .arithmetic(let operation, let left, let right):
            appendLiteral("(\(operand: left, condition) \(operation.rawValue) \(operand: right, condition))")
        }
    }
}
