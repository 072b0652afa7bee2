/// Multi-window multi-burn-rate rules of the Google SRE workbook (chapter 5, "Alerting on SLOs").
public struct BurnRateRule: Sendable, Hashable, Codable {
    /// Share of the whole budget that may burn within the long window.
    public let budgetShare: Double
    public let longSeconds: Double
    public let shortSeconds: Double

    public init(budgetShare: Double, longSeconds: Double, shortSeconds: Double) {
        self.budgetShare = budgetShare
        self.longSeconds = longSeconds
        self.shortSeconds = shortSeconds
    }

    /// 2% of the budget in an hour.
    public static let pageFast = BurnRateRule(budgetShare: 0.02, longSeconds: 3600, shortSeconds: 300)
    /// 5% in six hours.
    public static let pageSlow = BurnRateRule(budgetShare: 0.05, longSeconds: 21600, shortSeconds: 1800)
    /// 10% in a day.
    public static let ticketFast = BurnRateRule(budgetShare: 0.1, longSeconds: 86400, shortSeconds: 7200)
    /// 10% in three days.
    public static let ticketSlow = BurnRateRule(budgetShare: 0.1, longSeconds: 259_200, shortSeconds: 21600)

    /// The burn rate at which the rule fires: share * period / long window (14.4 for `pageFast` over 30 days).
    public func factor(periodSeconds: Double) -> Double { budgetShare * periodSeconds / longSeconds }
}

/// How fast an error budget burns: 1 uses exactly the budget over the period.
public enum BurnRate {
    /// (errors/requests)/(1 - objective); nil without requests or without a budget.
    public static func rate(errors: Double, requests: Double, objective: Double) -> Double? {
        guard requests > 0, errors >= 0, objective < 1, objective > 0 else { return nil }
        let rate = errors / requests / (1 - objective)
        return rate.isFinite ? rate : nil
    }
}
