import ArgumentParser
import ReleaseModel
import Statistics

/// What `analyze errors` and `analyze latency` hold the canary against.
struct RateAnalysisOptions: ParsableArguments {
    static let maximumAlternatives = 32

    @Option(help: "Rate ratios to bet on, with commas between them; each above the tolerance.")
    var alternatives: String?

    @Option(help: "Ratio of the canary's rate to the baseline's that is tolerated, from 0.01 to 100.")
    var tolerance = 1.0

    @Option(help: "Chance of calling a good canary degraded, however many polls there are.")
    var alpha = 0.01

    @Option(help: "Share of the bets on a fault that begins later, from 0 to 0.9.")
    var lateOnset = 0.0

    func settings() throws(ReleaseError) -> AnalysisSettings {
        guard alpha > 0, alpha <= 0.5 else { throw Self.error("--alpha", "must be above 0 and at most 0.5", "such as 0.01") }
        guard (0...0.9).contains(lateOnset) else { throw Self.error("--late-onset", "must be from 0 to 0.9", "such as 0.25") }
        guard (0.01...100).contains(tolerance) else { throw Self.error("--tolerance", "must be from 0.01 to 100", "such as 1.2") }
        return AnalysisSettings(alpha: alpha, tolerance: tolerance, alternatives: try bets(), lateShare: lateOnset)
    }

    private func bets() throws(ReleaseError) -> [Double]? {
        guard let alternatives else { return nil }
        var bets: [Double] = []
        for part in alternatives.split(separator: ",", omittingEmptySubsequences: false) {
            let text = String(part.filter { $0 != " " })
            guard let bet = Double(text), bet.isFinite, bet > tolerance, bet <= 1e6 else {
                throw Self.error(
                    "--alternatives", "'\(text.prefix(40))' is not a ratio above the tolerance \(tolerance)", "such as 1.25,1.5,2,3,5,10")
            }
            bets.append(bet)
        }
        guard bets.count <= Self.maximumAlternatives else {
            throw Self.error("--alternatives", "there are more than \(Self.maximumAlternatives) ratios", "ten or fewer will do")
        }
        return bets
    }

    static func error(_ option: String, _ reason: String, _ advice: String) -> ReleaseError {
        ReleaseError(.invalidInput, reason, place: option, advice: advice)
    }
}

/// The test, as it is named on the command line.
enum MethodName: String, ExpressibleByArgument, CaseIterable {
    case a1, a1x, a4

    var method: AnalysisMethod {
        switch self {
        case .a1: .a1
        case .a1x: .a1x
        case .a4: .a4
        }
    }
}
