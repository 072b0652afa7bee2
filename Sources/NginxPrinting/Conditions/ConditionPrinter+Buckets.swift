internal import Predicates
internal import ReleaseModel

extension ConditionPrinter {
    /// `bucket(key, salt)` or `percent(key, salt)` compared with a constant number, as a split; nil for anything else.
    ///
    /// Without a key both are nil: then an order is an error, and an equality is false.
    func bucketComparison(
        _ comparison: ComparisonOperator, _ left: RequestNode, _ right: RequestNode, _ node: RequestNode
    ) throws(PrintingRefusal) -> PrintedTruth? {
        if let limit = Self.number(right), case .call(let function, let arguments) = left, function == .bucket || function == .percent {
            return try comparing(function, arguments, comparison, limit, node)
        }
        if let limit = Self.number(left), case .call(let function, let arguments) = right, function == .bucket || function == .percent {
            return try comparing(function, arguments, comparison.mirrored, limit, node)
        }
        return nil
    }

    private static func number(_ node: RequestNode) -> Double? {
        switch node {
        case .literal(.integer(let value)): Double(value)
        case .literal(.float(let value)): value
        default: nil
        }
    }

    private func comparing(
        _ function: RequestFunction, _ arguments: [RequestNode], _ comparison: ComparisonOperator, _ limit: Double, _ node: RequestNode
    ) throws(PrintingRefusal) -> PrintedTruth {
        let split = try Split(arguments, node, self)
        /// Buckets whose value lies below the limit, or at it.
        func count(_ isIncluded: (Double, Double) -> Bool) -> Int {
            (0..<10_000).count { isIncluded(function == .percent ? Double($0) / 100 : Double($0), limit) }
        }
        switch comparison {
        case .less: return try below(count(<), split, keyless: "e")
        case .lessOrEqual: return try below(count(<=), split, keyless: "e")
        case .greaterOrEqual: return limit.isNaN ? try below(0, split, keyless: "e") : negated(try below(count(<), split, keyless: "e"))
        case .greater: return limit.isNaN ? try below(0, split, keyless: "e") : negated(try below(count(<=), split, keyless: "e"))
        case .equal, .notEqual:
            let equal = try exactly(count(<), count(<=), split)
            return comparison == .equal ? equal : negated(equal)
        }
    }

    /// The text that is hashed, and the variable that must not be empty for there to be one.
    private struct Split {
        let text: String
        let key: Operand
        /// What an equality is without a key: an error where the key is put together of parts that are missing.
        let keyless: String

        init(_ arguments: [RequestNode], _ node: RequestNode, _ printer: ConditionPrinter) throws(PrintingRefusal) {
            var prefix = ""
            if arguments.count > 1 {
                guard case .literal(.string(let salt)) = arguments[1], NginxText.isPlain(salt.bytes) else {
                    throw printer.refusal(node, "a salt may hold only letters, digits and . _ - / : |")
                }
                prefix = salt.text + ":"
            }
            guard let subject = arguments.first, let key = try printer.key(subject) else {
                throw printer.refusal(node, "no request has that key")
            }
            text = prefix + key.braced
            self.key = key
            keyless = subject.isText ? "0" : "e"
        }
    }

    /// Whether the bucket is one of the first `count`.
    private func below(_ count: Int, _ split: Split, keyless: String) throws(PrintingRefusal) -> PrintedTruth {
        let value: (variable: String, depth: Int)
        switch count {
        case 0: value = ("0", 0)
        case 10_000: value = ("1", 0)
        default:
            let operand = try part(count, split)
            value = (operand.variable, operand.depth)
        }
        return .operand(
            writer.map(split.key.variable, [("\"\"", keyless)], otherwise: value.variable, depth: max(split.key.depth, value.depth)))
    }

    private func part(_ count: Int, _ split: Split) throws(PrintingRefusal) -> Operand {
        try writer.shared("\(count) of \(split.text)") {
            writer.split(split.text, [(Weight(basisPoints: count), "1")], otherwise: "0", depth: split.key.depth)
        }
    }

    /// Whether the bucket is the one between two counts. The thresholds are those of the counts, not their sum.
    private func exactly(_ first: Int, _ second: Int, _ split: Split) throws(PrintingRefusal) -> PrintedTruth {
        guard first < second else { return try below(0, split, keyless: split.keyless) }
        let upTo: Operand? = first > 0 ? try part(first, split) : nil
        let with: Operand? = second < 10_000 ? try part(second, split) : nil
        let depth = max(upTo?.depth ?? 0, with?.depth ?? 0)
        let within = writer.map(
            "\(upTo?.braced ?? "0")\(with?.braced ?? "1").", [("01.", "1")], otherwise: "0", depth: max(depth, split.key.depth))
        return .operand(writer.map(split.key.variable, [("\"\"", split.keyless)], otherwise: within.variable, depth: within.depth))
    }
}
