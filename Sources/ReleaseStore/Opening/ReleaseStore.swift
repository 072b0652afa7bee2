public import Logging
public import PostgresClient
public import ReleaseModel

/// What Tidegate says to PostgreSQL: releases, their leases, decisions and effects; policies, targets, plugins and tokens.
///
/// The database holds the rules (legal transitions, fencing by lease term, append-only history); this type carries values there and back.
/// Every call throws `ReleaseError`, or `CancellationError` when the task is cancelled. Times are the database's clock.
///
/// ```swift
/// let store = try await ReleaseStore.open(client, logger: logger)
/// let request = StartRequest(service: "checkout", revision: "v42", policy: "demo", target: "edge", actor: actor, reason: "new prices")
/// let release = try await store.startRelease(request)
/// ```
public final class ReleaseStore: Sendable {
    let client: PostgresClient
    let logger: Logger

    /// A store over a pool whose login role is a member of `tidegate_controller` and `tidegate_operator`. Looks at nothing yet.
    public init(_ client: PostgresClient, logger: Logger) {
        self.client = client
        self.logger = logger
    }

    /// A store over a database whose version this program knows.
    ///
    /// - Throws: `versionMismatch` for a database that is newer, older, or was migrated by other files; `unavailable` when it cannot be
    ///   reached.
    public static func open(_ client: PostgresClient, logger: Logger) async throws -> ReleaseStore {
        let store = ReleaseStore(client, logger: logger)
        try await store.checkVersion()
        return store
    }

    /// The database's clock.
    public func now() async throws -> Timestamp { try await row(.now, []).time("now") }
}

extension ReleaseStore {
    /// How often a statement that lost against another transaction is tried again. Nothing of it happened, so that is safe.
    static let transientAttempts = 4

    /// Runs one named query in a transaction of its own.
    func rows(_ query: Query, _ parameters: [PostgresValue], place: String? = nil) async throws -> PostgresRows {
        try await Self.rows(query, parameters, on: client, place: place)
    }

    /// The one row that a named query gives.
    func row(_ query: Query, _ parameters: [PostgresValue], place: String? = nil) async throws -> PostgresRow {
        let rows = try await rows(query, parameters, place: place)
        return try reading(place: place) { try rows.only() }
    }

    static func rows(_ query: Query, _ parameters: [PostgresValue], on session: some PostgresQuerying, place: String? = nil) async throws
        -> PostgresRows
    {
        let text = try QueryLibrary.text(query)
        return try await translating(place: place) {
            var attempt = 1
            while true {
                do {
                    return try await session.query(text, parameters)
                } catch let error as PostgresError where error.isTransient && attempt < transientAttempts && session is PostgresClient {
                    attempt += 1
                }
            }
        }
    }

    /// Runs `body`, and says its database errors in the words of the model.
    static func translating<Value>(place: String? = nil, _ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let error as PostgresError {
            throw ReleaseError(error, place: place)
        }
    }

    /// Reads rows, naming the place in decoding errors.
    func reading<Value>(place: String? = nil, _ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let error as PostgresError {
            throw ReleaseError(error, place: place)
        } catch let error as DecodingError {
            throw ReleaseError(.versionMismatch, "a stored value cannot be read: \(error)", place: place)
        }
    }

    /// - Throws: `invalidInput` when `text` is no name.
    static func requireName(_ text: String, _ what: String) throws {
        if let problem = Name.problem(with: text) { throw ReleaseError(.invalidInput, "\(what) '\(text)' \(problem)") }
    }
}
