internal import Foundation
internal import ReleaseModel
internal import ServiceLevels
internal import Statistics

/// What is known of one objective at one time.
struct ObjectiveFinding {
    /// A reading of `slo.breached`, and how it came about.
    struct Breach {
        var reading: SignalReading
        var evidence: JSONValue
    }

    var objective: Objective
    var page: [Burn]
    var ticket: [Burn]
    /// Highest ln E against the objective itself.
    var peak: Double
    var alpha: Double
    var counts: IndicatorCounts
    /// Why nothing can be said now; nil when it can.
    var obstacle: SignalReading?

    private var isProven: Bool { peak >= log(1 / alpha) }

    private func holds(_ burn: Burn) -> Bool {
        burn.isCanaryAbove && !burn.isAlike && burn.requests >= objective.minimumRequests && burn.errors >= objective.minimumErrors
            && isProven
    }

    private var budgetLeft: Double {
        1 - (BurnRate.rate(errors: counts.total.errors, requests: counts.total.requests, objective: objective.objective) ?? 0)
    }

    private var isBreached: Bool { page.contains(where: holds) }

    /// The breach of any objective by its page rules. One that cannot be told keeps the answer open unless another is breached.
    static func breach(_ findings: [ObjectiveFinding]) -> Breach {
        let known = findings.filter { $0.obstacle == nil }
        let reading: SignalReading =
            if known.contains(where: \.isBreached) { .bool(true) } else { obstacle(findings) ?? .bool(false) }
        return Breach(reading: reading, evidence: ["by": "burnRate"])
    }

    private static func obstacle(_ findings: [ObjectiveFinding]) -> SignalReading? {
        if findings.isEmpty { return .missing("no objective is set") }
        guard let open = findings.first(where: { $0.obstacle != nil }) else { return nil }
        // With several objectives a reader must know which one is open.
        guard findings.count > 1, case .missing(let reason)? = open.obstacle else { return open.obstacle }
        return .missing("\(open.objective.name): \(reason)")
    }

    /// All signals of the objectives together: the worst of each.
    static func signals(_ findings: [ObjectiveFinding], breach: Breach) -> [Signal] {
        let obstacle = obstacle(findings)
        let fast = findings.compactMap(\.page.first?.lesser).max() ?? 0
        let slow = findings.compactMap(\.page.last?.lesser).max() ?? 0
        let left = findings.map(\.budgetLeft).min() ?? 1
        let stable = findings.contains { $0.page.contains(where: \.isStableAbove) }
        let ticket = findings.contains { $0.obstacle == nil && ($0.isBreached || $0.ticket.contains(where: $0.holds)) }
        var evidence = breach.evidence.object ?? [:]
        evidence["objectives"] = .array(findings.map(\.evidence))
        evidence["requests"] = .figure(findings.first?.counts.total.requests ?? 0)
        evidence["errors"] = .figure(findings.first?.counts.total.errors ?? 0)
        func figure(_ name: String, _ value: Double) -> Signal {
            Signal(name: name, reading: obstacle ?? .figure(value), evidence: ["value": .figure(value)])
        }
        return [
            Signal(name: "slo.breached", reading: breach.reading, evidence: .object(evidence)),
            figure("slo.burn_fast", fast), figure("slo.burn_slow", slow), figure("slo.budget_left", left),
            Signal(name: "slo.ticket", reading: ticket ? .bool(true) : obstacle ?? .bool(false), evidence: ["value": .bool(ticket)]),
            Signal(
                name: "slo.stable_burning", reading: stable ? .bool(true) : obstacle ?? .bool(false), evidence: ["value": .bool(stable)]),
        ]
    }

    private var evidence: JSONValue {
        [
            "name": .string(objective.name), "objective": .figure(objective.objective), "periodSeconds": .figure(objective.periodSeconds),
            "indicator": counts.evidence, "budgetLeft": .figure(budgetLeft), "peakLogE": .figure(peak),
            "threshold": .figure(log(1 / alpha)),
            "alpha": .figure(alpha), "breached": .bool(isBreached), "requests": .figure(counts.total.requests),
            "bad": .figure(counts.total.errors), "rules": .array(page.map { $0.evidence("page") } + ticket.map { $0.evidence("ticket") }),
            "minimumRequests": .figure(objective.minimumRequests), "minimumErrors": .figure(objective.minimumErrors),
        ]
    }
}
