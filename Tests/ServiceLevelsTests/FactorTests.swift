import ReleaseModel
import ServiceLevels
import Statistics
import Testing

/// The burn rate factors as the SRE workbook has them for 30 days, and sloth's for 28 days.
@Suite struct FactorTests {
    private static let rules: [(rule: BurnRateRule, of30: Double, of28: Double)] = [
        (.pageFast, 14.4, 13.44), (.pageSlow, 6, 5.6), (.ticketFast, 3, 2.8), (.ticketSlow, 1, 14.0 / 15),
    ]

    @Test func factorsOf30And28Days() {
        for (rule, of30, of28) in Self.rules {
            #expect(abs(rule.factor(periodSeconds: 30 * 86400) - of30) < 1e-9)
            #expect(abs(rule.factor(periodSeconds: 28 * 86400) - of28) < 1e-9)
        }
    }

    /// At a constant ratio e of bad requests a rule fires after factor * budget * long / e.
    @Test func allBadFiresAfter51Point84Seconds() {
        let seconds = BurnRateRule.pageFast.factor(periodSeconds: 30 * 86400) * Objective.standard.budget * 3600
        #expect(abs(seconds - 51.84) < 1e-9)
    }
}
