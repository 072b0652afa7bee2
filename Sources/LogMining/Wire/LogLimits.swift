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
    /// The record with its line cut where that is longer than allowed.
    func cut(_ record: LogRecord) -> LogRecord {
        guard record.line.utf8.count > lineBytes else { return record }
        var record = record
        record.line = String(decoding: record.line.utf8.prefix(lineBytes), as: UTF8.self)
        record.isCut = true
        return record
    }
}
