public import ReleaseModel

/// The weights of a release's arms as a decision about keys.
///
/// One bucket decides who takes part (gets any arm but stable), an independently salted one which arm a participant gets. As the first
/// threshold only moves up while the weights grow, growing only adds users; and while the shares among the canary arms stay the same,
/// nobody changes between them. In a layer the first bucket is the layer's: releases with disjoint ranges never share a user.
public struct SplitTable: Sendable, Hashable {
    /// One arm's share of those who take part.
    public struct Share: Sendable, Hashable {
        /// Index into the arms that the table was made of; the stable arm where the share's own arm is at weight 0.
        public let arm: Int
        /// Of the participants; nil is the remainder, always the last.
        public let weight: Weight?
    }

    /// What a key leads to.
    public struct Outcome: Sendable, Hashable {
        public let arm: Int
        /// 0 to 9999, in a layer the layer's; nil without a key.
        public let bucket: Int?
        /// Whether the key is among those that the canary arms are divided among.
        public let takesPart: Bool
    }

    public let salt: String
    /// Index of the stable arm.
    public let stable: Int
    /// The weight of all canary arms together.
    public let participation: Weight
    /// Where the participants go, in the order of the arms; empty while nobody takes part.
    public let shares: [Share]
    /// Where a request without a key goes: stable, or the heaviest arm when stable is at 0.
    public let keyless: Int
    public let layer: Layer?

    /// Whose keys take part.
    let participants: Participants
    private let who: HashText
    private let which: HashText
    private let parts: SplitClients

    /// Checks salt, arms, shares and layer.
    ///
    /// - Parameters:
    ///   - arms: with unique names, `stable` among them, and weights that sum to 100%.
    ///   - shares: what each arm but stable gets of the participants, summing to 100%; nil takes the proportion of the weights. With shares
    ///     of their own nobody changes arms whatever the weights are, and the users of an arm at weight 0 are on stable.
    ///   - layer: where the participants come from; nil is everybody.
    public init(salt: String, arms: [ArmWeight], shares: [ArmShare]? = nil, layer: Layer? = nil) throws(ReleaseError) {
        if let problem = StickyBucket.problem(withSalt: salt) { throw ReleaseError(.invalidInput, "the salt '\(salt)' \(problem)") }
        try Self.check(arms)
        let stable = arms.firstIndex { $0.arm == Arm.stable }!  // `check` has seen it
        let canaries = arms.indices.filter { $0 != stable && arms[$0].weight > .zero }
        let total = Weight(basisPoints: canaries.reduce(0) { $0 + arms[$1].weight.basisPoints })
        self.salt = salt
        self.stable = stable
        self.layer = layer
        participation = total
        participants = try Participants(weight: total, layer: layer)
        if let shares {
            let all = try Self.shares(shares, arms: arms, stable: stable)
            self.shares = canaries.isEmpty ? [] : all
        } else {
            self.shares = canaries.map { arm in
                let weight = arms[arm].weight.basisPoints * 10_000 / total.basisPoints
                return Share(arm: arm, weight: arm == canaries.last ? nil : Weight(basisPoints: weight))
            }
        }
        keyless = total < .full ? stable : canaries.reduce(canaries[0]) { arms[$1].weight > arms[$0].weight ? $1 : $0 }
        who = HashText(prefix: layer.map { StickyBucket.layerPrefix($0.name) } ?? StickyBucket.participationPrefix(salt: salt))
        which = HashText(prefix: StickyBucket.armPrefix(salt: salt))
        parts = SplitClients(parts: self.shares.compactMap(\.weight))
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

    /// The policy's shares in the order of the arms.
    private static func shares(_ shares: [ArmShare], arms: [ArmWeight], stable: Int) throws(ReleaseError) -> [Share] {
        let order = arms.indices.filter { $0 != stable }
        guard shares.map(\.name).sorted() == order.map({ arms[$0].arm }).sorted() else {
            throw ReleaseError(
                .invalidInput,
                "the policy divides among \(shares.map(\.name).joined(separator: ", ")), but the release has the arms "
                    + order.map { arms[$0].arm }.joined(separator: ", "))
        }
        let sum = shares.reduce(0) { $0 + $1.share.basisPoints }
        guard sum == 10_000 else { throw ReleaseError(.invalidInput, "the arms' shares sum to \(Double(sum) / 100)%, not to 100%") }
        if let empty = shares.first(where: { $0.share == .zero }) {
            throw ReleaseError(.invalidInput, "the arm '\(empty.name)' has a share of 0%", advice: "leave it out")
        }
        return order.map { arm in
            let share = shares.first { $0.name == arms[arm].arm }!.share  // the names are the same, as checked
            return Share(arm: arms[arm].weight > .zero ? arm : stable, weight: arm == order.last ? nil : share)
        }
    }

    /// The arm of a key; nil or an empty key is no key.
    ///
    /// - Parameter strata: what the request's strata are, in the order of the policy; one that is absent is empty. They have a say in which
    ///   arm a participant gets, never in who takes part.
    public func outcome(forKey key: [UInt8]?, strata: @autoclosure () -> [[UInt8]] = []) -> Outcome {
        guard let key, !key.isEmpty else { return Outcome(arm: keyless, bucket: nil, takesPart: keyless != stable) }
        let hash = who.hash(key)
        let bucket = StickyBucket.bucket(of: hash)
        guard participants.contains(hash) else { return Outcome(arm: stable, bucket: bucket, takesPart: false) }
        guard shares.count > 1 else { return Outcome(arm: shares[0].arm, bucket: bucket, takesPart: true) }
        return Outcome(arm: shares[parts.part(of: armHash(key, strata()))].arm, bucket: bucket, takesPart: true)
    }

    /// The hash that says which arm a participant gets.
    func armHash(_ key: [UInt8], _ strata: [[UInt8]]) -> UInt32 {
        strata.isEmpty ? which.hash(key) : which.hash(strata.flatMap { $0 + [StickyBucket.stratumSeparator] } + key)
    }
}
