import Foundation

/// Memory that is really held: it grows, every page of it is touched, and it is bounded.
struct MemoryBallast: Sendable {
    static let bytesPerSecond = 80.0 * 1_000_000 / 60
    static let maximumBytes = 512_000_000
    private static let pageBytes = 4096

    private var blocks: [[UInt8]] = []
    private(set) var bytes = 0

    /// Grows to what a leak of 80 MB a minute has taken after `seconds`, at most 64 MB in one go.
    mutating func grow(toSeconds seconds: Double) {
        let target = min(Self.maximumBytes, Int(seconds * Self.bytesPerSecond))
        let missing = min(target - bytes, 64_000_000)
        guard missing >= Self.pageBytes else { return }
        // A fill with a value other than zero writes to every page, so that none stays shared or unmapped.
        blocks.append([UInt8](repeating: 0xa5, count: missing))
        bytes += missing
    }

    mutating func release() {
        blocks = []
        bytes = 0
    }

    /// Resident memory of this process (Linux: /proc/self/statm); 0 where it cannot be read.
    static func residentBytes() -> UInt64 {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return 0 }
        let fields = text.split(separator: " ")
        guard fields.count > 1, let pages = UInt64(fields[1]) else { return 0 }
        return pages * UInt64(max(1, sysconf(Int32(_SC_PAGESIZE))))
    }
}
