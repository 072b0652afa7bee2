import ReleaseModel
import Synchronization

/// How much one token may push in a time: two buckets that fill up steadily, one of bytes and one of lines.
///
/// A push is let in while both hold anything, and may overdraw them, since what it costs is known only when it was read; the next ones
/// wait until the debt is paid. So a sender gets its rate on average, and never more than a burst and one body at once.
final class IntakeRate: Sendable {
    /// How many seconds' worth the buckets hold.
    static let burstSeconds = 4.0
    static let maximumSenders = 1000

    private struct Buckets {
        var bytes: Double
        var lines: Double
        var at: Timestamp
    }

    private let bytesPerSecond: Double
    private let linesPerSecond: Double
    private let senders = Mutex<[String: Buckets]>([:])

    init(bytesPerSecond: Int, linesPerSecond: Int) {
        self.bytesPerSecond = Double(bytesPerSecond)
        self.linesPerSecond = Double(linesPerSecond)
    }

    /// How long the sender has to wait before its next push; nil where it may push now.
    func wait(of sender: String, at now: Timestamp) -> TimeSpan? {
        let buckets = senders.withLock { filled($0[sender], at: now) }
        let seconds = max(-buckets.bytes / bytesPerSecond, -buckets.lines / linesPerSecond)
        return seconds > 0 ? .seconds(seconds) : nil
    }

    func take(bytes: Int, lines: Int, by sender: String, at now: Timestamp) {
        senders.withLock { senders in
            if senders[sender] == nil, senders.count >= Self.maximumSenders {
                senders = senders.filter { $0.value.bytes < 0 || $0.value.lines < 0 }
            }
            var buckets = filled(senders[sender], at: now)
            buckets.bytes -= Double(bytes)
            buckets.lines -= Double(lines)
            senders[sender] = buckets
        }
    }

    private func filled(_ buckets: Buckets?, at now: Timestamp) -> Buckets {
        let (byteRoom, lineRoom) = (bytesPerSecond * Self.burstSeconds, linesPerSecond * Self.burstSeconds)
        guard let buckets else { return Buckets(bytes: byteRoom, lines: lineRoom, at: now) }
        // A clock that was set back fills nothing.
        let seconds = max(0, (now - buckets.at).seconds)
        return Buckets(
            bytes: min(byteRoom, buckets.bytes + seconds * bytesPerSecond), lines: min(lineRoom, buckets.lines + seconds * linesPerSecond),
            at: now)
    }
}
