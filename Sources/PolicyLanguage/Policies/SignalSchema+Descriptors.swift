public import Predicates
public import ReleaseModel

extension SignalSchema {
    /// The signals that plugins describe, in the order of the descriptors; what only a configuration names is left out.
    public init(_ descriptors: [SignalDescriptor]) {
        self.init(descriptors.filter { $0.each == nil }.map { Entry($0) })
    }

    /// The same signals and, behind them, those that are not among them yet.
    func adding(_ descriptors: [SignalDescriptor]) -> SignalSchema {
        SignalSchema(entries + descriptors.filter { $0.each == nil && !contains($0.name) }.map { Entry($0) })
    }
}

extension SignalSchema.Entry {
    init(_ descriptor: SignalDescriptor) {
        let kind: SignalSchema.Kind =
            switch descriptor.kind {
            case .bool: .bool
            case .number: .number
            case .string: .string
            }
        let worse: SignalSchema.Worse =
            switch descriptor.worse {
            case .higher, .true: .higher
            case .lower, .false: .lower
            case .none: .none
            }
        self.init(
            name: descriptor.name, kind: kind, minimum: descriptor.minimum, maximum: descriptor.maximum, worse: worse, unit: descriptor.unit
        )
    }
}
