internal import Predicates

/// Reads the key or a stratum of requests. Nearly all are fields with `or` between them, which need no evaluation.
struct KeyReader: Sendable {
    private let key: RequestKey
    /// The slots of the fields in their order; nil for any other expression.
    private let slots: [Int]?

    init(_ key: RequestKey) {
        self.key = key
        slots = Self.fields(key.node)
    }

    private static func fields(_ node: RequestNode) -> [Int]? {
        switch node {
        case .field(_, let slot): [slot]
        case .or(let left, let right):
            if let left = fields(left), let right = fields(right) { left + right } else { nil }
        default: nil
        }
    }

    /// The bytes of the key; nil when the request has none. An error is none, and counted.
    func bytes(_ view: RequestView, failures: inout Int) -> [UInt8]? {
        if let slots {
            for slot in slots {
                if let value = view[slot], !value.isEmpty { return value.bytes }
            }
            return nil
        }
        do {
            return try key.evaluateBytes(view)?.bytes
        } catch {
            failures += 1
            return nil
        }
    }
}
