internal import Predicates

/// Draws requests that come near to what a few conditions ask for: each field is absent, one of the texts that the conditions compare it
/// with, or near to one.
struct RequestSampler {
    private(set) var choices: [[ByteString?]] = []
    private var state: UInt64

    /// - Parameter nodes: over the same slots.
    init(slots: RequestSlots, nodes: [RequestNode], seed: UInt64) {
        state = seed
        choices = slots.fields.indices.map { _ in [nil] }
        for node in nodes { collect(node) }
        for (slot, field) in slots.fields.enumerated() {
            if case .tag = field { choices[slot] = [nil, "1"] } else { choices[slot] += ["", "x", "user-1", "user-2"] }
            choices[slot] = choices[slot].reduce(into: []) { kept, choice in if !kept.contains(choice) { kept.append(choice) } }
        }
    }

    /// The next request's values by slot.
    mutating func next() -> [ByteString?] {
        choices.map { options in options[Int(random() % UInt64(options.count))] }
    }

    /// SplitMix64, so that the same conditions draw the same requests.
    private mutating func random() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    // MARK: - What conditions ask for

    private mutating func collect(_ node: RequestNode) {
        let texts = node.texts
        for slot in node.slots { choices[slot] += texts.map { $0 } }
    }
}

extension RequestNode {
    /// Texts that parts of the expression may be looking for.
    fileprivate var texts: [ByteString] {
        switch self {
        case .literal(.string(let text)): [text, ByteString(bytes: text.bytes.filter { !"^$%()".utf8.contains($0) })]
        case .literal(.version(let version)):
            [ByteString(version.description)]
                + (version.patch < .max ? [ByteString("\(version.major).\(version.minor).\(version.patch + 1)")] : [])
                + (version.major > 0 ? [ByteString("\(version.major - 1).0.0")] : [])
        case .literal(.integer(let value)): [ByteString("\(value)")]
        case .literal, .field, .tagged: []
        case .oneOf(let inner, let values): inner.texts + values.compactMap { if case .string(let text) = $0 { text } else { nil } }
        case .inCIDR(let inner, let networks): inner.texts + networks.map { ByteString($0.address.description) }
        case .not(let inner), .unary(_, let inner): inner.texts
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.texts + right.texts
        case .call(_, let arguments): arguments.flatMap(\.texts)
        }
    }
}
