public import PluginKit
public import ReleaseModel

extension PluginDescriptor {
    /// The signals that the plugin gives under a configuration, in the descriptor's order.
    public func signals(under configuration: JSONValue) -> [SignalDescriptor] { signals.flatMap { $0.signals(under: configuration) } }

    /// Every signal of the plugin, failed for one reason: what an evaluation that gave no answer means.
    public func failedSignals(_ reason: String, under configuration: JSONValue = [:]) -> [Signal] {
        signals(under: configuration).map { Signal(name: $0.name, reading: .failed(reason)) }
    }

    /// Signals of an answer held against the descriptor: each described signal once, in the descriptor's order.
    ///
    /// One that is missing, there twice, of another kind or out of its range is `failed`; one that nobody described is left out, and what was
    /// meant by it is failed because it is missing.
    func checked(_ answer: [Signal], under configuration: JSONValue = [:]) -> (signals: [Signal], unknown: [String]) {
        let signals = signals(under: configuration)
        let checked = signals.map { descriptor in
            let given = answer.filter { $0.name == descriptor.name }
            guard let signal = given.first else {
                return Signal(name: descriptor.name, reading: .failed("the plugin left this signal out of its answer"))
            }
            guard given.count == 1 else {
                return Signal(name: descriptor.name, reading: .failed("the plugin gave this signal \(given.count) times"))
            }
            guard let problem = descriptor.problem(with: signal.reading) else { return signal }
            return Signal(name: descriptor.name, reading: .failed(problem), evidence: signal.evidence)
        }
        let known = signals.map(\.name)
        return (checked, answer.map(\.name).filter { !known.contains($0) })
    }
}

extension SignalDescriptor {
    /// Why a reading cannot be one of this signal, or nil when it can.
    func problem(with reading: SignalReading) -> String? {
        switch (kind, reading) {
        case (.bool, .bool), (.string, .string), (_, .missing), (_, .failed):
            return nil
        case (.number, .number(let value)):
            guard value.isFinite else { return "the plugin computed \(value)" }
            if let minimum, value < minimum { return "the plugin computed \(value), which is less than the least possible \(minimum)" }
            if let maximum, value > maximum { return "the plugin computed \(value), which is more than the most possible \(maximum)" }
            return nil
        case (_, .bool), (_, .number), (_, .string):
            return "the plugin gave a reading of another kind than \(kind.rawValue)"
        }
    }
}
