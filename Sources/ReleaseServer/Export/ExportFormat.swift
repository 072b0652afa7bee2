import Hashing
import ReleaseModel
import ReleaseStore

/// The forms in which entries leave. Each entry is written by itself, so that a stream may end and go on anywhere.
enum ExportFormat: String, Sendable, CaseIterable {
    /// One JSON object a line, the entry in it byte for byte as it was hashed.
    case ndjson
    /// RFC 4180, for spreadsheets.
    case csv
    /// One OCSF event a line.
    case ocsf

    var mediaType: String {
        switch self {
        case .ndjson, .ocsf: "application/x-ndjson"
        case .csv: "text/csv; charset=utf-8; header=present"
        }
    }

    /// What stands before the first entry of all.
    var head: String { self == .csv ? CSVRow.head : "" }

    func bytes(of entry: AuditEntry) throws -> [UInt8] {
        switch self {
        case .ndjson: return Self.line(of: entry)
        case .csv: return Array(try CSVRow(entry).text.utf8)
        case .ocsf: return try OCSFEvent(entry).json.canonicalBytes + [10]
        }
    }

    /// The envelope's members are written by hand, so that the entry's bytes stay what they are.
    private static func line(of entry: AuditEntry) -> [UInt8] {
        var head: [String: JSONValue] = [
            "position": .number(Double(entry.position)), "kind": .string(entry.kind), "recordedAt": .string(entry.recordedAt.description),
            "sha256": .string(SHA256Digest(of: entry.bytes).hex),
        ]
        head["release"] = entry.release.map(JSONValue.string)
        head["service"] = entry.service.map(JSONValue.string)
        head["decision"] = entry.decision.map { .number(Double($0)) }
        head["leafIndex"] = entry.leafIndex.map { .number(Double($0)) }
        return JSONValue.object(head).canonicalBytes.dropLast() + Array(",\"entry\":".utf8) + entry.bytes + Array("}\n".utf8)
    }
}
