import Foundation
import Statistics
import Testing

@Suite struct BoundTests {
    @Test func boundsEncloseTheEventsAndTightenWithThem() {
        for events in [0.0, 1, 5, 50, 1000, 1e6] {
            let (low, high) = (RateBounds.lower(events: events, alpha: 0.01), RateBounds.upper(events: events, alpha: 0.01))
            #expect(low <= events && events < high)
        }
        #expect(RateBounds.upper(events: 1e6, alpha: 0.01) < 1.02e6)
        #expect(RateBounds.lower(events: 1e6, alpha: 0.01) > 0.98e6)
        #expect(RateBounds.lower(events: 0, alpha: 0.01) == 0)
        // Without an event the bound cannot be below ln(1/alpha), what a single look would give.
        let none = RateBounds.upper(events: 0, alpha: 0.01)
        #expect(none > log(100) && none < 2 * log(100))
    }

    @Test func theShortQuestionsAgreeWithTheBounds() {
        for events in [0.0, 3, 40, 5000] {
            let (low, high) = (RateBounds.lower(events: events, alpha: 0.01), RateBounds.upper(events: events, alpha: 0.01))
            #expect(RateBounds.surelyExceeds(low * 0.99, events: events, alpha: 0.01) == (low > 0))
            #expect(!RateBounds.surelyExceeds(low * 1.01 + 1e-6, events: events, alpha: 0.01))
            #expect(RateBounds.surelyFallsShort(of: high * 1.01, events: events, alpha: 0.01))
            #expect(!RateBounds.surelyFallsShort(of: high * 0.99, events: events, alpha: 0.01))
        }
    }

    @Test func aSmallerAlphaIsWider() {
        #expect(RateBounds.lower(events: 40, alpha: 0.001) < RateBounds.lower(events: 40, alpha: 0.05))
        #expect(RateBounds.upper(events: 40, alpha: 0.001) > RateBounds.upper(events: 40, alpha: 0.05))
    }

    /// With a base rate that drifts, looked at after each of 500 polls.
    @Test func boundsHoldAtAllTimesAtOnce() {
        var generator = SeededGenerator(seed: 7)
        let (runs, alpha) = (200, 0.05)
        var (above, below) = (0, 0)
        for _ in 0..<runs {
            var (events, expected) = (0.0, 0.0)
            var (wasAbove, wasBelow) = (false, false)
            for poll in 0..<500 {
                let rate = 0.02 * (1 + 0.5 * sin(Double(poll) / 40))
                events += Double(generator.binomial(50, rate))
                expected += 50 * rate
                guard poll % 5 == 0 else { continue }
                wasAbove = wasAbove || RateBounds.surelyExceeds(expected, events: events, alpha: alpha)
                wasBelow = wasBelow || RateBounds.surelyFallsShort(of: expected, events: events, alpha: alpha)
            }
            above += wasAbove ? 1 : 0
            below += wasBelow ? 1 : 0
        }
        #expect(Double(above) / Double(runs) <= alpha)
        #expect(Double(below) / Double(runs) <= alpha)
    }
}
