internal import PluginKit
internal import ReleaseModel

/// What the policy says of one check's values: in which range they succeed, in which they fail, and how many failures are allowed.
struct CheckLimits {
    /// A range of numbers; a bound that is nil is open.
    struct Range: Equatable {
        var atLeast: Double?
        var above: Double?
        var atMost: Double?
        var below: Double?

        var isEmpty: Bool { atLeast == nil && above == nil && atMost == nil && below == nil }

        func contains(_ value: Double) -> Bool {
            (atLeast.map { value >= $0 } ?? true) && (above.map { value > $0 } ?? true) && (atMost.map { value <= $0 } ?? true)
                && (below.map { value < $0 } ?? true)
        }
    }

    enum Outcome: String, Codable {
        case success, failure, inconclusive, unanswered
    }

    static let bounds = ["atLeast", "above", "atMost", "below"]

    var name: String
    /// Where every value must lie.
    var success: Range
    /// Where one value is a failure; nil where everything outside `success` is one. Between the two a measurement is inconclusive.
    var failing: Range?
    /// Failed measurements that are allowed; one more and the check has failed.
    var failures: Int
    /// Measurements without an answer in a row that are allowed; nil for any number, which holds the release and never fails it.
    var unanswered: Int?

    func outcome(of values: [Double]) -> Outcome {
        guard !values.isEmpty, values.allSatisfy(\.isFinite) else { return .unanswered }
        if let failing, values.contains(where: failing.contains) { return .failure }
        if values.allSatisfy(success.contains) { return success.isEmpty && failing == nil ? .inconclusive : .success }
        return failing == nil ? .failure : .inconclusive
    }
}

extension Settings {
    mutating func readChecks(_ reader: inout SettingsReader) {
        for (index, value) in (reader.array("checks", atMost: CheckSchedule.maximumChecks) ?? []).enumerated() {
            var inner = SettingsReader(value, place: "checks[\(index)]")
            inner.refuseUnknown("", except: ["name", "failing", "failures", "unanswered"] + CheckLimits.bounds)
            let name = inner.text("name") ?? ""
            if name.isEmpty || name.contains(".") || Name.problem(with: name) != nil {
                inner.problem("name", "must be the name of a check in metrics.checks")
            }
            if checks.contains(where: { $0.name == name }) { inner.problem("name", "stands twice") }
            inner.refuseUnknown("failing", except: CheckLimits.bounds)
            let bound = -1e300...1e300
            let success = CheckLimits.Range(
                atLeast: inner.number("atLeast", bound), above: inner.number("above", bound), atMost: inner.number("atMost", bound),
                below: inner.number("below", bound))
            let failing = CheckLimits.Range(
                atLeast: inner.number("failing", "atLeast", bound), above: inner.number("failing", "above", bound),
                atMost: inner.number("failing", "atMost", bound), below: inner.number("failing", "below", bound))
            checks.append(
                CheckLimits(
                    name: name, success: success, failing: failing.isEmpty ? nil : failing,
                    failures: inner.number("failures", 0...1e6).map { Int($0) } ?? 0,
                    unanswered: inner.number("unanswered", 0...1e6).map { Int($0) }))
            reader.take(inner.problems)
        }
    }
}
