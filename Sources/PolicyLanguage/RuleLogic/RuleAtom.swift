internal import Predicates

/// A part of a condition that is not taken apart further: for one request it holds, does not hold, or cannot be evaluated.
struct RuleAtom: Hashable {
    /// What is known about the part, so that several of them can be seen to contradict each other.
    enum Kind: Hashable {
        /// The field is there.
        case present(slot: Int)
        /// The field is one of these texts.
        case among(slot: Int, Set<ByteString>)
        /// The field is an address in one of these networks.
        case inside(slot: Int, [IPNetwork])
        /// The field begins with this text. An error exactly where the field is not there.
        case prefix(slot: Int, ByteString)
        /// The version in the field stands in this relation to another one.
        case version(slot: Int, Relation, SemanticVersion)
        /// A number with known bounds, or no number, stands in this relation to another one.
        case number(NumberTerm, Relation, Double)
        /// Nothing but itself is known.
        case opaque
    }

    enum Relation: Hashable {
        case less
        case lessOrEqual
        case equal
    }

    let kind: Kind
    /// An expression that is true exactly where the atom holds, and fails where it cannot be evaluated.
    let node: RequestNode
    /// The condition to which it belongs alone; nil where it is the same in every condition.
    ///
    /// The patterns of one condition share a budget of steps, so a costly one may fail there and not elsewhere.
    var condition: Int?

    /// Whether it can always be evaluated.
    var isTotal: Bool {
        switch kind {
        case .present, .among, .inside: true
        case .prefix, .version, .number: false
        case .opaque: node.isTotal
        }
    }
}

/// An expression whose value is a number between two bounds, never NaN; or nil, or an error.
struct NumberTerm: Hashable {
    let node: RequestNode
    let bounds: ClosedRange<Double>
    let isInteger: Bool

    /// nil where nothing is known of the value.
    init?(_ node: RequestNode) {
        self.node = node
        isInteger = node != .call(.percent, node.arguments)
        switch node {
        case .call(.bucket, _): bounds = 0...9999
        case .call(.percent, _): bounds = 0...99.99
        case .call(.crc32, _), .call(.murmur2, _), .call(.murmur3, _): bounds = 0...Double(UInt32.max)
        case .arithmetic(.modulo, let value, .literal(.integer(let divisor))):
            guard divisor > 0, divisor <= 1 << 53, let inner = NumberTerm(value), inner.isInteger else { return nil }
            bounds = 0...Double(divisor - 1)
        default: return nil
        }
    }
}

extension RequestNode {
    fileprivate var arguments: [RequestNode] { if case .call(_, let arguments) = self { arguments } else { [] } }

    /// Whether evaluating it can be seen never to fail.
    fileprivate var isTotal: Bool {
        switch self {
        case .literal, .field, .tagged: true
        case .not(let inner), .oneOf(let inner, _), .inCIDR(let inner, _): inner.isTotal
        case .and(let left, let right), .or(let left, let right): left.isTotal && right.isTotal
        case .comparison(let operation, let left, let right): operation.isEquality && left.isTotal && right.isTotal
        default: false
        }
    }

    /// The slots that it reads, each once in ascending order.
    var slots: [Int] { Set(allSlots).sorted() }

    private var allSlots: [Int] {
        switch self {
        case .literal: []
        case .field(_, let slot), .tagged(_, let slot): [slot]
        case .not(let inner), .unary(_, let inner), .oneOf(let inner, _), .inCIDR(let inner, _): inner.allSlots
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.allSlots + right.allSlots
        case .call(_, let arguments): arguments.flatMap(\.allSlots)
        }
    }

    /// Whether it searches with a pattern that may take many steps: any but one that begins with `^` and repeats nothing, whose steps are
    /// bounded by its own length.
    var hasCostlyPattern: Bool {
        switch self {
        case .literal, .field, .tagged: false
        case .not(let inner), .unary(_, let inner), .oneOf(let inner, _), .inCIDR(let inner, _): inner.hasCostlyPattern
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.hasCostlyPattern || right.hasCostlyPattern
        case .call(let function, let arguments):
            switch function {
            case .match, .find: !arguments[1].isCheapPattern || arguments[0].hasCostlyPattern
            case .gsub, .regexMatch: true
            default: arguments.contains(where: \.hasCostlyPattern)
            }
        }
    }

    /// Whether it searches with any pattern.
    var hasPattern: Bool {
        switch self {
        case .literal, .field, .tagged: false
        case .not(let inner), .unary(_, let inner), .oneOf(let inner, _), .inCIDR(let inner, _): inner.hasPattern
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.hasPattern || right.hasPattern
        case .call(let function, let arguments):
            [.match, .find, .gsub, .regexMatch].contains(function) || arguments.contains(where: \.hasPattern)
        }
    }

    private var isCheapPattern: Bool {
        guard case .literal(.string(let pattern)) = self, pattern.bytes.first == UInt8(ascii: "^") else { return false }
        return !pattern.bytes.contains { "*+-?".utf8.contains($0) } && !pattern.text.contains("%b") && !pattern.text.contains("%f")
    }

    /// Whether its value depends on the time.
    var readsTime: Bool {
        switch self {
        case .literal, .field, .tagged: false
        case .call(.now, _): true
        case .not(let inner), .unary(_, let inner), .oneOf(let inner, _), .inCIDR(let inner, _): inner.readsTime
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.readsTime || right.readsTime
        case .call(_, let arguments): arguments.contains(where: \.readsTime)
        }
    }
}
