internal import Foundation

/// Which templates are guilty, so that the chance of ever blaming an innocent one, over all templates and looks, is at most alpha.
///
/// Closed testing (Vovk and Wang, "E-values: calibration, combination and applications", 2021) with shares w that were fixed before:
/// for a set S of templates, E_S = sum over S of w E + (1 - sum over S of w) is an e-process where all of S are innocent. Template k is
/// guilty when every E_S with k in S reaches 1/alpha; the least of them takes k and all whose E is below 1.
enum FamilywiseGuilt {
    /// - Returns: ln of the least E_S for each member; negative infinity where it is not positive.
    static func adjusted(logE: [Double], shares: [Double]) -> [Double] {
        precondition(logE.count == shares.count, "one share for each")
        let lost = zip(logE, shares).map { $0 < 0 ? $1 * (1 - exp($0)) : 0 }
        let total = lost.reduce(0, +)
        return zip(logE, shares).enumerated().map { index, item in
            let rest = 1 - item.1 - (total - lost[index])
            // Beyond what a double holds the rest does not matter.
            if item.0 > 600 { return item.0 + log(item.1) }
            let least = item.1 * exp(item.0) + rest
            return least > 0 ? log(least) : -.infinity
        }
    }
}
