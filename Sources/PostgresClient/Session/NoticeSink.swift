import CLibPQ
import Logging

/// Where a connection's notices go: the log, and a flag when the server has said that it will hang up.
/// Belongs to one connection and is used on its thread only.
final class NoticeSink {
    private let logger: Logger
    private let redact: Redaction
    /// A FATAL or PANIC message came outside of any statement: the server has closed or will close this connection.
    private(set) var serverHangsUp = false

    init(logger: Logger, redact: Redaction) {
        self.logger = logger
        self.redact = redact
    }

    /// Takes the notices of a connection. The sink must outlive the connection.
    func attach(to connection: OpaquePointer) {
        PQsetNoticeReceiver(
            connection,
            { context, result in
                guard let context, let result else { return }
                Unmanaged<NoticeSink>.fromOpaque(context).takeUnretainedValue().receive(result)
            }, Unmanaged.passUnretained(self).toOpaque())
    }

    /// The result belongs to libpq, which frees it after the call.
    private func receive(_ result: OpaquePointer) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        let severity = field(Diagnostic.severity) ?? "NOTICE"
        let message = redact(field(Diagnostic.message) ?? PQresultErrorMessage(result).map { String(cString: $0) } ?? "")
        switch severity {
        case "FATAL", "PANIC":
            serverHangsUp = true
            logger.notice("PostgreSQL closes a connection: \(message)")
        case "WARNING": logger.warning("PostgreSQL: \(message)")
        case "DEBUG": logger.trace("PostgreSQL: \(message)")
        default: logger.debug("PostgreSQL: \(message)")
        }
    }
}

/// libpq's PG_DIAG_ field codes (postgres_ext.h).
enum Diagnostic {
    static let severity = Int32(UInt8(ascii: "V"))
    static let sqlState = Int32(UInt8(ascii: "C"))
    static let message = Int32(UInt8(ascii: "M"))
    static let detail = Int32(UInt8(ascii: "D"))
    static let hint = Int32(UInt8(ascii: "H"))
    static let position = Int32(UInt8(ascii: "P"))
    static let context = Int32(UInt8(ascii: "W"))
    static let table = Int32(UInt8(ascii: "t"))
    static let column = Int32(UInt8(ascii: "c"))
    static let constraint = Int32(UInt8(ascii: "n"))
}
