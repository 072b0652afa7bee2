import HTTPClient
import Hashing
import ReleaseModel
import ReleaseServer
import ReleaseStore
import Testing

@Suite struct ReleaseRoutesTests {
    private static let body: JSONValue = ["service": "checkout", "to": "v42", "policy": "demo", "reason": "new basket"]

    @Test func aReleaseIsStartedShownAndSteered() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            var body = try #require(Self.body.object)
            body["onBehalfOf"] = "alice"
            body["provenance"] = ["ticket": "SHOP-117", "commit": "9c1d"]
            let started = try await server.call(.post, "/v1/releases", as: .operator, json: .object(body))
            #expect(started.status == 201)
            let release: Release = try started.decoded()
            #expect(release.state == .pending)
            #expect(release.target == "edge")
            #expect(release.startedBy == Actor(name: "the-operator", means: .token, onBehalfOf: "alice"))
            #expect(release.provenance.ticket == "SHOP-117")

            try await TestController(server.store).enterFirstStage(release.id)
            let detail: ReleaseDetail = try await server.call(.get, "/v1/releases/checkout", as: .auditor).decoded()
            #expect(detail.release.id == release.id)
            #expect(detail.release.state == .progressing)
            #expect(detail.stages.map(\.weight.description) == ["5%", "50%"])
            #expect(detail.progress?.stage == 0)
            #expect(detail.progress?.samples == 40)
            #expect(detail.evaluation?.verdict == .healthy)
            #expect(detail.evaluation?.reading(of: "score") == .number(97.5))
            #expect(detail.evaluation?.path.map(\.node) == ["canary is worse", "all good"])
            #expect(detail.evaluation?.notes == ["scraped seldom"])
            #expect(detail.evaluation?.forecast?.releaseLeft == .seconds(1820))
            #expect(detail.evaluation?.provider?["faults"]?["timedOut"]?.number == 6)
            #expect(detail.lease?.controller == "controller-1")
            let metrics = try await server.call(.get, "/metrics").text
            #expect(metrics.contains(#"tidegate_provider_breaker{place="http://prometheus:9090",state="halfOpen"} 1"#))
            #expect(metrics.contains(#"tidegate_provider_breaker{place="http://prometheus:9090",state="closed"} 0"#))
            #expect(metrics.contains(#"tidegate_provider_faults_total{place="http://prometheus:9090",kind="timedOut"} 6"#))
            #expect(metrics.contains(#"tidegate_provider_failures{place="http://prometheus:9090"} 6"#))
            #expect(detail.lastDecision?.decision.kind == .start)

            let paused = try await server.call(
                .post, "/v1/releases/\(release.id)/commands", as: .operator, json: ["kind": "pause", "reason": "odd totals"])
            #expect(paused.status == 202)
            let waiting: ReleaseDetail = try await server.call(.get, "/v1/releases/\(release.id)").decoded()
            #expect(waiting.waitingCommands.map(\.command.kind) == [.pause])
            #expect(waiting.waitingCommands.first?.command.actor.name == "the-operator")
        }
    }

    @Test func armsAreReleasedUnderAPolicyThatNamesThem() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            var policy = Fixtures.policy
            policy.name = "only-a"
            policy.routing.arms = [ArmShare(name: "a", share: .full)]
            _ = try await server.store.applyPolicy(source: "only-a", policy: policy, actor: Fixtures.actor)
            func start(_ members: [String: JSONValue]) async throws -> RunningServer.Answer {
                let common: [String: JSONValue] = ["service": "checkout", "policy": "only-a", "reason": "which basket"]
                return try await server.call(.post, "/v1/releases", json: .object(common.merging(members) { $1 }))
            }
            let arm: JSONValue = ["name": "a", "revision": "v42"]
            for (members, reason) in [
                ([:], "no revision is named"), (["to": "v42", "arms": [arm]], "cannot stand together"), (["arms": []], "1 to 15 arms"),
                (["arms": [arm, arm]], "listed twice"), (["arms": [["name": "stable", "revision": "v42"]]], "stable"),
                (["to": "v42"], "shares traffic among a"), (["arms": [["name": "b", "revision": "v42"]]], "shares traffic among a"),
            ] as [([String: JSONValue], String)] {
                let answer = try await start(members)
                #expect(answer.status == 400 || answer.status == 429 || answer.status == 413, "\(answer.status) \(answer.text)")
                #expect(answer.errorReason.contains(reason), "\(answer.text)")
            }
            let release: Release = try await start(["arms": [arm]]).decoded()
            #expect(release.arms.map(\.name) == ["stable", "a"])
        }
    }

    @Test func aReleaseThatNeedsAnEdgeSaysSoBeforeItBegins() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            var policy = Fixtures.policy
            policy.routing.rules = [RoutingRule(name: "a third", when: "crc32(client.address) % 100 < 30", to: Arm.canary)]
            _ = try await server.store.applyPolicy(source: "third", policy: policy, actor: Fixtures.actor)
            let answer = try await server.call(.post, "/v1/releases", as: .operator, json: Self.body)
            #expect(answer.status == 409, "\(answer.status)")
            #expect(answer.errorReason.contains("a third"))
            #expect(answer.errorReason.contains("crc32(client.address) % 100"))
            #expect(try await server.store.releases().isEmpty)

            var target = Fixtures.target()
            target.nodes[0].configuration = ["prefix": "/tmp/nginx", "edge": "http://127.0.0.1:8423"]
            _ = try await server.store.applyTarget(target, actor: Fixtures.actor)
            #expect(try await server.call(.post, "/v1/releases", as: .operator, json: Self.body).status == 201)
        }
    }

    @Test func aRetryRepeatsAReleaseThatHasEnded() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let first = try await Fixtures.start(server.store)
            func retry(_ members: [String: JSONValue] = [:]) async throws -> RunningServer.Answer {
                let common: [String: JSONValue] = ["service": "checkout", "retryOf": .string(first.id), "reason": "again"]
                return try await server.call(.post, "/v1/releases", json: .object(common.merging(members) { $1 }))
            }
            #expect(try await retry().status == 409)
            try await TestController(server.store).abort(first.id)
            #expect(try await retry(["to": "v42"]).errorReason.contains("a retry releases the revisions"))
            #expect(try await retry(["target": "moon"]).errorReason.contains("was on target"))
            #expect(try await retry(["service": "cart"]).errorReason.contains("is of service"))
            let second: Release = try await retry().decoded()
            #expect(second.salt == first.salt)
            #expect(second.arms.map(\.revision) == first.arms.map(\.revision))
            #expect(second.policyName == "demo")
        }
    }

    @Test(arguments: ["pause", "promote", "promoteFull", "abort", "reject"])
    func overridingNeedsAReason(_ kind: String) async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            for reason in ["", "  \n"] {
                let answer = try await server.call(
                    .post, "/v1/releases/\(release.id)/commands", json: ["kind": .string(kind), "reason": .string(reason)])
                #expect(answer.status == 400)
                #expect(answer.errorReason.contains("needs a reason"))
            }
            #expect(try await server.store.release(release.id).waitingCommands.isEmpty)
        }
    }

    @Test func supersedingIsNotForPeople() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            let answer = try await server.call(
                .post, "/v1/releases/\(release.id)/commands", json: ["kind": "supersede", "reason": "because"])
            #expect(answer.status == 400)
        }
    }

    @Test func badBodiesAreRefusedWithThePlace() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            func refused(_ body: String, _ text: String, _ status: Int = 400) async throws {
                let answer = try await server.call(.post, "/v1/releases", body: Array(body.utf8))
                #expect(answer.status == status)
                #expect(answer.errorReason.contains(text), "\(answer.text)")
            }
            try await refused("", "nothing here")
            try await refused("{", "not JSON")
            try await refused("[]", "")
            try await refused(#"{"service":"checkout"}"#, "is missing")
            try await refused(#"{"service":7,"to":"v42","policy":"demo","reason":"x"}"#, "'service' must be a text")
            try await refused(#"{"service":"checkout","to":"v42","policy":"demo","reason":"x","tpo":"v43"}"#, "'tpo'")
            try await refused(
                #"{"service":"checkout","to":"v42","policy":"demo","reason":"x","provenance":{"tikcet":"1"}}"#, "'provenance.tikcet'")
            try await refused(#"{"service":"check out","to":"v42","policy":"demo","reason":"x"}"#, "may hold only")
            try await refused(#"{"service":"checkout","to":"v42","policy":"demo","reason":""}"#, "needs a reason")
            try await refused(#"{"service":"basket","to":"v42","policy":"demo","reason":"x"}"#, "no target carries", 404)
            try await refused(#"{"service":"checkout","to":"v99","policy":"demo","reason":"x"}"#, "v99", 404)
            try await refused(#"{"service":"checkout","to":"v42","policy":"absent","reason":"x"}"#, "absent", 404)
            #expect(try await server.store.releases().isEmpty)
        }
    }

    @Test func listsAreCutIntoPages() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let services = (1...5).map { "service-\($0)" }
            try await Fixtures.prepare(server.store, services: services)
            for service in services { _ = try await Fixtures.start(server.store, service: service) }
            var seen: [String] = []
            var after: String?
            var pages = 0
            repeat {
                let page: Page<ReleaseSummary> = try await server.call(
                    .get, "/v1/releases?limit=2" + (after.map { "&after=\($0)" } ?? "")
                ).decoded()
                #expect(page.items.count <= 2)
                seen += page.items.map(\.release.service)
                after = page.next
                pages += 1
            } while after != nil && pages < 10
            #expect(seen == services.reversed())
            #expect(pages == 3)
            let one: Page<ReleaseSummary> = try await server.call(.get, "/v1/releases?service=service-3&state=pending,paused").decoded()
            #expect(one.items.map(\.release.service) == ["service-3"])
            #expect(try await server.call(.get, "/v1/releases?state=progressing").items.isEmpty)
        }
    }

    @Test(arguments: ["limit=0", "limit=201", "limit=x", "state=bogus", "active=maybe", "colour=red"])
    func badQueriesAreRefused(_ query: String) async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let answer = try await server.call(.get, "/v1/releases?\(query)")
            #expect(answer.status == 400)
            #expect(answer.errorCode == "invalid_input")
        }
    }

    @Test func whatIsNotThereIsSaidSo() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            for path in ["/v1/releases/nothing", "/v1/policies/nothing", "/v1/targets/nothing", "/v1/decisions/99", "/v1/nowhere", "/"] {
                let answer = try await server.call(.get, path)
                #expect(answer.status == 404, "\(path): \(answer.text)")
                #expect(answer.errorCode == "not_found")
            }
            #expect(try await server.call(.get, "/v1/decisions/x").status == 400)
        }
    }

    @Test func decisionsComeWithTheirEvidence() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            try await Fixtures.prepare(server.store)
            let release = try await Fixtures.start(server.store)
            try await TestController(server.store).enterFirstStage(release.id)
            let page: Page<DecisionView> = try await server.call(.get, "/v1/releases/\(release.id)/decisions").decoded()
            let id = try #require(page.items.first?.id)
            #expect(page.items.count == 1)
            let detail: DecisionDetail = try await server.call(.get, "/v1/decisions/\(id)", as: .auditor).decoded()
            #expect(detail.record.decision.path.map(\.taken) == [false, true])
            let evidence = try #require(detail.evidence)
            #expect(evidence["release"]?.string == release.id)
            #expect(evidence.digest.hex == detail.record.evidenceDigest)
            let all: Page<DecisionView> = try await server.call(.get, "/v1/decisions").decoded()
            #expect(all.items.map(\.id) == [id])
            #expect(try await server.call(.get, "/v1/decisions?after=\(id)").items.isEmpty)
            let drawn = try await server.call(.get, "/v1/decisions/\(id)/tree.svg")
            #expect(drawn.response.headers.contains { $0.name.lowercased() == "content-type" && $0.value.hasPrefix("image/svg+xml") })
            #expect(drawn.text.hasPrefix("<svg") && drawn.text.contains("all good") && drawn.text.contains("line loud"))
            let tree = try await server.call(.get, "/v1/policies/demo/tree.svg")
            #expect(tree.text.hasPrefix("<svg") && !tree.text.contains("line loud"))
        }
    }
}
