/// Puts the lines of one event together where they follow each other in one file: a message, then its stack trace.
///
/// Bounded as `LogCollectorLimits` says: what goes on after that belongs to the event and is left out.
///
///     var folding = LineFolding()
///     folding.add(line) { event, lines in miner.mine(event) }
///     folding.finish { event, lines in miner.mine(event) }
public struct LineFolding: Sendable {
    private let limits: LogCollectorLimits
    private var event: [UInt8] = []
    private var lines = 0
    private var kept = 0
    private var isHeaded = false

    public init(limits: LogCollectorLimits = LogCollectorLimits()) {
        self.limits = limits
        event.reserveCapacity(1 << 10)
    }

    /// Takes a line in, and gives the event that ended before it, if any, with the number of its lines.
    public mutating func add(_ line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void) rethrows {
        if lines > 0, let kind = continuation(line) {
            lines += 1
            if kept < limits.linesPerEvent, event.count + line.count < limits.bytesPerEvent {
                event.append(10)
                event.append(contentsOf: line)
                kept += 1
            }
            isHeaded = isHeaded || kind == .header
            return
        }
        try finish(body)
        event.append(contentsOf: line)
        lines = 1
        kept = 1
        isHeaded = Self.isHeader(line)
    }

    /// Gives the event that is open, if any.
    public mutating func finish(_ body: (UnsafeBufferPointer<UInt8>, Int) throws -> Void) rethrows {
        guard lines > 0 else { return }
        let count = lines
        lines = 0
        try event.withUnsafeBufferPointer { try body($0, count) }
        event.removeAll(keepingCapacity: true)
    }

    private enum Continuation { case trace, header }

    private func continuation(_ line: UnsafeBufferPointer<UInt8>) -> Continuation? {
        guard let first = line.first else { return nil }
        // Most lines begin with what no continuation begins with; only the others are looked at closely.
        if first == 9 || first == 32 || Self.beginnings.contains(first),
            ExceptionTrace.isContinuation(String(decoding: line.prefix(200), as: UTF8.self))
        {
            return .trace
        }
        return lines == 1 && !isHeaded && Self.isHeader(line) ? .header : nil
    }

    /// First letters of `Caused by`, `Suppressed`, `Traceback`, `--->`, `During handling`.
    private static let beginnings = Array("CSTD-".utf8)

    /// The class of an exception with a colon or nothing after it. A stack trace's header follows its message and stands first in no other
    /// event.
    private static func isHeader(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        guard let first = line.first, (65...90).contains(first) || (97...122).contains(first) else { return false }
        var end = 0
        while end < line.count, end <= ExceptionTrace.maximumNameBytes, isNameByte(line[end]) { end += 1 }
        // "Exception in thread", "Unhandled exception." and "Uncaught" are sentences, and so is "X ---> Y".
        let isSentence = end < line.count && line[end] == 32 && (first == UInt8(ascii: "E") || first == UInt8(ascii: "U"))
        guard isSentence || end == line.count || line[end] == UInt8(ascii: ":"), end >= 4 else { return false }
        return ExceptionTrace.header(Substring(String(decoding: line.prefix(2 * ExceptionTrace.maximumNameBytes), as: UTF8.self))) != nil
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 46 || byte == 36 || byte == 95
    }
}
