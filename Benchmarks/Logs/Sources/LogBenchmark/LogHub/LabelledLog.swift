import Foundation

/// A log file of which somebody has said which lines belong together.
public struct LabelledLog: Sendable {
    public let system: String
    /// The messages, without the head that a logger puts before them.
    public let messages: [String]
    /// For each message the template that it is labelled with.
    public let labels: [String]

    public init(system: String, messages: [String], labels: [String]) {
        self.system = system
        self.messages = messages
        self.labels = labels
    }

    /// Reads `<System>_2k.log_structured.csv`: the columns Content and EventId.
    public init(system: String, csv: String) throws(LabelledLogError) {
        let rows = Self.rows(csv)
        guard let head = rows.first, let content = head.firstIndex(of: "Content"), let label = head.firstIndex(of: "EventId") else {
            throw LabelledLogError.noColumns(system)
        }
        let lines = rows.dropFirst().filter { $0.count > max(content, label) }
        self.init(
            system: system, messages: lines.map { $0[content].replacingOccurrences(of: "\n", with: " ") }, labels: lines.map { $0[label] })
    }

    /// RFC 4180.
    private static func rows(_ text: String) -> [[String]] {
        var rows: [[String]] = []
        var row: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var justClosed = false
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""):
                if justClosed { field.append(byte) }
                justClosed = isQuoted
                isQuoted.toggle()
                continue
            case UInt8(ascii: ",") where !isQuoted, UInt8(ascii: "\n") where !isQuoted:
                row.append(String(decoding: field, as: UTF8.self))
                field = []
                if byte == UInt8(ascii: "\n") {
                    rows.append(row)
                    row = []
                }
            case UInt8(ascii: "\r") where !isQuoted: break
            default: field.append(byte)
            }
            justClosed = false
        }
        return rows
    }
}

public enum LabelledLogError: Error, Equatable {
    /// The file names no columns Content and EventId.
    case noColumns(String)
}
