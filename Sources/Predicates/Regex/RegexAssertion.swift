/// A condition on the place between two bytes.
enum RegexAssertion: UInt8, Sendable, Hashable {
    /// `\A`, and `^` without the option m.
    case textStart
    /// `^` with the option m: the start, or after a line feed that is not the last byte.
    case lineStart
    /// `\z`
    case textEnd
    /// `\Z`, and `$` without the option m: the end, or before a line feed that is the last byte.
    case textEndOrLastLine
    /// `$` with the option m: the end, or before a line feed.
    case lineEnd
    case wordBoundary
    case notWordBoundary
}

/// What stands before a place.
enum RegexBefore: UInt8, Sendable, Hashable {
    case start
    case lineFeed
    case word
    case other

    init(_ byte: UInt8) { self = byte == 10 ? .lineFeed : ByteSet.word.contains(byte) ? .word : .other }
}

/// What stands after a place.
enum RegexAfter: UInt8, Sendable, Hashable {
    case end
    /// A line feed that is the last byte.
    case lastLineFeed
    case lineFeed
    case word
    case other
}

extension RegexAssertion {
    func holds(_ before: RegexBefore, _ after: RegexAfter) -> Bool {
        switch self {
        case .textStart: before == .start
        case .lineStart: before == .start || before == .lineFeed && after != .end
        case .textEnd: after == .end
        case .textEndOrLastLine: after == .end || after == .lastLineFeed
        case .lineEnd: after == .end || after == .lastLineFeed || after == .lineFeed
        case .wordBoundary: (before == .word) != (after == .word)
        case .notWordBoundary: (before == .word) == (after == .word)
        }
    }
}
