import HTTPClient
import ReleaseModel
import ReleaseServer

extension APIClient {
    /// Entries that one page of a listing or an export asks for.
    static let auditPage = 200
    static let exportPage = 1000

    /// The address of a decision's page, for a browser or proxy that sends a token.
    func address(ofDecisionPage id: Int64) -> String { "\(baseURL)/v1/decisions/\(id)/page.html" }

    func decisionPage(_ id: Int64) async throws -> String {
        String(decoding: try await exchange(.get, ["decisions", "\(id)", "page.html"], []).body, as: UTF8.self)
    }

    func entries(_ filter: [(String, String?)], after: Int64? = nil, limit: Int = auditPage) async throws -> Page<EntryView> {
        try await get(["audit", "entries"], filter + [("after", after.map(String.init)), ("limit", "\(limit)")])
    }

    /// One page of an export, and the position after which the next one begins; nil when there was nothing left.
    func exported(
        _ format: String, _ filter: [(String, String?)], after: Int64, limit: Int = exportPage
    ) async throws -> (bytes: [UInt8], next: Int64?) {
        let answer = try await exchange(
            .get, ["audit", "export"], filter + [("format", format), ("after", "\(after)"), ("limit", "\(limit)")])
        return (answer.body, answer.header("tidegate-next").flatMap { Int64($0) })
    }

    func populationSummary(from: Timestamp, to: Timestamp) async throws -> PopulationSummary {
        try await get(["audit", "population", "summary"], [("from", from.description), ("to", to.description)])
    }

    func population(from: Timestamp, to: Timestamp, after: String?) async throws -> Page<ChangeView> {
        try await get(
            ["audit", "population"],
            [("from", from.description), ("to", to.description), ("after", after), ("limit", "\(Self.auditPage)")])
    }

    func placeHold(_ reference: String, reason: String) async throws -> HoldView {
        try await send(.put, ["holds", reference], body: HoldRequest(reason: reason))
    }

    func liftHold(_ reference: String, reason: String) async throws {
        _ = try await call(.delete, ["holds", reference], [("reason", reason)], body: nil, timeout: Self.timeout)
    }

    func holds() async throws -> Page<HoldView> { try await get(["holds"]) }
    func retention() async throws -> RetentionView { try await get(["retention"]) }

    func setRetention(evidenceMonths: Int, reason: String) async throws -> RetentionView {
        try await send(.put, ["retention"], body: RetentionRequest(evidenceMonths: evidenceMonths, reason: reason))
    }
}
