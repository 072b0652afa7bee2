internal import Foundation

extension BurstRobustTest {
    /// At least so much does ln of each stake's wealth grow in the mean by one poll, where the canary's rate is `ratio` times the tolerated one.
    ///
    /// Errors are Poisson, `rate` of the baseline's requests. Of the n errors in two matched slices each is the canary's with chance
    /// ratio/(ratio + 1), so that y has the mean m = (ratio - 1)/(ratio + 1) and the variance (1 - m^2)/n. ln(1 + l y) is concave in y, and
    /// lies above its tangent at the mean less k (y - mean)^2, where k is the one that touches at y = -1 (after Fan, Grama, Liu 2015, lemma 4.1).
    /// Errors in bursts, which this test is for, make it grow slower.
    func leastMeanLogFactors(of poll: RatePoll, rate: Double, ratio: Double) -> [Double] {
        guard poll.isComparable, rate > 0, ratio > 1 else { return stakes.map { _ in 0 } }
        let expected = (ratio + 1) * rate * min(tolerance * poll.canaryExposure, poll.baselineExposure)
        let some = -expm1(-expected)
        // The mean of 1/n over the polls with errors: 1/n <= 2/(n + 1).
        let inverse = min(some, 2 * (some / expected - exp(-expected)))
        let lean = (ratio - 1) / (ratio + 1)
        let mean = some * lean
        let variance = max(0, some * lean * lean + (1 - lean * lean) * inverse - mean * mean)
        return stakes.map { stake in
            let bend = (log1p(stake * mean) - stake * (1 + mean) / (1 + stake * mean) - log1p(-stake)) / ((1 + mean) * (1 + mean))
            return log1p(stake * mean) - bend * variance
        }
    }
}
