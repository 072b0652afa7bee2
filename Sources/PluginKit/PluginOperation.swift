/// What a plugin is asked; the number crosses the boundary.
public enum PluginOperation: UInt32, Sendable, Hashable, CaseIterable {
    case describe = 1
    case validate = 2
    case collect = 3
    case evaluate = 4
    case table = 5
    case apply = 6
    case read = 7
}

extension PluginDescriptor.Kind {
    /// The operations that every plugin of the kind answers.
    public var operations: [PluginOperation] {
        switch self {
        case .metrics: [.describe, .validate, .collect]
        case .scoring, .signals: [.describe, .validate, .evaluate]
        case .routing, .coloring: [.describe, .validate, .table]
        case .dataPlane: [.describe, .validate, .apply, .read]
        }
    }
}
