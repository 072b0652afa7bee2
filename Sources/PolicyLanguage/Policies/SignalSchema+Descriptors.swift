public import Predicates
public import ReleaseModel

extension SignalSchema {
    /// The signals that plugins describe, in the order of the descriptors; what only a configuration names is left out.
    public init(_ descriptors: [SignalDescriptor]) {
        self.init(
            descriptors.filter { $0.each == nil }.map { descriptor in
                let kind: Kind =
                    switch descriptor.kind {
                    case .bool: .bool
                    case .number: .number
                    case .string: .string
                    }
                return (name: descriptor.name, kind: kind, minimum: descriptor.minimum, maximum: descriptor.maximum)
            })
    }
}
