extension PostgresError {
    /// What kind of error it is: one of this module's own, or the server's SQLSTATE.
    public enum Code: Sendable, Hashable, CustomStringConvertible {
        /// No connection could be made within the time allowed, or the server refused this login.
        case connectionFailed
        /// The connection broke after a statement had been sent; see ``PostgresError/mayHaveHappened``.
        case connectionLost
        /// The statement took longer than its time-out; it was cancelled on the server.
        case timedOut
        /// Every connection was busy until the time allowed for waiting was over.
        case poolExhausted
        /// The client was closed.
        case closed
        /// A value is not what the caller asked for.
        case decoding
        /// One row was asked for and none or several came.
        case unexpectedRows
        /// A parameter that PostgreSQL cannot take, such as text with U+0000.
        case invalidParameter
        /// A statement of the transaction had failed and the body went on regardless: it was rolled back.
        case transactionAborted
        /// A programming error: a connection used after its time, BEGIN outside `transaction`, COPY.
        case misuse
        /// The server's SQLSTATE: five characters, see the appendix "PostgreSQL Error Codes".
        case sqlState(String)

        public static let notNullViolation = Code.sqlState("23502")
        public static let foreignKeyViolation = Code.sqlState("23503")
        public static let uniqueViolation = Code.sqlState("23505")
        public static let checkViolation = Code.sqlState("23514")
        public static let exclusionViolation = Code.sqlState("23P01")
        public static let readOnlyTransaction = Code.sqlState("25006")
        public static let serializationFailure = Code.sqlState("40001")
        public static let deadlockDetected = Code.sqlState("40P01")
        public static let insufficientPrivilege = Code.sqlState("42501")
        public static let syntaxError = Code.sqlState("42601")
        public static let undefinedColumn = Code.sqlState("42703")
        public static let undefinedFunction = Code.sqlState("42883")
        public static let undefinedTable = Code.sqlState("42P01")
        public static let duplicateTable = Code.sqlState("42P07")
        public static let duplicateObject = Code.sqlState("42710")
        public static let lockNotAvailable = Code.sqlState("55P03")
        public static let queryCancelled = Code.sqlState("57014")
        public static let raisedException = Code.sqlState("P0001")

        public var description: String {
            switch self {
            case .connectionFailed: "connection_failed"
            case .connectionLost: "connection_lost"
            case .timedOut: "timed_out"
            case .poolExhausted: "pool_exhausted"
            case .closed: "closed"
            case .decoding: "decoding"
            case .unexpectedRows: "unexpected_rows"
            case .invalidParameter: "invalid_parameter"
            case .transactionAborted: "transaction_aborted"
            case .misuse: "misuse"
            case .sqlState(let state): state
            }
        }
    }
}
