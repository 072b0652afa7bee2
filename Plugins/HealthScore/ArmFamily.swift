internal import Foundation
internal import ReleaseModel
internal import Statistics

/// A comparison of one canary arm with stable that ends once it has proven something.
protocol ArmComparison: Codable {
    init()
    /// ln of the e-value after the last window.
    var logE: Double { get }
    /// The highest ln E so far.
    var peakLogE: Double { get }
}

/// The comparisons of all canary arms with stable, so that a bad arm is not diluted by a good one.
///
/// Each arm has an e-process of its own; which arms are guilty is decided by closed testing over them (`EHolm`), so that the chance that any
/// healthy arm is ever called guilty stays at most alpha, however many arms there are. An arm whose own e-value reached k/alpha of k arms is guilty
/// whatever the others say, and its e-process ends there. With one arm all this is the arm's own e-process at 1/alpha.
struct ArmFamily<Comparison: ArmComparison>: Codable {
    struct Member: Codable {
        var arm: String
        var comparison = Comparison()
        /// The highest ln of its adjusted e-value so far.
        var peakAdjusted = 0.0
    }

    private(set) var members: [Member] = []
    var freshness = Freshness()

    /// The share of alpha that bounds of stable's rate take while there is no control group; the tests keep the rest.
    static var boundShare: Double { 0.01 }

    static func threshold(_ alpha: Double) -> Double { log(1 / (alpha * (1 - boundShare))) }

    /// What an arm's comparison may spend before the others have a say.
    static func alpha(of alpha: Double, arms: Int) -> Double { alpha * (1 - boundShare) / Double(max(1, arms)) }

    mutating func update(_ arm: String, _ change: (inout Comparison) -> Void) {
        if !members.contains(where: { $0.arm == arm }) {
            members.append(Member(arm: arm))
            members.sort { $0.arm < $1.arm }
        }
        for index in members.indices where members[index].arm == arm { change(&members[index].comparison) }
    }

    /// Adjusts the e-values of all arms for one another, after each window.
    mutating func settle(alpha: Double, arms: Int) {
        let limit = Self.threshold(alpha) + log(Double(max(1, arms)))
        let values = members.map { $0.comparison.peakLogE >= limit ? limit : $0.comparison.logE }
        for (index, value) in EHolm.adjusted(logs: values).enumerated() {
            let isCertain = members[index].comparison.peakLogE >= limit
            members[index].peakAdjusted = max(members[index].peakAdjusted, isCertain ? max(value, Self.threshold(alpha)) : value)
        }
    }

    func isGuilty(alpha: Double) -> Bool { members.contains { $0.peakAdjusted >= Self.threshold(alpha) } }

    /// The arm with most against it; nil before any was compared.
    var worst: Member? { members.max { ($0.peakAdjusted, $1.arm) < ($1.peakAdjusted, $0.arm) } }

    /// The verdict: true once any arm is guilty, otherwise what stands in the way of a verdict, or false.
    func signal(
        _ name: String, of what: String, alpha: Double, _ moment: Moment, obstacle: SignalReading? = nil,
        evidence: (Comparison) -> [String: JSONValue]
    ) -> Signal {
        let worst = worst
        var evidence = evidence(worst?.comparison ?? Comparison())
        evidence["alpha"] = .figure(alpha)
        evidence["threshold"] = .figure(Self.threshold(alpha))
        evidence["logE"] = .figure(worst?.comparison.logE ?? 0)
        evidence["peakLogE"] = .figure(worst?.comparison.peakLogE ?? 0)
        if let worst { evidence["arm"] = .string(worst.arm) }
        if members.count > 1 {
            evidence["arms"] = .array(
                members.map { member in
                    [
                        "arm": .string(member.arm), "logE": .figure(member.comparison.logE),
                        "peakLogE": .figure(member.comparison.peakLogE), "peakAdjusted": .figure(member.peakAdjusted),
                        "guilty": .bool(member.peakAdjusted >= Self.threshold(alpha)),
                    ]
                })
        }
        if isGuilty(alpha: alpha) { return Signal(name: name, reading: .bool(true), evidence: .object(evidence)) }
        let reading = moment.obstacle(freshness, of: what, comparing: true) ?? obstacle ?? .bool(false)
        return Signal(name: name, reading: reading, evidence: .object(evidence))
    }
}
