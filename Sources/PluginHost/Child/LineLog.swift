internal import Logging

/// What a plugin prints, line by line into the log: lines of bounded length, and a bounded number of them each second.
struct LineLog {
    private let logger: Logger
    private let maximumLength: Int
    private let maximumPerSecond: Int

    private var line: [UInt8] = []
    private var second: ContinuousClock.Instant?
    private var linesInSecond = 0
    private var dropped = 0

    init(logger: Logger, maximumLength: Int, maximumPerSecond: Int) {
        self.logger = logger
        self.maximumLength = maximumLength
        self.maximumPerSecond = maximumPerSecond
    }

    mutating func append(_ bytes: UnsafeRawBufferPointer, at now: ContinuousClock.Instant) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                flush(at: now)
            } else if line.count < maximumLength {
                // Control characters of a plugin are not for the reader's terminal.
                line.append(byte < 32 && byte != 9 || byte == 127 ? UInt8(ascii: "?") : byte)
            }
        }
    }

    /// Logs an unfinished last line.
    mutating func flush(at now: ContinuousClock.Instant) {
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else { return }
        if second.map({ $0.duration(to: now) >= .seconds(1) }) ?? true {
            if dropped > 0 { logger.warning("\(dropped) more lines were dropped") }
            second = now
            linesInSecond = 0
            dropped = 0
        }
        guard linesInSecond < maximumPerSecond else {
            dropped += 1
            return
        }
        linesInSecond += 1
        logger.info("\(String(decoding: line, as: UTF8.self))")
    }
}
