public import Predicates
public import ReleaseModel

extension SignalSchema {
    /// The signals that plugins describe, in the order of the descriptors.
    public init(_ descriptors: [SignalDescriptor]) {
        self.init(
            descriptors.map { descriptor in
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
