import Foundation
import LogMining

/// A long run over lines that never repeat: how much memory the process holds on the way.
public struct MemoryRun: Sendable, Codable {
    public struct Point: Sendable, Codable {
        public var lines: Int
        public var residentKilobytes: Int
        public var templates: Int
    }

    public var points: [Point] = []
    public var novelShare = 1 / Double(GeneratedLines.novelEvery)

    /// Resident memory at the end less that after a tenth of the lines, when every table has had time to fill.
    public var growthKilobytes: Int {
        guard points.count > 1 else { return 0 }
        return points[points.count - 1].residentKilobytes - points[0].residentKilobytes
    }

    /// Mines `lines` lines and looks ten times.
    public init(lines: Int, seed: UInt64 = 1) {
        var source = GeneratedLines(seed: seed)
        var miner = LogMiner()
        var line: [UInt8] = []
        let step = max(1, lines / 10)
        for index in 1...max(1, lines) {
            source.next(into: &line)
            if line.withUnsafeBufferPointer({ miner.mine($0) }).isNew { _ = miner.takeAliases() }
            if index % step == 0 { points.append(Point(lines: index, residentKilobytes: Self.resident(), templates: miner.count)) }
        }
    }

    /// Resident memory of this process; 0 where the system does not say.
    private static func resident() -> Int {
        guard let text = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("VmRSS:") })
        else { return 0 }
        return line.split(whereSeparator: { $0 == " " || $0 == "\t" }).compactMap { Int($0) }.first ?? 0
    }
}
