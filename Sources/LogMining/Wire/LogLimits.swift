/// What one pushed body may hold.
public struct LogLimits: Sendable, Hashable {
    /// Bytes of the body after decompression.
    public var bodyBytes = 4 << 20
    /// Bytes of one line; a longer one is cut.
    public var lineBytes = 64 << 10
    public var recordsPerBody = 20_000
    public var labelsPerStream = 30
    /// Bytes of one label's name and value together.
    public var labelBytes = 2048

    public init() {}
}

extension LogLimits {
    /// `line` cut at a character boundary where it is longer than allowed.
    func cut(_ line: String) -> String {
        guard line.utf8.count > lineBytes else { return line }
        return String(decoding: line.utf8.prefix(lineBytes), as: UTF8.self)
    }
}
