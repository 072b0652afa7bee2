/// Functions of finitely many variables with finitely many values each, as shared decision diagrams: equal functions are the same node, so
/// that what would be billions of cells of a table are a few hundred nodes.
///
/// After R. E. Bryant, "Graph-Based Algorithms for Boolean Function Manipulation" (1986), with more than two values. A function is referred
/// to by the number of its node; variables are asked in the order of their numbers.
struct DecisionDiagram {
    /// More would be needed than one proof may cost.
    struct TooLarge: Error {}

    static let maximumNodes = 100_000
    /// Pairs of nodes that all combinations together may look at.
    static let maximumSteps = 1_000_000

    /// A constant has the variable `Int.max` and its value as the only child.
    private struct Node: Hashable {
        let variable: Int
        let children: [Int]
    }

    private struct Pair: Hashable {
        let first: Int
        let second: Int
    }

    private var nodes: [Node] = []
    private var numbers: [Node: Int] = [:]
    private var steps = 0

    private mutating func number(of node: Node) throws(TooLarge) -> Int {
        if let number = numbers[node] { return number }
        guard nodes.count < Self.maximumNodes else { throw TooLarge() }
        nodes.append(node)
        numbers[node] = nodes.count - 1
        return nodes.count - 1
    }

    private mutating func step() throws(TooLarge) {
        steps += 1
        if steps > Self.maximumSteps { throw TooLarge() }
    }

    mutating func constant(_ value: Int) throws(TooLarge) -> Int { try number(of: Node(variable: .max, children: [value])) }

    /// The function that is `children[v]` where the variable has the value `v`; those depend on later variables only.
    mutating func choice(_ variable: Int, _ children: [Int]) throws(TooLarge) -> Int {
        if let first = children.first, children.allSatisfy({ $0 == first }) { return first }
        return try number(of: Node(variable: variable, children: children))
    }

    /// The value of a constant.
    private func value(_ function: Int) -> Int? { nodes[function].variable == .max ? nodes[function].children[0] : nil }

    /// What a function comes to where every variable has the value that `assignment` gives it.
    func value(_ function: Int, _ assignment: (Int) -> Int) -> Int {
        var current = function
        while nodes[current].variable != .max { current = nodes[current].children[assignment(nodes[current].variable)] }
        return nodes[current].children[0]
    }

    // MARK: - Making functions of functions

    /// The function whose value is `combine` of the values of the two.
    mutating func combined(_ first: Int, _ second: Int, _ combine: (Int, Int) -> Int) throws(TooLarge) -> Int {
        var known: [Pair: Int] = [:]
        return try combined(first, second, combine, &known)
    }

    private mutating func combined(
        _ first: Int, _ second: Int, _ combine: (Int, Int) -> Int, _ known: inout [Pair: Int]
    ) throws(TooLarge) -> Int {
        if let a = value(first), let b = value(second) { return try constant(combine(a, b)) }
        let pair = Pair(first: first, second: second)
        if let result = known[pair] { return result }
        try step()
        let (one, other) = (nodes[first], nodes[second])
        let variable = min(one.variable, other.variable)
        let count = one.variable == variable ? one.children.count : other.children.count
        var children: [Int] = []
        for value in 0..<count {
            children.append(
                try combined(
                    one.variable == variable ? one.children[value] : first, other.variable == variable ? other.children[value] : second,
                    combine, &known))
        }
        let result = try choice(variable, children)
        known[pair] = result
        return result
    }

    /// The function where one variable has a value.
    mutating func restricted(_ function: Int, _ variable: Int, to value: Int) throws(TooLarge) -> Int {
        var known: [Int: Int] = [:]
        return try restricted(function, variable, to: value, &known)
    }

    private mutating func restricted(
        _ function: Int, _ variable: Int, to value: Int, _ known: inout [Int: Int]
    ) throws(TooLarge) -> Int {
        let node = nodes[function]
        if node.variable > variable { return function }
        if node.variable == variable { return node.children[value] }
        if let result = known[function] { return result }
        try step()
        var children: [Int] = []
        for child in node.children { children.append(try restricted(child, variable, to: value, &known)) }
        let result = try choice(node.variable, children)
        known[function] = result
        return result
    }

    // MARK: - Looking for inputs

    /// Values of variables under which the function has a wanted value; nil where there are none.
    func example(of function: Int, where isWanted: (Int) -> Bool) -> [Int: Int]? {
        var hopeless: Set<Int> = []
        func search(_ function: Int) -> [Int: Int]? {
            if let value = value(function) { return isWanted(value) ? [:] : nil }
            if hopeless.contains(function) { return nil }
            for (value, child) in nodes[function].children.enumerated() {
                if var found = search(child) {
                    found[nodes[function].variable] = value
                    return found
                }
            }
            hopeless.insert(function)
            return nil
        }
        return search(function)
    }

    /// Values of variables under which two functions have values of a wanted pair.
    mutating func example(
        of first: Int, _ second: Int, where isWanted: (Int, Int) -> Bool
    ) throws(TooLarge) -> [Int: Int]? {
        if first == second, !values(of: first).contains(where: { isWanted($0, $0) }) { return nil }
        var hopeless: Set<Pair> = []
        return try search(first, second, isWanted, &hopeless)
    }

    private mutating func search(
        _ first: Int, _ second: Int, _ isWanted: (Int, Int) -> Bool, _ hopeless: inout Set<Pair>
    ) throws(TooLarge) -> [Int: Int]? {
        if let a = value(first), let b = value(second) { return isWanted(a, b) ? [:] : nil }
        let pair = Pair(first: first, second: second)
        if hopeless.contains(pair) { return nil }
        try step()
        let (one, other) = (nodes[first], nodes[second])
        let variable = min(one.variable, other.variable)
        let count = one.variable == variable ? one.children.count : other.children.count
        for value in 0..<count {
            let found = try search(
                one.variable == variable ? one.children[value] : first, other.variable == variable ? other.children[value] : second,
                isWanted, &hopeless)
            if var found {
                found[variable] = value
                return found
            }
        }
        hopeless.insert(pair)
        return nil
    }

    /// Every value that a function takes, rising.
    func values(of function: Int) -> [Int] {
        var seen: Set<Int> = []
        var found: Set<Int> = []
        var waiting = [function]
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted else { continue }
            if let value = value(next) { found.insert(value) } else { waiting += nodes[next].children }
        }
        return found.sorted()
    }
}
