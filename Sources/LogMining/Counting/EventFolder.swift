internal import ReleaseModel

/// Puts the lines of one event together again where a shipper sends each line on its own: a message, then its stack trace.
struct EventFolder: Sendable {
    private struct Open: Sendable {
        var record: LogRecord
        var lines: Int
        var touched: Timestamp
    }

    private let limits: LogCollectorLimits
    private var open: [LogSource: Open] = [:]
    /// Sources in the order in which their event was opened.
    private var order: [LogSource] = []
    private(set) var cutLines = 0

    init(limits: LogCollectorLimits) { self.limits = limits }

    /// Takes a record in; returns the event that it completes, if any.
    mutating func add(_ record: LogRecord, now: Timestamp) -> LogRecord? {
        if ExceptionTrace.isContinuation(record.line) || isHeader(record) {
            if append(record, now: now) { return nil }
        }
        let completed = open[record.source]?.record
        if completed == nil {
            guard order.count < limits.openEvents else { return record }
            order.append(record.source)
        }
        open[record.source] = Open(record: record, lines: 1, touched: now)
        return completed
    }

    /// The events whose next line did not come in time, oldest first; all of them where `force` is set.
    mutating func expire(now: Timestamp, force: Bool = false) -> [LogRecord] {
        var expired: [LogRecord] = []
        var kept: [LogSource] = []
        for source in order {
            guard let event = open[source] else { continue }
            if force || now - event.touched >= limits.openFor {
                expired.append(event.record)
                open[source] = nil
            } else {
                kept.append(source)
            }
        }
        order = kept
        return expired
    }

    /// An exception's header that follows a message of the same severity within the same second begins that message's stack trace.
    private func isHeader(_ record: LogRecord) -> Bool {
        guard let event = open[record.source], event.lines == 1, record.line.utf8.count < 2000, record.line.utf8.first != UInt8(ascii: "{"),
            ExceptionTrace.header(Substring(record.line)) != nil, ExceptionTrace.header(Substring(event.record.line)) == nil
        else { return false }
        return event.record.severity == record.severity && record.time - event.record.time < .seconds(1)
            && event.record.time - record.time < .seconds(1)
    }

    private mutating func append(_ record: LogRecord, now: Timestamp) -> Bool {
        guard var event = open[record.source] else { return false }
        if event.lines < limits.linesPerEvent, event.record.line.utf8.count + record.line.utf8.count < limits.bytesPerEvent {
            event.record.line += "\n" + record.line
            event.lines += 1
        } else {
            cutLines += 1
        }
        event.touched = now
        open[record.source] = event
        return true
    }
}
