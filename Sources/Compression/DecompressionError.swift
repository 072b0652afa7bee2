/// Why compressed bytes are refused.
public enum DecompressionError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The bytes are not of the format, are cut off, or go on after its end.
    case malformed
    /// More bytes would come out than the limit allows.
    case tooLarge(limit: Int)

    public var description: String {
        switch self {
        case .malformed: "the bytes are not of the compressed format, or are cut off"
        case .tooLarge(let limit): "more than \(limit) bytes come out"
        }
    }
}
