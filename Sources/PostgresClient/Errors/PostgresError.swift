/// What went wrong between this program and PostgreSQL: a code, what happened in plain words, and where. Equal by code.
///
/// Texts come from the server or from libpq and are redacted: a password never appears in them, nor do parameter values.
public struct PostgresError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of error it is.
    public let code: Code
    /// The primary message.
    public let message: String
    /// The server's DETAIL, if it gave one.
    public let detail: String?
    /// What the reader can do about it.
    public let hint: String?
    /// The violated constraint, for integrity errors.
    public let constraint: String?
    /// The table and the column the error is about, where the server names them.
    public let table: String?
    public let column: String?
    /// Where it happened: line and column of the statement, the PL/pgSQL context, or the row and column of a result.
    public let place: String?
    /// True when the connection broke while the outcome was unknown: an autocommit statement or a COMMIT had been sent and no answer came.
    /// False for every other error: nothing has happened.
    public let mayHaveHappened: Bool

    public init(
        _ code: Code, _ message: String, detail: String? = nil, hint: String? = nil, constraint: String? = nil, table: String? = nil,
        column: String? = nil, place: String? = nil, mayHaveHappened: Bool = false
    ) {
        self.code = code
        self.message = message
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.table = table
        self.column = column
        self.place = place
        self.mayHaveHappened = mayHaveHappened
    }

    /// The server's five-character SQLSTATE, or nil when the error arose on this side.
    public var sqlState: String? {
        if case .sqlState(let state) = code { state } else { nil }
    }

    /// True when running the whole transaction again may succeed: a serialization failure or a deadlock.
    public var isTransient: Bool { code == .serializationFailure || code == .deadlockDetected }

    public var description: String {
        var text = (place.map { "\($0): " } ?? "") + message + " [\(code)]"
        if let detail { text += "\n  detail: \(detail)" }
        if let hint { text += "\n  hint: \(hint)" }
        return text
    }

    public static func == (left: Self, right: Self) -> Bool { left.code == right.code }
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
