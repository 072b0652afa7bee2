internal import Foundation

/// How likely counts are when nothing is known about their common rate: ln of the integral over the rate, with density 1/rate.
///
/// The density 1/rate is the one that does not change with the unit of the rate (the right Haar measure of a change of scale), so that no
/// base rate has to be known. Constant factors (the factorials of the counts) are left out on both sides of a comparison.
struct ScaleFreeLikelihood {
    /// Counts with the same exposure, put together.
    private struct Group {
        var exposure: Double
        var cells: Double
        var events: Double
    }

    private var groups: [Group] = []
    private var events = 0.0
    private var exposure = 0.0
    /// Sum of each count times ln of its exposure.
    private var logExposures = 0.0

    /// Adds one count; nothing without exposure.
    mutating func add(events count: Double, exposure: Double) {
        guard exposure > 0 else { return }
        events += count
        self.exposure += exposure
        if count > 0 { logExposures += count * log(exposure) }
        if let known = groups.firstIndex(where: { $0.exposure == exposure }) {
            groups[known].cells += 1
            groups[known].events += count
        } else {
            groups.append(Group(exposure: exposure, cells: 1, events: count))
        }
    }

    /// Poisson counts; 0 without events, where the integral has no value and nothing tells distributions apart.
    var poisson: Double {
        events > 0 ? LogSpace.lnGamma(events) - events * log(exposure) + logExposures : 0
    }

    /// Poisson counts whose rates are multiplied by independent gamma variables of mean 1 and the given shape.
    ///
    /// The integrand is log-concave in ln(rate): its mode is found by Newton's method, and the trapezoidal rule with steps of a standard
    /// deviation is exact to about 1e-8. The terms lnGamma(count + shape) - lnGamma(shape) do not depend on the rate and are left out.
    func gammaPoisson(shape: Double) -> Double {
        guard events > 0 else { return 0 }
        let (mode, deviation) = mode(shape)
        let step = deviation
        let top = logIntegrand(mode, shape)
        var sum = 1.0
        for direction in [-1.0, 1] {
            for count in 1...Self.maximumSteps {
                let term = logIntegrand(mode + direction * Double(count) * step, shape) - top
                if term < Self.negligible { break }
                sum += exp(term)
            }
        }
        return top + log(sum * step) + constant(shape)
    }

    private static let maximumSteps = 400
    private static let negligible = -16.0

    private func mode(_ shape: Double) -> (place: Double, deviation: Double) {
        var place = log(events / exposure)
        var curvature = 1.0
        for _ in 0..<30 {
            var slope = events
            curvature = 0
            let rate = exp(place)
            for group in groups {
                let mean = rate * group.exposure
                let share = mean / (shape + mean)
                let weight = (group.events + group.cells * shape) * share
                slope -= weight
                curvature += weight * (1 - share)
            }
            let move = min(max(slope / curvature, -1), 1)
            place += move
            if abs(move) < 1e-5 { break }
        }
        return (place, 1 / curvature.squareRoot())
    }

    /// What depends on the rate; `constant` has the rest.
    private func logIntegrand(_ logRate: Double, _ shape: Double) -> Double {
        let rate = exp(logRate)
        var sum = events * logRate
        for group in groups { sum -= (group.events + group.cells * shape) * log(shape + rate * group.exposure) }
        return sum
    }

    private func constant(_ shape: Double) -> Double {
        var cells = 0.0
        for group in groups { cells += group.cells }
        return logExposures + cells * shape * log(shape)
    }
}
