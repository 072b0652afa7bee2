import CLibPQ
import Glibc

/// One libpq connection: the only owner of its pointer. Used on one thread, the session's; its calls block that thread,
/// bounded by a ``Waiting``.
final class LibPQConnection {
    /// How long the server may take to answer after it was asked to cancel a statement; then the connection is given up.
    static let cancelGrace: Duration = .seconds(2)

    let pointer: OpaquePointer
    let notices: NoticeSink
    /// Set once the protocol state is not known any more; such a connection is only good for closing.
    private(set) var isGivenUp = false

    private init(pointer: OpaquePointer, notices: NoticeSink) {
        self.pointer = pointer
        self.notices = notices
    }

    deinit { PQfinish(pointer) }

    // MARK: - Connecting

    /// Why no connection came about.
    struct ConnectFailure: Error {
        let message: String
        /// Trying again may help: nothing listens there yet, the server starts or stops, it has no free slot.
        let isTransient: Bool
    }

    /// Connects, or fails for one of the ends of `waiting` or for the server's reason.
    static func open(_ options: ConnectionOptions, waiting: Waiting, notices: NoticeSink) throws(ConnectFailure) -> LibPQConnection {
        let keywords = options.entries.map { strdup($0.keyword) }, values = options.entries.map { strdup($0.value) }
        defer { for text in keywords + values { free(text) } }
        let started = (keywords.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { keywords in
            (values.map { UnsafePointer($0) } + [nil]).withUnsafeBufferPointer { values in
                PQconnectStartParams(keywords.baseAddress, values.baseAddress, 0)
            }
        }
        guard let started else { throw ConnectFailure(message: "out of memory", isTransient: false) }
        let connection = LibPQConnection(pointer: started, notices: notices)
        notices.attach(to: started)
        // Verbose, because only then does the text of a refused login carry its SQLSTATE.
        PQsetErrorVerbosity(started, PQERRORS_VERBOSE)
        var progress = PGRES_POLLING_WRITING
        while progress != PGRES_POLLING_OK {
            if progress == PGRES_POLLING_FAILED || PQstatus(started) == CONNECTION_BAD { throw connection.connectFailure() }
            let end = waiting.wait(PQsocket(started), progress == PGRES_POLLING_READING ? POLLIN : POLLOUT)
            guard end == .ready else {
                throw ConnectFailure(message: end == .deadline ? "no answer in time" : "given up", isTransient: end == .deadline)
            }
            progress = PQconnectPoll(started)
        }
        PQsetErrorVerbosity(started, PQERRORS_DEFAULT)
        guard PQsetnonblocking(started, 1) == 0 else { throw connection.connectFailure() }
        return connection
    }

    private func connectFailure() -> ConnectFailure {
        let text = String(cString: PQerrorMessage(pointer))
        // libpq writes `FATAL:  57P03: the database system is starting up`, with two spaces after the severity.
        guard let match = text.firstMatch(of: #/: {2}([0-9A-Z]{5}): /#) else {
            return ConnectFailure(message: ConnectionOptions.trimmed(text), isTransient: PQconnectionNeedsPassword(pointer) == 0)
        }
        let state = String(match.output.1)
        let transient = ["57P01", "57P02", "57P03", "53300", "53400"].contains(state) || state.hasPrefix("08")
        // The LOCATION line that verbose errors end with says where in PostgreSQL's source it arose: nothing for the reader.
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("LOCATION") }
        return ConnectFailure(message: lines.joined(separator: "; "), isTransient: transient)
    }

    // MARK: - State

    var isBroken: Bool { isGivenUp || PQstatus(pointer) == CONNECTION_BAD || notices.serverHangsUp }
    var transactionStatus: PGTransactionStatusType { PQtransactionStatus(pointer) }
    var backendProcess: Int32 { PQbackendPID(pointer) }
    var serverVersion: Int32 { PQserverVersion(pointer) }

    /// Reads what has come in between statements. True when the server has hung up, so that nothing can be sent any more.
    func hasHungUp() -> Bool {
        while !isBroken {
            var descriptor = pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
            guard poll(&descriptor, 1, 0) > 0 else { return false }
            if PQconsumeInput(pointer) == 0 { return true }
            _ = PQisBusy(pointer)
        }
        return true
    }

    // MARK: - Statements

    /// How an exchange with the server ended short of its results.
    enum ExchangeFailure: Error {
        /// The connection broke; the text says why.
        case broken(String)
        /// The deadline passed; the statement was cancelled, or the connection given up where the server did not answer.
        case timedOut
        /// The task was cancelled, and the statement with it.
        case cancelled
        /// The session is ending.
        case abandoned
        /// COPY, whose protocol this client does not speak.
        case copy
    }

    /// Sends by `send` (which returns libpq's 1 for success) and collects every result of it.
    func exchange(_ waiting: Waiting, _ send: (OpaquePointer) -> Int32) throws(ExchangeFailure) -> [ResultHandle] {
        guard send(pointer) == 1 else { throw giveUp(.broken(errorText)) }
        var waiting = waiting
        var ending: ExchangeFailure?
        var results: [ResultHandle] = []
        while true {
            let end = try waitForResult(waiting)
            if end != .ready {
                // A second end while the server was to cancel, or the end of the session: no more patience.
                if ending != nil { throw giveUp(ending ?? .timedOut) }
                if end == .abandoned { throw giveUp(.abandoned) }
                ending = end == .cancelled ? .cancelled : .timedOut
                requestCancel()
                waiting = Waiting(
                    wakeup: waiting.wakeup, cancelled: nil, abandoned: waiting.abandoned, deadline: .now + Self.cancelGrace)
                continue
            }
            guard let result = PQgetResult(pointer) else { break }
            let handle = ResultHandle(owning: result)
            if [PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH].contains(handle.status) { throw giveUp(.copy) }
            results.append(handle)
        }
        if let failure = results.first(where: { $0.isFailure }) {
            if isBroken || ["FATAL", "PANIC"].contains(failure.field(Diagnostic.severity) ?? "") {
                throw giveUp(ending ?? .broken(ConnectionOptions.trimmed(failure.errorMessage)))
            }
            if let ending, failure.field(Diagnostic.sqlState) == "57014" { throw ending }
        } else if results.isEmpty {
            throw giveUp(ending ?? .broken(errorText))
        }
        return results
    }

    /// Waits until PQgetResult would not block.
    private func waitForResult(_ waiting: Waiting) throws(ExchangeFailure) -> Waiting.End {
        while true {
            let unsent = PQflush(pointer)
            // A failed write is reported by what is read after it: the server's last words are worth more than "broken pipe".
            if PQisBusy(pointer) == 0 { return .ready }
            let end = waiting.wait(PQsocket(pointer), unsent == 1 ? POLLIN | POLLOUT : POLLIN)
            if end != .ready { return end }
            if PQconsumeInput(pointer) == 0, PQisBusy(pointer) != 0 { throw giveUp(.broken(errorText)) }
        }
    }

    private func requestCancel() {
        guard let cancel = PQgetCancel(pointer) else { return }
        var reason = [CChar](repeating: 0, count: 256)
        _ = PQcancel(cancel, &reason, Int32(reason.count))
        PQfreeCancel(cancel)
    }

    private func giveUp(_ failure: ExchangeFailure) -> ExchangeFailure {
        isGivenUp = true
        return failure
    }

    private var errorText: String {
        let text = ConnectionOptions.trimmed(String(cString: PQerrorMessage(pointer)))
        return text.isEmpty ? "the server closed the connection" : text
    }

    // MARK: - Notifications

    /// The notifications that have come in, in order.
    func takeNotifications() -> [(channel: String, payload: String)] {
        var taken: [(channel: String, payload: String)] = []
        while let notification = PQnotifies(pointer) {
            taken.append((String(cString: notification.pointee.relname), String(cString: notification.pointee.extra)))
            PQfreemem(notification)
        }
        return taken
    }
}

extension ResultHandle {
    var isFailure: Bool { [PGRES_FATAL_ERROR, PGRES_BAD_RESPONSE, PGRES_NONFATAL_ERROR].contains(status) }
}

/// An SQL identifier, quoted. Errors: `.invalidParameter` for U+0000 and for what PostgreSQL would cut (more than 63 bytes).
func quotedIdentifier(_ name: String) throws(PostgresError) -> String {
    guard !name.isEmpty, name.utf8.count <= 63, !name.utf8.contains(0) else {
        throw PostgresError(.invalidParameter, "an identifier has 1 to 63 bytes and no U+0000", place: "identifier \"\(name.prefix(70))\"")
    }
    return "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
}

/// An SQL string literal. Errors: `.invalidParameter` for U+0000.
func quotedLiteral(_ text: String) throws(PostgresError) -> String {
    guard !text.utf8.contains(0) else { throw PostgresError(.invalidParameter, "a setting cannot hold the character U+0000") }
    let escaped = text.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
    return "E'" + escaped.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
}
