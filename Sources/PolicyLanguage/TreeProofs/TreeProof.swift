public import ReleaseModel

/// What can be proven about a rollback tree: that every input ends in an action, that every node decides for some input, that no condition
/// contradicts itself, and that worse readings never lead to a more permissive action.
///
/// The proof is exhaustive. Conditions divide each signal's values into finitely many classes that no condition tells apart, the class of
/// "missing" among them; terms over time count as inputs of their own (whether an inner condition has been true for long enough, whether a
/// signal rises), and so do observations that are under way. All combinations of classes are covered, as decision diagrams.
///
/// What a person must know of it: `held` is taken to get worse with its inner condition, `rising` and `falling` as the signal does; and a
/// comparison that computes with several signals at once is taken to be true or false at will (`inexact`). What is proven then still holds,
/// and what is not proven may hold all the same. One thing is not held against a tree: at the end of an observation that found nothing, a
/// condition of the observing node that becomes known, if only to be true, may let the release go on where it had to wait for want of it.
public struct TreeProof: Sendable, Hashable, Codable {
    /// How many combinations of classes there are, rounded beyond 2^53; nil where the tree is too large to prove.
    public var cells: Double?
    /// Comparisons whose classes are not known.
    public var inexact: [String]
    /// What does not hold. Empty where everything is proven.
    public var failures: [TreeFailure]

    public var isProven: Bool { failures.isEmpty }
}

/// One thing that does not hold of a tree.
public struct TreeFailure: Sendable, Hashable, Codable {
    public enum Kind: String, Sendable, Hashable, Codable {
        /// There is an input for which no node holds.
        case notTotal
        /// The condition of the node is true for no input.
        case neverHolds
        /// The condition of the node is never true together with those around it.
        case neverHoldsWithin
        /// The condition is true whenever its signals are there.
        case alwaysHolds
        /// The node never decides.
        case unreachable
        /// Worse readings lead to a more permissive action.
        case notMonotone
        /// The same, but only if a comparison that computes with several signals comes out so.
        case perhapsNotMonotone
        /// The tree has too many cells; nothing is known.
        case tooLarge
    }

    public var kind: Kind
    /// The node that it is about; nil for the tree.
    public var node: String?
    /// For people: what happens, with the input for which it does.
    public var message: String
    /// Nodes that decide in the place of one that is never reached.
    public var others: [String]
    /// The input, for `notTotal` and `notMonotone`.
    public var example: TreeExample?

    init(_ kind: Kind, node: String? = nil, message: String, others: [String] = [], example: TreeExample? = nil) {
        self.kind = kind
        self.node = node
        self.message = message
        self.others = others
        self.example = example
    }
}

/// An input of a tree, and a worse one.
public struct TreeExample: Sendable, Hashable, Codable {
    /// The readings; a signal that is not listed may be anything.
    public var readings: [NamedReading]
    /// The readings that get worse.
    public var worse: [NamedReading]
    /// Terms over time, observations and deadlines, in words.
    public var circumstances: [String]
    /// The node and what it does with `readings`, and with `worse` in their place; nil where no node decides.
    public var better: Outcome?
    public var afterwards: Outcome?

    public struct Outcome: Sendable, Hashable, Codable {
        public var node: String?
        /// As policies write it.
        public var action: String
    }
}
