import Compression
import LogMining
import ReleaseModel

/// The ways in which log lines are pushed.
enum IntakeFormat: Sendable, Hashable {
    case lokiJSON
    /// Promtail and Alloy: protobuf in one Snappy block.
    case lokiProtobuf
    case otlpJSON
    case otlpProtobuf
    /// Lines of JSON or text, with what the query says about their source.
    case lines(LogDefaults)

    private static let protobufTypes = ["application/x-protobuf", "application/protobuf", "application/vnd.google.protobuf"]

    /// Loki's push, by its content type; nil where it is none.
    static func loki(contentType: String?) -> IntakeFormat? {
        switch mediaType(contentType) {
        case nil, "application/json": .lokiJSON
        case let type? where protobufTypes.contains(type): .lokiProtobuf
        default: nil
        }
    }

    /// What comes to `/v1/logs`: OTLP where the content type is one of its two, otherwise lines.
    static func logs(contentType: String?, defaults: LogDefaults) -> IntakeFormat? {
        switch mediaType(contentType) {
        case "application/json": .otlpJSON
        case let type? where protobufTypes.contains(type): .otlpProtobuf
        case nil, "application/x-ndjson", "application/jsonl", "text/plain", "application/octet-stream",
            "application/x-www-form-urlencoded":
            .lines(defaults)
        default: nil
        }
    }

    private static func mediaType(_ contentType: String?) -> String? {
        contentType?.split(separator: ";").first.map {
            $0.trimmingPrefix(while: { $0 == " " }).lowercased().split(separator: " ").first.map(String.init) ?? ""
        }
    }

    /// The body as it was before its sender compressed it.
    ///
    /// - Parameter encoding: the header Content-Encoding.
    /// - Throws: `LogWireError`; nil is returned where the encoding is not understood.
    func decoded(_ body: [UInt8], encoding: String?, limit: Int) throws(LogWireError) -> [UInt8]? {
        do throws(DecompressionError) {
            switch encoding?.lowercased() {
            case nil, "identity", "":
                guard self == .lokiProtobuf else { return body }
                return try Snappy.decompress(body, limit: limit)
            case "gzip", "x-gzip": return try Gzip.decompress(body, limit: limit)
            case "snappy": return try Snappy.decompress(body, limit: limit)
            default: return nil
            }
        } catch {
            switch error {
            case .malformed: throw LogWireError(.malformed, "the body cannot be decompressed: \(error)")
            case .tooLarge: throw LogWireError(.tooLarge, "the body is too large once decompressed: \(error)")
            }
        }
    }

    func records(_ body: [UInt8], limits: LogLimits, receivedAt now: Timestamp) throws(LogWireError) -> [LogRecord] {
        switch self {
        case .lokiJSON: try LokiPush.records(json: body, limits: limits, receivedAt: now)
        case .lokiProtobuf: try LokiPush.records(protobuf: body, limits: limits, receivedAt: now)
        case .otlpJSON: try OTLPLogs.records(json: body, limits: limits, receivedAt: now)
        case .otlpProtobuf: try OTLPLogs.records(protobuf: body, limits: limits, receivedAt: now)
        case .lines(let defaults): try NDJSONLogs.records(body, defaults: defaults, limits: limits, receivedAt: now)
        }
    }
}
