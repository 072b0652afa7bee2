import AuditVerifier
import Foundation
import Hashing
import TransparencyLog

extension AuditBenchmark {
    /// What a process of its own needs that verifies the export from a file.
    private static func memory(of history: SyntheticHistory) throws {
        let file = NSTemporaryDirectory() + "bench-audit-\(ProcessInfo.processInfo.processIdentifier).ndjson"
        defer { try? FileManager.default.removeItem(atPath: file) }
        try write(history, to: file)
        print(String(format: "verification of a file of %.1f GB:", Double(try fileSize(file)) / 1e9))
        let peak = try Peak.ofChild(["verify", file, history.key.verifier.description])
        print(String(format: "  memory at its peak            %7.0f MB", Double(peak) / 1e6))
    }

    static func write(_ history: SyntheticHistory, to file: String) throws {
        FileManager.default.createFile(atPath: file, contents: nil)
        let handle = try FileHandle(forWritingTo: URL(filePath: file))
        for chunk in [history.head] + history.chunks + [history.tail] { try handle.write(contentsOf: chunk) }
        try handle.close()
    }

    private static func fileSize(_ path: String) throws -> Int {
        (try FileManager.default.attributesOfItem(atPath: path)[.size] as? NSNumber)?.intValue ?? 0
    }

    /// What the child does: reads the file in pieces, as `tidegate audit verify` does.
    static func verify(file: String, key: String) throws {
        var verifier = HistoryVerifier(trust: Trust(keys: [key]))
        let handle = try FileHandle(forReadingFrom: URL(filePath: file))
        while let data = try handle.read(upToCount: 1 << 20), !data.isEmpty {
            data.withUnsafeBytes { verifier.feed($0) }
        }
        let report = verifier.finish()
        guard report.holds else { fatalError("the history does not hold: \(report.findings.prefix(3))") }
    }

    /// The verification of an export beside SHA-256 over the bytes of its entries.
    static func verification(entries: Int) throws {
        let history = SyntheticHistory(entries: entries)
        try memory(of: history)
        var sum = 0
        let bare = seconds {
            for run in history.entries {
                history.chunks[run.chunk].withUnsafeBytes { bytes in
                    sum += Int(InlineDigest(of: UnsafeRawBufferPointer(rebasing: bytes[run.range])).bytes[0])
                }
            }
        }
        var report: VerificationReport?
        let processor = processorSeconds()
        let verified = seconds {
            var verifier = HistoryVerifier(trust: Trust(keys: [history.key.verifier.description], anchors: [history.checkpoint]))
            history.head.withUnsafeBytes { verifier.feed($0) }
            for chunk in history.chunks { chunk.withUnsafeBytes { verifier.feed($0) } }
            history.tail.withUnsafeBytes { verifier.feed($0) }
            report = verifier.finish()
        }
        let used = processorSeconds() - processor
        guard let report, report.holds, report.coveredEntries == UInt64(entries) else {
            fatalError("the history does not hold: \(report?.findings.prefix(3) ?? [])")
        }
        let bytes = history.entries.reduce(0) { $0 + $1.range.count }
        print("verification of \(entries) entries, \(bytes / entries) bytes each (check \(sum % 256)):")
        print(String(format: "  bare SHA-256 of the entries   %7.2f s", bare))
        print(String(format: "  verification                  %7.2f s   %.2f times; %.2f s of processors", verified, verified / bare, used))
    }

    /// The time that all threads together have used.
    private static func processorSeconds() -> Double {
        Double(clock()) / Double(CLOCKS_PER_SEC)
    }
}
