import Predicates
import ReleaseModel

/// Signals by name, the engine's own among them.
struct SignalReadings {
    private let byName: [String: SignalReading]

    init(_ signals: [Signal], drift: Bool?) {
        var byName = Dictionary(signals.map { ($0.name, $0.reading) }, uniquingKeysWith: { first, _ in first })
        byName["drift"] = drift.map(SignalReading.bool) ?? .missing("the data plane was not read yet")
        self.byName = byName
    }

    func reading(of name: String) -> SignalReading { byName[name] ?? .missing("no plugin reported it") }

    func value(of name: String) -> ConditionValue? {
        switch reading(of: name) {
        case .bool(let value): .bool(value)
        case .number(let value): value.isFinite ? .number(value) : nil
        case .string(let value): .string(value)
        case .missing, .failed: nil
        }
    }
}
