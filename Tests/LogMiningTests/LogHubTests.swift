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
    /// What Drain reaches with parameters tuned for each system (Zhu et al., "Tools and Benchmarks for Automated Log Parsing", 2019).
    static let tunedDrain = [
        ("Android", 0.911), ("BGL", 0.9625), ("HDFS", 0.9975), ("Hadoop", 0.9475), ("Linux", 0.69), ("OpenSSH", 0.7875),
        ("Proxifier", 0.5265), ("Zookeeper", 0.9665),
    ]
    static let isThere = FileManager.default.fileExists(atPath: folder.path)

    @Test(
        "Better than Drain with parameters for each system, and 0.98 in the mean",
        .enabled(if: isThere, "the labelled log files are not here: \(folder.path)"))
    func accuracy() throws {
        var sum = 0.0
        for (system, tuned) in Self.tunedDrain {
            let accuracy = try accuracy(of: system)
            #expect(accuracy >= tuned, "\(system)")
            sum += accuracy
        }
        #expect(sum / Double(Self.tunedDrain.count) >= 0.98)
    }

    private func accuracy(of system: String) throws -> Double {
        let file = Self.folder.appendingPathComponent("\(system)/\(system)_2k.log_structured.csv")
        let rows = Self.rows(try String(contentsOf: file, encoding: .utf8))
        let content = try #require(rows.first?.firstIndex(of: "Content"))
        let label = try #require(rows.first?.firstIndex(of: "EventId"))
        var miner = LogMiner()
        var ids: [String] = []
        var aliases: [String: String] = [:]
        var labelled: [String: [Int]] = [:]
        let lines = rows.dropFirst().filter { $0.count > max(content, label) }
        for (index, row) in lines.enumerated() {
            ids.append(miner.add(row[content], severity: .info).template.id)
            for alias in miner.takeAliases() { aliases[alias.alias] = alias.template }
            labelled[row[label], default: []].append(index)
        }
        var mined: [String: [Int]] = [:]
        for (index, id) in ids.enumerated() {
            var id = id
            while let wider = aliases[id] { id = wider }
            mined[id, default: []].append(index)
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
