internal import ReleaseModel

extension EvaluateResponse {
    /// The same answer with every reading that is NaN or infinite made `failed`, and such figures in the evidence made texts.
    ///
    /// JSON has neither; without this one bad division would cost every signal of every release in the batch.
    var withFiniteSignals: EvaluateResponse {
        var response = self
        for index in response.outputs.indices {
            response.outputs[index].signals = response.outputs[index].signals.map(\.finite)
            response.outputs[index].sinceMark = response.outputs[index].sinceMark.map(\.finite)
        }
        return response
    }
}

extension Signal {
    fileprivate var finite: Signal {
        var signal = self
        if case .number(let value) = reading, !value.isFinite {
            signal.reading = .failed("the plugin computed \(value)")
        }
        signal.evidence = evidence.finite
        return signal
    }
}

extension JSONValue {
    fileprivate var finite: JSONValue {
        switch self {
        case .number(let value): value.isFinite ? self : .string("\(value)")
        case .array(let elements): .array(elements.map(\.finite))
        case .object(let members): .object(members.mapValues(\.finite))
        case .null, .bool, .string: self
        }
    }
}
