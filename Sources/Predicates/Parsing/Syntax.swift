/// One node of the tree that the parser makes: what was written, before anything is known about names.
struct Syntax: Sendable {
    indirect enum Kind: Sendable {
        case `nil`
        case bool(Bool)
        case integer(Int64)
        case float(Double)
        case string([UInt8])
        /// `30s`, in microseconds; only where the language of signals is read.
        case duration(Int64)
        case name(String)
        /// `object.name`
        case member(Syntax, String)
        /// `object[key]`
        case index(Syntax, Syntax)
        case call(Syntax, [Syntax])
        /// `object:name(arguments)`
        case method(Syntax, String, [Syntax])
        /// `{a, b}`
        case list([Syntax])
        case not(Syntax)
        case unary(UnaryOperator, Syntax)
        case binary(BinaryOperator, Syntax, Syntax)
        case parenthesized(Syntax)
    }

    let kind: Kind
    /// Bytes of the source: from the first of the node to one past the last.
    let range: Range<Int>
    /// Where an error about the node itself points: the operator, the name after a dot; otherwise the start.
    let focus: Int
    /// Nodes on the longest way down, this one included.
    let height: Int

    init(_ kind: Kind, _ range: Range<Int>, focus: Int? = nil) {
        self.kind = kind
        self.range = range
        self.focus = focus ?? range.lowerBound
        height = kind.children.reduce(0) { max($0, $1.height) } + 1
    }

    /// The node without the parentheses around it.
    var unwrapped: Syntax {
        var node = self
        while case .parenthesized(let inner) = node.kind { node = inner }
        return node
    }
}

extension Syntax.Kind {
    var children: [Syntax] {
        switch self {
        case .nil, .bool, .integer, .float, .string, .duration, .name: []
        case .member(let object, _): [object]
        case .index(let object, let key): [object, key]
        case .call(let function, let arguments): [function] + arguments
        case .method(let object, _, let arguments): [object] + arguments
        case .list(let members): members
        case .not(let operand), .unary(_, let operand), .parenthesized(let operand): [operand]
        case .binary(_, let left, let right): [left, right]
        }
    }
}

extension Syntax {
    /// Whether two trees say the same, wherever they stand in their sources. Floats are compared by their bits.
    func isSame(as other: Syntax) -> Bool {
        switch (kind, other.kind) {
        case (.nil, .nil): true
        case (.bool(let a), .bool(let b)): a == b
        case (.integer(let a), .integer(let b)): a == b
        case (.float(let a), .float(let b)): a.bitPattern == b.bitPattern
        case (.string(let a), .string(let b)): a == b
        case (.duration(let a), .duration(let b)): a == b
        case (.name(let a), .name(let b)): a == b
        case (.member(_, let a), .member(_, let b)): a == b && sameChildren(other)
        case (.method(_, let a, _), .method(_, let b, _)): a == b && sameChildren(other)
        case (.unary(let a, _), .unary(let b, _)): a == b && sameChildren(other)
        case (.binary(let a, _, _), .binary(let b, _, _)): a == b && sameChildren(other)
        case (.index, .index), (.call, .call), (.list, .list), (.not, .not), (.parenthesized, .parenthesized): sameChildren(other)
        default: false
        }
    }

    private func sameChildren(_ other: Syntax) -> Bool {
        let mine = kind.children
        let others = other.kind.children
        return mine.count == others.count && zip(mine, others).allSatisfy { $0.isSame(as: $1) }
    }
}
