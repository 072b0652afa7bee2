/// How much a transaction sees of others that run at the same time; PostgreSQL's manual, "Transaction Isolation".
public enum PostgresIsolation: Sendable, Hashable, CaseIterable {
    case readCommitted, repeatableRead, serializable

    var sql: String {
        switch self {
        case .readCommitted: "READ COMMITTED"
        case .repeatableRead: "REPEATABLE READ"
        case .serializable: "SERIALIZABLE"
        }
    }
}
