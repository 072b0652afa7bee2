import Foundation
import PolicyLanguage

extension TreeProof {
    /// What was shown, in a line; nil where something was not.
    var summary: String? {
        guard isProven, let cells else { return nil }
        let count = cells < 1e15 ? Self.grouped(Int(cells)) : "10^\(Int(log10(cells)))"
        let doubt =
            inexact.isEmpty
            ? "" : ", whatever \(inexact.map { "'\($0)'" }.joined(separator: " and ")) \(inexact.count == 1 ? "says" : "say")"
        return
            "tree proven over \(count) combinations: it is total, every node is reached, and worse readings never let a release go further"
            + doubt
    }

    /// `209,952`
    private static func grouped(_ number: Int) -> String {
        let digits = Array("\(number)")
        return digits.enumerated().map { index, digit in
            index > 0 && (digits.count - index) % 3 == 0 ? ",\(digit)" : "\(digit)"
        }.joined()
    }
}
