internal import Foundation
internal import ReleaseModel
internal import ServiceLevels
internal import Statistics

/// The field's other habit: is the canary's error rate, minute by minute, above a percentile of what stable had over the last hour?
///
/// It holds when every minute of `forSeconds` in which the canary had requests lies above, such minutes make up at least half of that time, and stable
/// has shown enough minutes to speak of a percentile. It is no test at a level: it is here for those who are used to it.
struct RateHistory: Codable {
    /// Stable's minutes without which there is no percentile.
    static let minimumMinutes = 20
    private static let bucketSeconds = 60.0

    /// Coded as `[index, canary requests, canary errors, stable requests, stable errors]`.
    private struct Minute: Codable {
        var index: Int
        var canary = BurnWindows.Counts()
        var stable = BurnWindows.Counts()

        init(index: Int) { self.index = index }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            index = try container.decode(Int.self)
            canary = .init(requests: try container.decode(Double.self), errors: try container.decode(Double.self))
            stable = .init(requests: try container.decode(Double.self), errors: try container.decode(Double.self))
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(index)
            for value in [canary.requests, canary.errors, stable.requests, stable.errors] { try container.encode(value) }
        }
    }

    private var minutes: [Minute] = []

    mutating func add(canary: BurnWindows.Counts, stable: BurnWindows.Counts, at time: Double, _ rule: BreachRule.Percentile) {
        let index = Int((time / Self.bucketSeconds).rounded(.up)) - 1
        if minutes.last?.index != index { minutes.append(Minute(index: index)) }
        let last = minutes.count - 1
        minutes[last].canary.requests += canary.requests
        minutes[last].canary.errors += canary.errors
        minutes[last].stable.requests += stable.requests
        minutes[last].stable.errors += stable.errors
        minutes.removeAll { Double($0.index + 1) * Self.bucketSeconds <= time - rule.overSeconds }
    }

    /// What the history says at one time.
    struct Finding {
        /// nil while stable has shown too little.
        var limit: Double?
        /// Minutes of stable with requests.
        var stableMinutes: Int
        /// Minutes of the canary with requests within the time that counts, and those of them above the limit.
        var canaryMinutes: Int
        var above: Int
        var requests: Double
        var errors: Double
        var isBreach: Bool
    }

    func finding(at now: Double, _ rule: BreachRule.Percentile) -> Finding {
        let rates = minutes.compactMap { quotient($0.stable.errors, $0.stable.requests) }.sorted()
        // The nearest rank: the least value that at least p of all do not exceed.
        let limit =
            rates.count < Self.minimumMinutes
            ? nil : rates[min(rates.count - 1, max(0, Int((rule.p * Double(rates.count)).rounded(.up)) - 1))]
        let recent = minutes.filter { Double($0.index + 1) * Self.bucketSeconds > now - rule.forSeconds && $0.canary.requests > 0 }
        let above = limit.map { limit in recent.count { $0.canary.errors / $0.canary.requests > limit } } ?? 0
        let needed = (rule.forSeconds / Self.bucketSeconds / 2).rounded(.up)
        return Finding(
            limit: limit, stableMinutes: rates.count, canaryMinutes: recent.count, above: above,
            requests: recent.reduce(0) { $0 + $1.canary.requests }, errors: recent.reduce(0) { $0 + $1.canary.errors },
            isBreach: limit != nil && above == recent.count && Double(recent.count) >= needed)
    }
}

extension RateHistory.Finding {
    func evidence(_ rule: BreachRule.Percentile) -> JSONValue {
        [
            "by": "percentile", "percentile": .figure(rule.p * 100), "overSeconds": .figure(rule.overSeconds),
            "forSeconds": .figure(rule.forSeconds), "limit": .figure(limit), "stableMinutes": .figure(Double(stableMinutes)),
            "canaryMinutes": .figure(Double(canaryMinutes)), "above": .figure(Double(above)), "requests": .figure(requests),
            "errors": .figure(errors), "anytimeValid": false,
        ]
    }
}
