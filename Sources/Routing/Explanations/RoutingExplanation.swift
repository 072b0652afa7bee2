public import ReleaseModel

/// Where one request goes and every step on the way there, for a person who asks why.
public struct RoutingExplanation: Sendable, Hashable, Codable {
    /// One rule and what it says to the request. Every rule is asked, also those after the one that decides.
    public struct Rule: Sendable, Hashable, Codable {
        public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
            case matched
            case noMatch
            /// Its arm is at weight 0.
            case off
            case outsideTime
            /// It matches, and the key's bucket lies beyond its weight.
            case outsideWeight
            /// It matches and has a weight, but the request has no key.
            case withoutKey
            /// Its condition could not be evaluated, which is no match.
            case error
        }

        public let name: String
        /// The arm it leads to.
        public let to: String
        public let outcome: Outcome
        /// Whether it is the one that decides: the first that matched.
        public let decides: Bool
        /// Why its condition could not be evaluated.
        public let error: String?
        public let weight: Weight?
        /// The key's bucket in the rule's own split, 0 to 9999; only for a rule with a weight.
        public let bucket: Int?
        public let during: String?
    }

    /// One colour of the policy. A tag that several colours give is listed for each.
    public struct Color: Sendable, Hashable, Codable {
        public let tag: String
        public let holds: Bool
        /// Why its condition could not be evaluated.
        public let error: String?
    }

    /// An expression over the request and its value.
    public struct Reading: Sendable, Hashable, Codable {
        public let source: String
        /// What is no UTF-8 shows as U+FFFD.
        public let value: String?
        public let error: String?
    }

    /// Who takes part.
    public struct Participation: Sendable, Hashable, Codable {
        /// 0 to 9999; nil without a key.
        public let bucket: Int?
        /// The weight of all canary arms.
        public let weight: Weight
        /// Buckets from here on take part.
        public let from: Int
        /// Up to here, without it.
        public let to: Int
        public let takesPart: Bool
        /// The layer whose bucket it is; nil is the release's own.
        public let layer: String?
    }

    /// Which arm a participant gets.
    public struct Division: Sendable, Hashable, Codable {
        public let bucket: Int
        public let shares: [ArmShare]
    }

    public let arm: String
    /// The rule that decided; nil when the weights did.
    public let rule: String?
    /// One plain sentence.
    public let because: String
    public let key: Reading
    public let strata: [Reading]
    public let rules: [Rule]
    public let colors: [Color]
    /// Colours that came along and are believed.
    public let inbound: [String]
    /// What the request carries on, own and inbound.
    public let carried: [String]
    public let participation: Participation
    /// nil where there is one arm, or the key does not take part.
    public let division: Division?
    /// Expressions that could not be evaluated.
    public let failures: Int
}
