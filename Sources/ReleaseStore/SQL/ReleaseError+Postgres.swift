import PostgresClient
import ReleaseModel

extension ReleaseError {
    /// What a database error means to whoever called the store. The schema's own codes (TG001 and so on) are listed in
    /// migrations/0001_foundations.sql.
    init(_ error: PostgresError, place: String?) {
        self.init(Self.code(of: error), Self.reason(of: error), place: place, advice: error.hint ?? Self.advice(for: error))
    }

    private static func code(of error: PostgresError) -> Code {
        switch error.code {
        case .connectionFailed, .connectionLost, .poolExhausted, .closed: return .unavailable
        case .timedOut: return .timedOut
        case .invalidParameter: return .invalidInput
        case .sqlState(let state): return code(ofState: state, constraint: error.constraint)
        default: return .unavailable
        }
    }

    private static func code(ofState state: String, constraint: String?) -> Code {
        switch state {
        case "TG001": return .leaseLost
        case "TG002": return .illegalTransition
        case "TG003": return .forbidden
        case "TG004", "TG005", "TG006", "TG009": return .conflict
        case "TG007", "TG010": return .invalidInput
        case "TG008": return .notFound
        case "TG011": return .limitExceeded
        case "42501": return .forbidden
        case "3F000", "42P01", "42883", "42703": return .versionMismatch
        case "40001", "40P01", "55P03": return .conflict
        case "57014": return .timedOut
        case "23514": return constraint?.hasSuffix("_size") == true ? .limitExceeded : .invalidInput
        case "23505", "23503", "23P01": return .conflict
        default: return state.hasPrefix("22") || state.hasPrefix("23") ? .invalidInput : .unavailable
        }
    }

    private static func reason(of error: PostgresError) -> String {
        if error.mayHaveHappened {
            return "the connection to the database broke, and the change may or may not have been made: \(error.message)"
        }
        return error.message
    }

    private static func advice(for error: PostgresError) -> String? {
        switch code(of: error) {
        case .forbidden where error.sqlState == "42501": "The login role must be a member of tidegate_controller and tidegate_operator."
        case .unavailable where error.code == .connectionFailed:
            "Is PostgreSQL running, and does the database URL name the right host, database and role?"
        case .versionMismatch: "Run `tidegate db migrate`."
        default: nil
        }
    }
}
