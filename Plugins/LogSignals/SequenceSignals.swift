internal import LogMining
internal import ReleaseModel

/// The signals `logs.sequence["name"]`: whether the canary completed the sequence lately.
enum SequenceSignals {
    static let family = "logs.sequence"

    /// One signal for each rule, in their order.
    ///
    /// What was seen counts whatever else is unknown. `false` needs that the canary's lines come, and that no events were left out.
    static func signals(_ rules: [SequenceRule], _ tracking: SequenceTracking?, silent: String?, at now: Timestamp) -> [Signal] {
        rules.map { rule in
            let canary = tracking?.standing(of: rule, arm: Arm.canary, at: now) ?? SequenceStanding()
            let stable = tracking?.standing(of: rule, arm: Arm.stable, at: now) ?? SequenceStanding()
            let reading: SignalReading
            if canary.isComplete {
                reading = .bool(true)
            } else if tracking == nil {
                reading = .missing("the events of log sequences were not collected")
            } else if let silent {
                reading = .missing(silent)
            } else if canary.isUncertain {
                reading = .missing("more events than can be followed: some of the last \(rule.within) were left out")
            } else {
                reading = .bool(false)
            }
            return Signal(
                name: SignalDescriptor.name(family, of: rule.name), reading: reading,
                evidence: [
                    "pattern": .string(rule.pattern.description), "within": .string("\(rule.within)"),
                    "by": rule.by.map { .string($0) } ?? .null, "canaryMatches": .number(Double(canary.matches)),
                    "stableMatches": .number(Double(stable.matches)),
                    "lastMatch": canary.lastMatch.map { .string($0.description) } ?? .null,
                    "key": canary.lastKey.map { .string($0) } ?? .null, "keysUnderWay": .number(Double(canary.keys)),
                ])
        }
    }
}
