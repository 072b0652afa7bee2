internal import Predicates
public import ReleaseModel

/// The weights of a release's arms as a decision about keys.
///
/// One bucket decides who takes part (gets any arm but stable), an independently salted one which arm a participant gets. As the first
/// threshold only moves up while the weights grow, growing only adds users; and while the shares among the canary arms stay the same,
/// nobody changes between them.
public struct SplitTable: Sendable, Hashable {
    /// One canary arm's share of those who take part.
    public struct Share: Sendable, Hashable {
        /// Index into the arms that the table was made of.
        public let arm: Int
        /// Of the participants; nil is the remainder, always the last.
        public let weight: Weight?
    }

    /// What a key leads to.
    public struct Outcome: Sendable, Hashable {
        public let arm: Int
        /// 0 to 9999; nil without a key.
        public let bucket: Int?
    }

    public let salt: String
    /// Index of the stable arm.
    public let stable: Int
    /// The weight of all canary arms together.
    public let participation: Weight
    /// The canary arms above weight 0, in the order of the arms.
    public let shares: [Share]
    /// Where a request without a key goes: stable, or the heaviest arm when stable is at 0.
    public let keyless: Int

    private let participationPrefix: [UInt8]
    private let armPrefix: [UInt8]
    private let who: SplitClients?
    private let which: SplitClients

    /// Checks salt and arms: names are unique, one is `stable`, the weights sum to 100%.
    public init(salt: String, arms: [ArmWeight]) throws(ReleaseError) {
        if let problem = StickyBucket.problem(withSalt: salt) { throw ReleaseError(.invalidInput, "the salt '\(salt)' \(problem)") }
        try Self.check(arms)
        let stable = arms.firstIndex { $0.arm == Arm.stable }!  // `check` has seen it
        let canaries = arms.indices.filter { $0 != stable && arms[$0].weight > .zero }
        let total = canaries.reduce(0) { $0 + arms[$1].weight.basisPoints }
        self.salt = salt
        self.stable = stable
        participation = Weight(basisPoints: total)
        shares = canaries.map { arm in
            Share(arm: arm, weight: arm == canaries.last ? nil : Weight(basisPoints: arms[arm].weight.basisPoints * 10_000 / total))
        }
        keyless = total < 10_000 ? stable : canaries.reduce(canaries[0]) { arms[$1].weight > arms[$0].weight ? $1 : $0 }
        participationPrefix = Array(StickyBucket.participationPrefix(salt: salt).utf8)
        armPrefix = Array(StickyBucket.armPrefix(salt: salt).utf8)
        who = total > 0 && total < 10_000 ? SplitClients(parts: [participation]) : nil
        which = SplitClients(parts: shares.compactMap(\.weight))
    }

    private static func check(_ arms: [ArmWeight]) throws(ReleaseError) {
        var seen: [String] = []
        for arm in arms {
            if let problem = Name.problem(with: arm.arm) { throw ReleaseError(.invalidInput, "the arm '\(arm.arm)' \(problem)") }
            if seen.contains(arm.arm) { throw ReleaseError(.invalidInput, "the arm '\(arm.arm)' is listed twice") }
            seen.append(arm.arm)
        }
        guard seen.contains(Arm.stable) else { throw ReleaseError(.invalidInput, "there is no arm named 'stable'") }
        let sum = arms.reduce(0) { $0 + $1.weight.basisPoints }
        guard sum == 10_000 else {
            throw ReleaseError(.invalidInput, "the arms' weights sum to \(Double(sum) / 100)%, not to 100%")
        }
    }

    /// The arm of a key; nil or an empty key is no key.
    public func outcome(forKey key: [UInt8]?) -> Outcome {
        guard let key, !key.isEmpty else { return Outcome(arm: keyless, bucket: nil) }
        let hash = murmurHash2(participationPrefix + key)
        let bucket = StickyBucket.bucket(of: hash)
        let takesPart = who.map { $0.part(of: hash) == 0 } ?? (participation > .zero)
        guard takesPart else { return Outcome(arm: stable, bucket: bucket) }
        guard shares.count > 1 else { return Outcome(arm: shares[0].arm, bucket: bucket) }
        return Outcome(arm: shares[which.part(of: murmurHash2(armPrefix + key))].arm, bucket: bucket)
    }
}
