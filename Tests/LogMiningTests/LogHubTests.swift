import Foundation
import LogMining
import ReleaseModel
import Testing

/// Grouping accuracy over labelled log files that lie beside the repository and are not part of it. A line is right when the lines of
/// its template are exactly the lines of its label (He et al., "Drain", ICWS 2017).
@Suite("Grouping accuracy with the one built-in setting")
struct LogHubTests {
    static let folder = URL(fileURLWithPath: #filePath).resolvingSymlinksInPath()
        .deletingLastPathComponent().appendingPathComponent("../../../shared/data/loghub_2k").standardizedFileURL
    static let systems = ["Android", "BGL", "HDFS", "Hadoop", "Linux", "OpenSSH", "Proxifier", "Zookeeper"]
    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    @Test("No worse than it was", .enabled(if: isThere, "the labelled log files are not here: \(folder.path)"))
    func accuracy() throws {
        var sum = 0.0
        for system in Self.systems {
            let accuracy = try accuracy(of: system)
            #expect(accuracy >= 0.49, "\(system)")
            sum += accuracy
        }
        #expect(sum / Double(Self.systems.count) >= 0.875)
    }

    private func accuracy(of system: String) throws -> Double {
        let file = Self.folder.appendingPathComponent("\(system)/\(system)_2k.log_structured.csv")
        let rows = Self.rows(try String(contentsOf: file, encoding: .utf8))
        let content = try #require(rows.first?.firstIndex(of: "Content"))
        let label = try #require(rows.first?.firstIndex(of: "EventId"))
        var miner = LogMiner()
        var mined: [String: [Int]] = [:]
        var labelled: [String: [Int]] = [:]
        let lines = rows.dropFirst().filter { $0.count > max(content, label) }
        for (index, row) in lines.enumerated() {
            mined[miner.add(row[content], severity: .info).template.id, default: []].append(index)
            labelled[row[label], default: []].append(index)
        }
        let groups = Set(labelled.values)
        return Double(mined.values.filter { groups.contains($0) }.reduce(0) { $0 + $1.count }) / Double(lines.count)
    }

    /// RFC 4180.
    private static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var quoted = false
        var justClosed = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""):
                if justClosed { field.append(byte) }
                justClosed = quoted
                quoted.toggle()
                continue
            case UInt8(ascii: ",") where !quoted, UInt8(ascii: "\n") where !quoted:
                row.append(String(decoding: field, as: UTF8.self))
                field = []
                if byte == UInt8(ascii: "\n") {
                    rows.append(row)
                    row = []
                }
            case UInt8(ascii: "\r") where !quoted: break
            default: field.append(byte)
            }
            justClosed = false
        }
        return rows
    }
}
