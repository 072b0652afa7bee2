import Foundation
import HTTPClient
import Hashing
import ReleaseModel
import ReleaseServer
import ReleaseStore
import Testing

@Suite struct AuditRoutesTests {
    /// A release with a decision, an effect and a command.
    private static func run(_ body: @escaping @Sendable (RunningServer, Release) async throws -> Void) async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            try await TestController(server.store).enterFirstStage(release.id)
            _ = try await server.store.submitCommand(
                Command(kind: .pause, actor: Actor(name: "=SUM(A1)", means: .token), reason: "line\nbreak, \"quoted\""), to: release.id)
            try await body(server, release)
        }
    }

    private static let begin = "2020-01-01T00:00:00Z"
    private static let end = "2100-01-01T00:00:00Z"

    @Test func entriesAreFoundThroughTheAPI() async throws {
        try await Self.run { server, release async throws in
            func kinds(_ query: String) async throws -> [String] {
                try await server.call(.get, "/v1/audit/entries?\(query)", as: .auditor).items.compactMap { $0["kind"]?.string }
            }
            #expect(try await kinds("release=\(release.id)") == ["release", "decision", "effect", "command"])
            #expect(try await kinds("service=checkout&kind=command,decision") == ["decision", "command"])
            #expect(try await kinds("decision=start") == ["decision"])
            #expect(try await kinds("kind=release&from=\(Self.begin)&to=\(Self.end)") == ["release"])
            #expect(try await kinds("to=\(Self.begin)").isEmpty)
            for (query, what) in [
                ("outcome=good", "outcome"), ("decision=jump", "decision"), ("from=yesterday", "time"), ("colour=red", "parameter"),
            ] {
                let answer = try await server.call(.get, "/v1/audit/entries?\(query)", as: .auditor)
                #expect(answer.status == 400, "\(query)")
                #expect(answer.errorReason.contains(what), "\(query): \(answer.errorReason)")
            }
            #expect(try await server.call(.get, "/v1/audit/entries", as: .intake).status == 403)
            #expect(try await server.call(.get, "/v1/audit/entries", as: nil).status == 401)
        }
    }

    /// The entry in each line is byte for byte what was hashed.
    @Test func ndjsonCarriesTheBytesThemselves() async throws {
        try await Self.run { server, release async throws in
            let stored = try await server.store.auditEntries(AuditFilter())
            let whole = try await server.call(.get, "/v1/audit/export", as: .auditor)
            let lines = whole.text.split(separator: "\n").map(String.init)
            #expect(lines.count == stored.count)
            for (line, entry) in zip(lines, stored) {
                #expect(line.hasSuffix(",\"entry\":" + String(decoding: entry.bytes, as: UTF8.self) + "}"))
                let envelope = try JSONValue(parsing: line.utf8)
                #expect(envelope["sha256"]?.string == SHA256Digest(of: entry.bytes).hex)
                #expect(envelope["position"]?.number == Double(entry.position))
            }
            // Page by page it is the same, and each page says where the next one begins.
            for format in ["ndjson", "csv", "ocsf"] {
                let stream = try await server.call(.get, "/v1/audit/export?format=\(format)", as: .auditor).text
                var paged = ""
                var after = "0"
                while true {
                    let page = try await server.call(.get, "/v1/audit/export?format=\(format)&limit=2&after=\(after)", as: .auditor)
                    paged += page.text
                    guard let next = page.response.header("tidegate-next") else { break }
                    after = next
                }
                #expect(paged == stream, "\(format)")
            }
            #expect(try await server.call(.get, "/v1/audit/export?format=xml", as: .auditor).status == 400)
            _ = release
        }
    }

    @Test func csvIsWellFormedAndRunsNoFormula() async throws {
        try await Self.run { server, _ async throws in
            let answer = try await server.call(.get, "/v1/audit/export?format=csv&kind=command", as: .auditor)
            #expect(answer.response.header("content-type")?.hasPrefix("text/csv") == true)
            let rows = answer.text.components(separatedBy: "\r\n")
            #expect(rows[0].hasPrefix("position,leaf_index,recorded_at,kind,"))
            #expect(answer.text.contains(",'=SUM(A1),"))
            #expect(answer.text.contains("\"line\nbreak, \"\"quoted\"\"\""))
        }
    }

    /// The attributes that OCSF 1.3.0 requires of API Activity, with the ids that belong together.
    @Test func ocsfEventsHaveWhatTheirClassRequires() async throws {
        try await Self.run { server, release async throws in
            let lines = try await server.call(.get, "/v1/audit/export?format=ocsf", as: .auditor).text.split(separator: "\n")
            #expect(lines.count >= 6)
            var seen = Set<Double>()
            for line in lines {
                let event = try JSONValue(parsing: line.utf8)
                let activity = try #require(event["activity_id"]?.number)
                seen.insert(activity)
                #expect(event["class_uid"] == 6003)
                #expect(event["category_uid"] == 6)
                #expect(event["type_uid"]?.number == 600_300 + activity)
                #expect(event["metadata"]?["version"] == "1.3.0")
                #expect(event["metadata"]?["product"]?["vendor_name"]?.string?.isEmpty == false)
                #expect(event["actor"]?["user"]?["name"] != nil || event["actor"]?["app_name"] != nil)
                #expect(event["api"]?["operation"]?.string?.isEmpty == false)
                #expect(event["src_endpoint"]?["name"] != nil)
                #expect((event["time"]?.number ?? 0) > 1_600_000_000_000)
                #expect((1...6).contains(Int(event["severity_id"]?.number ?? 0)))
            }
            #expect(seen.isSubset(of: [1, 3, 4, 99]))
            let command = try await server.call(.get, "/v1/audit/export?format=ocsf&kind=command", as: .auditor).json
            #expect(command["actor"]?["user"]?["name"] == "=SUM(A1)")
            #expect(command["api"]?["operation"] == "command.pause")
            #expect(command["metadata"]?["correlation_uid"]?.string == release.id)
        }
    }

    @Test func thePopulationIsAnswered() async throws {
        try await Self.run { server, release async throws in
            let period = "from=\(Self.begin)&to=\(Self.end)"
            let summary: PopulationSummary = try await server.call(
                .get, "/v1/audit/population/summary?\(period)", as: .auditor
            ).decoded()
            #expect(summary.totals.first { $0.kind == "release" }?.entries == 1)
            #expect(summary.totals.filter { !$0.isReconciled }.isEmpty)
            let may = Dictionary(uniqueKeysWithValues: summary.access.map { ($0.role, $0.may) })
            #expect(may["operator"]?.contains("approve") == true)
            #expect(may["auditor"]?.contains("approve") == false)
            #expect(may["admin"]?.contains("keepEvidence") == true)
            let first: Page<ChangeView> = try await server.call(.get, "/v1/audit/population?\(period)&limit=2", as: .auditor).decoded()
            #expect(first.items.count == 2)
            let rest: Page<ChangeView> = try await server.call(
                .get, "/v1/audit/population?\(period)&after=\(try #require(first.next))", as: .auditor
            ).decoded()
            let all = first.items + rest.items
            #expect(all.count == summary.size)
            let change = try #require(all.first { $0.entry.release == release.id })
            #expect(change.state == .progressing)
            #expect(change.acts.map(\.command) == ["pause"])
            #expect(try await server.call(.get, "/v1/audit/population?from=\(Self.begin)", as: .auditor).status == 400)
            #expect(try await server.call(.get, "/v1/audit/population?from=\(Self.end)&to=\(Self.begin)", as: .auditor).status == 400)
        }
    }

    /// The auditor sees what is kept and cannot change it; an admin can, with a reason.
    @Test func holdsAndRetentionNeedTheRightAndAReason() async throws {
        try await Self.run { server, release async throws in
            let hold: JSONValue = ["reason": "case 17"]
            for role in [TokenRole.auditor, .operator, .intake] {
                #expect(try await server.call(.put, "/v1/holds/\(release.id)", as: role, json: hold).status == 403, "\(role)")
                #expect(try await server.call(.delete, "/v1/holds/\(release.id)?reason=x", as: role).status == 403, "\(role)")
                let retention: JSONValue = ["evidenceMonths": 1, "reason": "x"]
                #expect(try await server.call(.put, "/v1/retention", as: role, json: retention).status == 403, "\(role)")
            }
            #expect(try await server.call(.put, "/v1/holds/\(release.id)", json: ["reason": " "]).status == 400)
            #expect(try await server.call(.put, "/v1/holds/nothing", json: hold).status == 404)
            #expect(try await server.call(.put, "/v1/holds/\(release.id)", json: hold).status == 201)
            #expect(try await server.call(.put, "/v1/holds/\(release.id)", json: hold).status == 409)
            let holds: Page<HoldView> = try await server.call(.get, "/v1/holds", as: .auditor).decoded()
            #expect(holds.items.map(\.release) == [release.id])
            #expect(holds.items.first?.placedBy.name == "the-admin")
            #expect(try await server.call(.delete, "/v1/holds/\(release.id)").status == 400)
            #expect(try await server.call(.delete, "/v1/holds/\(release.id)?reason=closed").status == 204)
            #expect(try await server.call(.put, "/v1/retention", json: ["evidenceMonths": 0, "reason": "x"]).status == 400)
            let set: RetentionView = try await server.call(.put, "/v1/retention", json: ["evidenceMonths": 24, "reason": "x"]).decoded()
            #expect(set.evidenceMonths == 24)
            let shown: RetentionView = try await server.call(.get, "/v1/retention", as: .auditor).decoded()
            #expect(shown.evidenceMonths == 24)
        }
    }
}
