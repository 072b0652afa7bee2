internal import Predicates

/// One thing that an evaluation of a tree depends on, with the finitely many classes of its values that the tree tells apart.
struct ProofVariable: Sendable {
    enum Subject: Sendable, Hashable {
        case signal(String)
        /// Whether an inner condition that is true now has been so for long enough.
        case history(HeldTerm)
        case trend(HistoryTerm)
        case figure(HistoryTerm)
        /// A comparison whose cells are not known.
        case opaque(String)
        /// Whether the node of this index has been holding for long enough.
        case deadline(Int)
        /// What the node of this index says on what came since it acted.
        case since(Int)
    }

    /// One class of values.
    enum Value: Sendable, Hashable {
        case known(ConditionValue)
        /// A text that no condition names.
        case otherText
        case unknown
    }

    let subject: Subject
    let values: [Value]
    /// Which value is worse than which: pairs of indices, the better one first.
    let worsening: [(better: Int, worse: Int)]

    /// Values in an order of which every step is worse, or better, or neither.
    static func steps(_ count: Int, _ worse: SignalSchema.Worse) -> [(better: Int, worse: Int)] {
        guard count > 1 else { return [] }
        return switch worse {
        case .higher: (1..<count).map { ($0 - 1, $0) }
        case .lower: (1..<count).map { ($0, $0 - 1) }
        case .none: []
        }
    }

    /// The index of the class that a reading is in; nil where it is in none that is known.
    func index(of reading: ConditionValue?) -> Int? {
        guard let reading else { return values.firstIndex(of: .unknown) }
        return values.firstIndex(of: .known(reading)) ?? (values.contains(.otherText) ? values.firstIndex(of: .otherText) : nil)
    }
}
