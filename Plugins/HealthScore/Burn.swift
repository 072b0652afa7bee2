internal import ReleaseModel
internal import Statistics

/// How fast both arms burn one budget by one rule; 1 uses exactly the budget over its period.
struct Burn {
    /// Stable burning at least this share of the canary's rate burns it alike.
    static let alikeShare = 0.5

    var rule: BurnRateRule
    var long: Double
    var short: Double
    /// nil where stable had no requests.
    var stableLong: Double?
    var stableShort: Double?
    /// The canary's within the long window.
    var requests: Double
    var errors: Double
    var factor: Double

    var lesser: Double { min(long, short) }

    var isCanaryAbove: Bool { lesser > factor }

    /// The budget burns at this speed whatever the canary does.
    var isStableAbove: Bool {
        guard let stableLong, let stableShort else { return false }
        return min(stableLong, stableShort) > factor
    }

    var isAlike: Bool {
        guard let stableLong, let stableShort else { return false }
        return stableLong >= Self.alikeShare * long && stableShort >= Self.alikeShare * short
    }

    /// Who burns it: `none`, `canary`, `stable`, or `both` where the budget was burning already.
    var culprit: String {
        switch (isCanaryAbove, isStableAbove || isAlike) {
        case (false, _): isStableAbove ? "stable" : "none"
        case (true, false): "canary"
        case (true, true): "both"
        }
    }

    func evidence(_ severity: String) -> JSONValue {
        [
            "severity": .string(severity), "longSeconds": .figure(rule.longSeconds), "shortSeconds": .figure(rule.shortSeconds),
            "factor": .figure(factor), "long": .figure(long), "short": .figure(short), "stableLong": .figure(stableLong),
            "stableShort": .figure(stableShort), "alike": .bool(isAlike), "burnedBy": .string(culprit), "requests": .figure(requests),
            "errors": .figure(errors),
        ]
    }
}
