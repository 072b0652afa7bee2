public import Predicates

/// Prints single conditions as nginx `map`, `geo` and `split_clients` blocks, for a configuration that a person writes.
///
/// ```swift
/// var slots = RequestSlots()
/// let testers = try RequestPredicate(#"header["x-canary"] == "true""#, slots: &slots, place: "rule")
/// try NginxPrinter.maps(for: testers, name: "testers")
/// // map $http_x_canary $testers { "true" $testers_f1; default 0; }
/// // map $http_x_canary $testers_f1 { "~^true\z" 1; default 0; }
/// ```
public enum NginxPrinter {
    public static let maximumName = 32

    /// Blocks for http level that define `$<name>`: 1 for a request that matches, 0 for every other, also where the expression cannot be
    /// evaluated.
    ///
    /// - Throws: a refusal that names the part of the expression that nginx cannot carry by itself.
    public static func maps(for predicate: RequestPredicate, name: String) throws(PrintingRefusal) -> String {
        guard isVariable(name) else {
            throw PrintingRefusal(
                part: "the name '\(name)'", reason: "a variable has 1 to \(maximumName) lower-case letters, digits and '_', a letter first")
        }
        let writer = MapWriter(prefix: name)
        switch try ConditionPrinter(writer: writer).truth(predicate.node) {
        case .constant(let holds): writer.line("map \"\" $\(name) { default \(holds ? 1 : 0); }")
        case .operand(let operand):
            try writer.check(operand, part: predicate.source)
            writer.result(operand, as: "$\(name)")
        }
        return writer.lines.joined(separator: "\n") + "\n"
    }

    private static func isVariable(_ name: String) -> Bool {
        let isLetter: (UInt8) -> Bool = { (97...122).contains($0) }
        return name.utf8.first.map(isLetter) == true && name.utf8.count <= maximumName
            && name.utf8.allSatisfy { isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }
}
