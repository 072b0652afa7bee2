extension SignalReading: CustomStringConvertible {
    /// For people: `true`, `97.5`, `missing (no canary requests)`.
    public var description: String {
        switch self {
        case .bool(let value): return value ? "true" : "false"
        case .number(let value):
            guard value.isFinite, abs(value) < 1e15 else { return "\(value)" }
            let rounded = (value * 1000).rounded() / 1000
            return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
        case .string(let value): return "'\(value)'"
        case .missing(let reason): return "missing (\(reason))"
        case .failed(let reason): return "failed (\(reason))"
        }
    }
}
