public import Predicates
public import ReleaseModel

extension RoutingTable {
    /// A rule with its compiled condition. It never changes; it is an object so that asking it for every request copies nothing.
    public final class Rule: Sendable {
        public let name: String
        public let predicate: RequestPredicate
        /// Index into `arms`.
        public let arm: Int
        /// False while the arm's weight is 0.
        public let isOn: Bool
        /// The share of those who match; nil is all of them. Never 100%.
        public let weight: Weight?
        /// When it is in force; nil is always.
        public let window: DailyWindow?
        /// The salt of its own split: who belongs to its weight is a matter of the text `<salt>:<key>`.
        public let salt: String

        /// Its condition compiled ahead of time, where there is one.
        private let ahead: Condition?
        private let who: HashText
        private let threshold: UInt64

        init(
            name: String, predicate: RequestPredicate, arm: Int, isOn: Bool, weight: Weight?, window: DailyWindow?, salt: String,
            ahead: Condition? = nil
        ) {
            self.name = name
            self.predicate = predicate
            self.arm = arm
            self.isOn = isOn
            self.weight = weight == .full ? nil : weight
            self.window = window
            self.salt = salt
            self.ahead = ahead
            who = HashText(prefix: StickyBucket.participationPrefix(salt: salt))
            threshold = SplitBucket.threshold(basisPoints: weight?.basisPoints ?? 10_000)
        }

        /// The rule with its condition as a function.
        func ahead(_ condition: @escaping Condition) -> Rule {
            Rule(name: name, predicate: predicate, arm: arm, isOn: isOn, weight: weight, window: window, salt: salt, ahead: condition)
        }

        /// The key's bucket in the rule's own split, 0 to 9999.
        func bucket(of key: [UInt8]) -> Int { StickyBucket.bucket(of: who.hash(key)) }

        /// What the rule says to a request. Its time is looked at first, then the condition, then the weight.
        func outcome(_ view: RequestView, key: [UInt8]?, now: Timestamp) -> RuleOutcome {
            guard isOn else { return .off }
            if let window, !window.contains(now) { return .outsideTime }
            do throws(EvaluationError) {
                guard try predicate.evaluate(view, ahead: ahead) else { return .noMatch }
            } catch {
                return .failed(error)
            }
            guard weight != nil else { return .matched }
            guard let key, !key.isEmpty else { return .withoutKey }
            return UInt64(who.hash(key)) < threshold ? .matched : .outsideWeight
        }
    }

    /// What a rule says to one request.
    enum RuleOutcome: Sendable {
        case matched
        case noMatch
        /// Its arm has no weight.
        case off
        case outsideTime
        case outsideWeight
        /// It has a weight, and the request no key.
        case withoutKey
        case failed(EvaluationError)
    }

    /// A colour with its compiled condition.
    public struct Color: Sendable {
        public let tag: String
        public let predicate: RequestPredicate
        /// Its condition compiled ahead of time, where there is one.
        var ahead: Condition?
    }
}
