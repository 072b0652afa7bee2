/// Three-valued truth after Kleene's strong logic: what is unknown stays unknown unless the rest decides alone.
public enum Ternary: Sendable, Hashable, CaseIterable {
    case `true`
    case `false`
    case unknown

    public init(_ value: Bool) { self = value ? .true : .false }

    public var negated: Ternary {
        switch self {
        case .true: .false
        case .false: .true
        case .unknown: .unknown
        }
    }

    /// False when either is false, whatever the other.
    public func and(_ other: Ternary) -> Ternary {
        if self == .false || other == .false { return .false }
        return self == .true && other == .true ? .true : .unknown
    }

    /// True when either is true, whatever the other.
    public func or(_ other: Ternary) -> Ternary {
        if self == .true || other == .true { return .true }
        return self == .false && other == .false ? .false : .unknown
    }

    /// Whether both say the same; unknown when either is.
    public func isSame(as other: Ternary) -> Ternary {
        self == .unknown || other == .unknown ? .unknown : Ternary(self == other)
    }
}
