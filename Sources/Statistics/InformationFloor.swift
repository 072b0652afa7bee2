internal import Foundation

/// The least mean number of canary requests with which any test of level alpha can have power one (Wald 1947; statistics.md).
public enum InformationFloor {
    /// r ln(1/alpha) / (r KL(canary || pooled) + (1 - r) KL(baseline || pooled)), r the canary's share of the requests.
    public static func canaryRequests(canary: [Double], baseline: [Double], share: Double, alpha: Double) -> Double {
        let pooled = zip(canary, baseline).map { share * $0 + (1 - share) * $1 }
        func divergence(_ chances: [Double]) -> Double {
            zip(chances, pooled).reduce(0) { $1.0 > 0 ? $0 + $1.0 * log($1.0 / $1.1) : $0 }
        }
        return share * log(1 / alpha) / (share * divergence(canary) + (1 - share) * divergence(baseline))
    }

    public static func canaryRequests(canary: Double, baseline: Double, share: Double, alpha: Double) -> Double {
        canaryRequests(canary: [canary, 1 - canary], baseline: [baseline, 1 - baseline], share: share, alpha: alpha)
    }
}
