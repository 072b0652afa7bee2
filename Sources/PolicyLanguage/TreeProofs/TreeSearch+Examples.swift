internal import Predicates
internal import ReleaseModel

/// Inputs in words.
extension TreeSearch {
    func example(
        _ values: [Int: Int], changed: (variable: Int, step: (better: Int, worse: Int))?, better: Int, worse: Int?, mode: TreeMode
    ) -> TreeExample {
        var example = TreeExample(
            readings: [], worse: [], circumstances: [], better: outcome(better), afterwards: worse.flatMap { outcome($0) })
        for variable in values.keys.sorted() + (changed.map { [$0.variable] } ?? []) {
            let value = changed.flatMap { $0.variable == variable ? $0.step.better : nil } ?? values[variable] ?? 0
            if case .signal(let name) = model.variables[variable].subject {
                example.readings.append(NamedReading(name: name, reading: reading(variable, value)))
                if let changed, changed.variable == variable {
                    example.worse.append(NamedReading(name: name, reading: reading(variable, changed.step.worse)))
                }
            } else if changed?.variable != variable, let text = circumstance(variable, value) {
                example.circumstances.append(text)
            }
        }
        switch mode {
        case .idle: break
        case .waiting(let leaf): example.circumstances.append("'\(model.leaves[leaf].name)' is waiting for what comes")
        case .judging(let leaf): example.circumstances.append("the time that '\(model.leaves[leaf].name)' waited is over")
        }
        return example
    }

    private func outcome(_ code: Int) -> TreeExample.Outcome? {
        let outcome = TreeOutcome(code: code)
        return switch outcome.part {
        case .nobody, .unknown: .init(node: nil, action: outcome.restriction(model.leaves).word)
        case .atOnce, .later, .waiting: .init(node: model.leaves[outcome.leaf].name, action: outcome.restriction(model.leaves).word)
        }
    }

    private func reading(_ variable: Int, _ value: Int) -> SignalReading {
        switch model.variables[variable].values[value] {
        case .known(.bool(let flag)): .bool(flag)
        case .known(.number(let number)): .number(number)
        case .known(.string(let text)): .string(text)
        case .otherText: .string("anything else")
        case .unknown: .missing("no data")
        }
    }

    /// What a value of a variable that is no signal means.
    private func circumstance(_ variable: Int, _ value: Int) -> String? {
        let reading = model.variables[variable].values[value]
        let isTrue = reading == .known(.bool(true))
        switch model.variables[variable].subject {
        case .signal: return nil
        case .history(let term):
            let span = TimeSpan(microseconds: term.microseconds)
            return isTrue ? "'\(term.source)' has held for \(span) once it is true" : "'\(term.source)' has not held for \(span)"
        case .trend(let term): return reading == .unknown ? "'\(term)' is unknown" : isTrue ? "'\(term)'" : "not '\(term)'"
        case .figure(let term):
            if case .known(.number(let number)) = reading { return "'\(term)' is \(SignalReading.number(number))" }
            return "'\(term)' is unknown"
        case .opaque(let text): return reading == .unknown ? "'\(text)' is unknown" : isTrue ? "'\(text)'" : "not '\(text)'"
        case .deadline(let leaf):
            return isTrue ? "'\(model.leaves[leaf].name)' has held the release for its time" : nil
        case .since(let leaf):
            let name = model.leaves[leaf].name
            return reading == .unknown
                ? "nothing is known of '\(name)' since"
                : isTrue ? "'\(name)' holds on what came since" : "'\(name)' is over on what came since"
        }
    }

    /// A step to the worse, in words: `score 82.5 -> 74`.
    func change(_ variable: Int, _ step: (better: Int, worse: Int)) -> String {
        if case .signal(let name) = model.variables[variable].subject {
            return "\(name) gets worse from \(reading(variable, step.better)) to \(reading(variable, step.worse))"
        }
        let after = circumstance(variable, step.worse) ?? ""
        return "it comes to this: \(after)"
    }
}

extension TreeExample {
    /// ` with score 74 and complete false`; nothing where the readings do not matter.
    var withReadings: String {
        let all = readings.map { "\($0.name) \($0.reading)" } + circumstances
        return all.isEmpty ? "" : " with " + all.joined(separator: ", ")
    }

    /// What happens when something gets worse.
    func sentence(change: String) -> String {
        let name: (Outcome?) -> String = { outcome in
            outcome.map { $0.node == nil ? $0.action : "\($0.action) ('\($0.node ?? "")')" } ?? "nothing"
        }
        let changed = worse.map(\.name)
        let rest = readings.filter { !changed.contains($0.name) }.map { "\($0.name) \($0.reading)" } + circumstances
        let given = rest.isEmpty ? "" : ", with " + rest.joined(separator: ", ")
        return "\(name(better)) becomes \(name(afterwards)) when \(change)\(given)"
    }
}

extension TreeAction {
    /// Whether the node waits for what comes after it has acted.
    var waits: Bool {
        switch self {
        case .observe, .stepDown: true
        default: false
        }
    }
}
