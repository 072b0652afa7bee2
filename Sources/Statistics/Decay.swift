internal import Foundation

/// Exponential forgetting.
public enum Decay {
    /// 2^(-age/halfLife): 1 for what is new, 1/2 after one half-life; ages below zero count as new.
    public static func weight(age: Double, halfLife: Double) -> Double {
        precondition(halfLife > 0, "a half-life is positive")
        return exp2(-max(0, age) / halfLife)
    }
}

/// A count whose contributions halve every half-life.
public struct DecayingCount: Sendable, Hashable, Codable {
    public private(set) var value: Double
    /// Time of the last change, in seconds.
    public private(set) var time: Double

    public init(time: Double) {
        value = 0
        self.time = time
    }

    /// The count at a time that is not before the last change.
    public func value(at now: Double, halfLife: Double) -> Double { value * Decay.weight(age: now - time, halfLife: halfLife) }

    public mutating func add(_ count: Double, at now: Double, halfLife: Double) {
        let decayed = value(at: now, halfLife: halfLife)
        value = decayed < 1e-9 ? count : decayed + count
        time = max(time, now)
    }
}
