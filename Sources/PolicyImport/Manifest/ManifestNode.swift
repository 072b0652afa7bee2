/// One value of a manifest with its place.
struct ManifestNode: Sendable {
    indirect enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case mapping([(key: String, line: Int, value: ManifestNode)])
        case sequence([ManifestNode])
    }

    let content: Content
    /// From 1: where the value stands, and for the value of a key where the key stands.
    let line: Int
    /// From the root of the document: `spec.strategy.canary.steps[0].setWeight`.
    let path: String
    /// The fields in it, as numbers in the document: one for each scalar, each empty map and each empty list.
    let fields: Range<Int>

    /// The text of a scalar; nil for null.
    var text: String? {
        guard case .scalar(let text, let isPlain) = content, !(isPlain && ["", "~", "null"].contains(text)) else { return nil }
        return text
    }

    var number: Double? { text.flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil } }
    var integer: Int? { text.flatMap { Int($0) } }

    var bool: Bool? {
        switch text {
        case "true": true
        case "false": false
        default: nil
        }
    }

    var elements: [ManifestNode] { if case .sequence(let elements) = content { elements } else { [] } }

    var pairs: [(key: String, line: Int, value: ManifestNode)] { if case .mapping(let pairs) = content { pairs } else { [] } }

    subscript(key: String) -> ManifestNode? { pairs.first { $0.key == key }?.value }

    /// A value further down.
    subscript(path keys: String...) -> ManifestNode? {
        var node: ManifestNode? = self
        for key in keys { node = node?[key] }
        return node
    }
}
