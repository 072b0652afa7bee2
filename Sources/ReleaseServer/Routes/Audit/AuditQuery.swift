import Hummingbird
import ReleaseModel
import ReleaseStore

extension Request {
    /// The parameters that say which entries are wanted.
    static let auditFilterParameters = ["kind", "decision", "release", "service", "actor", "outcome", "from", "to"]
    /// The most kinds that one call may name.
    private static let mostKinds = 32

    /// - Throws: `invalidInput` with the parameter's name.
    func auditFilter() throws -> AuditFilter {
        var filter = AuditFilter(
            kinds: try list("kind"), release: query("release"), service: query("service"), actor: query("actor"), from: try time("from"),
            to: try time("to"))
        filter.decisionKinds = try list("decision")?.map { word in
            guard let kind = Decision.Kind(rawValue: word) else {
                throw ReleaseError(
                    .invalidInput, "there is no decision '\(word)'", place: "query parameter 'decision'",
                    advice: "decisions are " + Decision.Kind.allCases.map(\.rawValue).joined(separator: ", "))
            }
            return kind
        }
        if let word = query("outcome") {
            guard let outcome = AuditFilter.Outcome(rawValue: word) else {
                throw ReleaseError(
                    .invalidInput, "there is no outcome '\(word)'", place: "query parameter 'outcome'",
                    advice: "outcomes are " + AuditFilter.Outcome.allCases.map(\.rawValue).joined(separator: ", "))
            }
            filter.outcome = outcome
        }
        return filter
    }

    /// The period of a call that needs one.
    func auditPeriod() throws -> AuditPeriod {
        guard let from = try time("from"), let to = try time("to"), from < to else {
            throw ReleaseError(
                .invalidInput, "a period has a begin and a later end", place: "query parameters 'from' and 'to'",
                advice: "both as 2026-11-21T02:00:00Z")
        }
        return AuditPeriod(from: from, to: to)
    }

    private func time(_ name: String) throws -> Timestamp? {
        guard let text = query(name) else { return nil }
        guard let time = Timestamp(rfc3339: text) else {
            throw ReleaseError(
                .invalidInput, "'\(text)' is not a time", place: "query parameter '\(name)'", advice: "write it as 2026-11-21T02:00:00Z")
        }
        return time
    }

    private func list(_ name: String) throws -> [String]? {
        guard let text = query(name) else { return nil }
        let words = text.split(separator: ",").map(String.init)
        guard words.count <= Self.mostKinds else {
            throw ReleaseError(.invalidInput, "at most \(Self.mostKinds) may be named", place: "query parameter '\(name)'")
        }
        return words
    }
}
