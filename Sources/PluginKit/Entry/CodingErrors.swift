extension DecodingError {
    /// What is wrong and where, in one line.
    package var sentence: String {
        switch self {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context): context.sentence
        case .keyNotFound(let key, let context): "\(context.place)'\(key.stringValue)' is missing"
        @unknown default: String(describing: self)
        }
    }
}

extension DecodingError.Context {
    fileprivate var place: String { codingPath.isEmpty ? "" : codingPath.dotted + ": " }
    fileprivate var sentence: String { place + debugDescription }
}

extension EncodingError {
    /// What is wrong and where, in one line.
    package var sentence: String {
        switch self {
        case .invalidValue(_, let context):
            (context.codingPath.isEmpty ? "" : context.codingPath.dotted + ": ") + context.debugDescription
        @unknown default: String(describing: self)
        }
    }
}

extension [any CodingKey] {
    fileprivate var dotted: String { map { key in key.intValue.map(String.init) ?? key.stringValue }.joined(separator: ".") }
}
