/// Why a query brought nothing usable, in words for the person who reads the release's problem.
struct QueryFault: Error {
    enum Kind: String {
        /// No connection, or no TLS.
        case unreachable
        case timedOut
        /// 5xx, 429, or a query that Prometheus itself gave up.
        case unavailable
        /// Another 3xx or 4xx: the query, the URL or the token is wrong.
        case refused
        /// An answer that is not the query API's.
        case malformed
        /// An answer with warnings: a store behind the API is missing.
        case partial
        /// More series, points or bytes than one answer may have; a smaller question may pass.
        case tooMuch
        /// The bearer token cannot be had.
        case credentials
        /// The call was over before the question was asked.
        case noTime

        /// Whether the provider is at fault, so that asking it again soon is of no use.
        var isProviders: Bool {
            switch self {
            case .unreachable, .timedOut, .unavailable, .malformed, .partial: true
            case .refused, .tooMuch, .credentials, .noTime: false
            }
        }

        /// Whether the question reached the provider at all, or tried to.
        var wasAsked: Bool { self != .credentials && self != .noTime }
    }

    var kind: Kind
    var reason: String
}
