import ReleaseModel
import ReleaseServer
import ReportText

/// What was wrong or remarkable about the collection of a window: nothing where all is well.
struct CollectionLines: Sendable {
    /// More are left to `-o json`.
    static let maximumLines = 4

    let evaluation: ReleaseDetail.EvaluationView

    var lines: [String] {
        let told = (evaluation.problems ?? []) + (evaluation.notes ?? [])
        return (store.map { [$0] } ?? []) + told.prefix(Self.maximumLines).map(\.printable)
    }

    /// The metric store, where its breaker is not closed.
    private var store: String? {
        guard let provider = evaluation.provider, let breaker = provider["breaker"]?.string, breaker != "closed" else { return nil }
        let state = breaker == "open" ? "is left alone" : "is tried again"
        let faults = (provider["faults"]?.object ?? [:]).sorted { $0.key < $1.key }.compactMap { kind, count in
            count.number.map { "\(kind) \(ReadingText.number($0))" }
        }
        return
            "\((provider["place"]?.string ?? "the metric store").printable) \(state); faults: \(faults.joined(separator: ", ").printable)"
    }
}
