import HTTPTypes
import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/decisions/:id/page.html`: one decision as a page to read or print.
struct PageRoutes: Sendable {
    let store: ReleaseStore

    func add(to group: RouterGroup<APIContext>) { group.get("decisions/:id/page.html", use: decision) }

    @Sendable func decision(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .read)
        try request.allowQuery()
        let id = try context.decisionNumber()
        let (record, stored) = try await store.decision(id)
        let evidence: PageEvidence =
            if record.evidenceDigest == nil {
                .none
            } else if !caller.role.allows(.readEvidence) {
                .withheld
            } else if let stored {
                .document(try JSONValue(parsing: stored))
            } else {
                .expired
            }
        let page = DecisionPage(
            record: record, place: try await store.place(ofDecision: id), policy: try await store.policy(record.policyDigest),
            evidence: evidence)
        var response = APIAnswer.text(page.html, type: "text/html; charset=utf-8")
        response.headers[.contentSecurityPolicy] = DecisionPage.contentSecurityPolicy
        response.headers[Self.referrerPolicy] = "no-referrer"
        return response
    }

    private static let referrerPolicy = HTTPField.Name("referrer-policy")!
}

extension APIContext {
    /// The decision that a path names.
    func decisionNumber() throws -> Int64 {
        guard let id = Int64(try parameters.require("id")) else {
            throw ReleaseError(.invalidInput, "a decision is named by its number", advice: "`tidegate audit list` shows the numbers")
        }
        return id
    }
}
