import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct AuditTests {
    /// Two services, two releases, a command, an outcome and a token.
    private static func story(_ body: @escaping @Sendable (Bench, Release, Release) async throws -> Void) async throws {
        try await Bench.prepared { bench async throws in
            let (first, lease) = try await bench.progressing()
            let effect = try #require(try await bench.store.claimEffects(lease).first)
            try await bench.store.recordOutcome(effect: effect.id, lease: lease, result: .retry(at: Example.noon), outcome: [:])
            let second = try await bench.start("b", service: "search")
            let bob = Actor(name: "bob", means: .token)
            _ = try await bench.store.submitCommand(Command(kind: .pause, actor: bob, reason: "wait"), to: first.id)
            _ = try await bench.store.createToken(name: "ci", role: .operator, actor: bob, reason: "pipeline")
            try await body(bench, first, second)
        }
    }

    /// Entries of kind 'rows' tell of what no other entry carries: registered controllers, migrations, attempts that began.
    private static func kinds(_ bench: Bench, _ filter: AuditFilter) async throws -> [String] {
        try await bench.store.auditEntries(filter).map(\.kind).filter { $0 != "rows" }
    }

    @Test func entriesAreFoundByWhatPeopleAskFor() async throws {
        try await Self.story { bench, first, second async throws in
            let all = ["target", "policy", "release", "decision", "effect", "outcome", "release", "command", "token"]
            #expect(try await Self.kinds(bench, AuditFilter()) == all)
            #expect(try await Self.kinds(bench, AuditFilter(kinds: ["policy", "token"])) == ["policy", "token"])
            #expect(
                try await Self.kinds(bench, AuditFilter(release: first.id)) == ["release", "decision", "effect", "outcome", "command"])
            #expect(try await Self.kinds(bench, AuditFilter(service: "search")) == ["release"])
            #expect(try await bench.store.auditEntries(AuditFilter(service: "search")).map(\.release) == [second.id])
            #expect(try await Self.kinds(bench, AuditFilter(actor: "bob")) == ["command", "token"])
            // Ann acts for the pipeline; both names lead to what she did.
            let byAnn = ["target", "policy", "release", "release"]
            #expect(try await Self.kinds(bench, AuditFilter(actor: "ann")) == byAnn)
            #expect(try await Self.kinds(bench, AuditFilter(actor: "pipeline 7")) == byAnn)
            #expect(try await Self.kinds(bench, AuditFilter(actor: "controller")) == ["decision", "effect", "outcome"])
            #expect(try await Self.kinds(bench, AuditFilter(decisionKinds: [.start])) == ["decision"])
            #expect(try await Self.kinds(bench, AuditFilter(decisionKinds: [.rollback])) == [])
            #expect(try await Self.kinds(bench, AuditFilter(outcome: .retry)) == ["outcome"])
            #expect(try await Self.kinds(bench, AuditFilter(outcome: .done)) == [])
            #expect(try await Self.kinds(bench, AuditFilter(outcome: .unfinished)).count == 6)
            #expect(try await Self.kinds(bench, AuditFilter(outcome: .promoted)) == [])
            #expect(try await Self.kinds(bench, AuditFilter(kinds: ["command"], release: first.id, actor: "bob")) == ["command"])
            let now = try await bench.store.now()
            #expect(try await Self.kinds(bench, AuditFilter(to: now)) == all)
            #expect(try await Self.kinds(bench, AuditFilter(from: now)) == [])
            #expect(try await Self.kinds(bench, AuditFilter(from: now - .seconds(3600), to: now + .seconds(1))) == all)
            #expect(await refusal { try await bench.store.auditEntries(AuditFilter(release: "nothing-1")) }?.code == .notFound)
        }
    }

    /// What is asked for is data, whatever it looks like.
    @Test func quotesAreNoSQL() async throws {
        try await Self.story { bench, _, _ async throws in
            for text in ["x' OR '1'='1", "\\'; DROP TABLE tidegate.arm; --", "$1", "%s", "a,b", "{", "\""] {
                #expect(try await Self.kinds(bench, AuditFilter(service: text)) == [])
                #expect(try await Self.kinds(bench, AuditFilter(actor: text)) == [])
                #expect(try await Self.kinds(bench, AuditFilter(kinds: [text])) == [])
            }
        }
    }

    @Test func pagesFollowEachOtherWithoutGapOrRepetition() async throws {
        try await Self.story { bench, _, _ async throws in
            let whole = try await bench.store.auditEntries(AuditFilter())
            var paged: [AuditEntry] = []
            while true {
                let page = try await bench.store.auditEntries(AuditFilter(), after: paged.last?.position ?? 0, limit: 2)
                if page.isEmpty { break }
                #expect(page.count <= 2)
                paged += page
            }
            #expect(paged == whole)
            #expect(await refusal { try await bench.store.auditEntries(AuditFilter(), limit: 10_001) }?.code == .invalidInput)
        }
    }

    /// One page never holds much more than its limit in bytes, however large the entries are.
    @Test func aPageIsBoundedInBytes() async throws {
        try await Bench.prepared { bench async throws in
            let padding = String(repeating: "x", count: 900_000)
            for index in 0..<8 {
                var policy = Example.policy
                policy.notify = []
                policy.health.configuration = ["padding": .string(padding + "\(index)")]
                _ = try await bench.store.applyPolicy(source: "", policy: policy, actor: Example.ann)
            }
            let page = try await bench.store.auditEntries(AuditFilter(kinds: ["policy"]))
            #expect(page.count < 8)
            #expect(page.reduce(0) { $0 + $1.bytes.count } < ReleaseStore.auditPageBytes + 1_000_000)
            let rest = try await bench.store.auditEntries(AuditFilter(kinds: ["policy"]), after: page.last!.position)
            #expect(page.count + rest.count == 9)
        }
    }

    /// An entry with an escaped NUL can be written and searched.
    @Test func anEscapedNULHindersNothing() async throws {
        try await Bench.prepared { bench async throws in
            let (_, lease) = try await bench.progressing()
            let effect = try #require(try await bench.store.claimEffects(lease).first)
            try await bench.store.recordOutcome(effect: effect.id, lease: lease, result: .done, outcome: ["said": "a\0b"])
            let found = try await bench.store.auditEntries(AuditFilter(outcome: .done))
            #expect(found.count == 1)
            #expect(try JSONValue(parsing: found[0].bytes)["body"]?["said"] == "a\0b")
        }
    }

    @Test func thePopulationIsWholeAndSaysWhoApproved() async throws {
        try await Self.story { bench, first, second async throws in
            let now = try await bench.store.now()
            let period = AuditPeriod(from: now - .seconds(3600), to: now + .seconds(60))
            let changes = try await bench.store.population(period)
            #expect(changes.map(\.entry.kind) == ["target", "policy", "release", "release", "token"])
            let release = try #require(changes.first { $0.entry.release == first.id })
            #expect(release.state == .progressing)
            #expect(release.decisions == 1)
            #expect(release.acts.map(\.actor) == ["bob"])
            #expect(release.acts.map(\.command) == ["pause"])
            #expect(changes.first { $0.entry.kind == "policy" }?.state == nil)
            let totals = try await bench.store.populationTotals(period)
            #expect(totals.first { $0.kind == "release" } == PopulationTotal(kind: "release", entries: 2, recorded: 2))
            #expect(totals.reduce(0) { $0 + $1.entries } == changes.count)
            #expect(totals.filter { !$0.isReconciled }.isEmpty)
            #expect(try await bench.store.population(period, after: changes[2].entry.position).count == 2)
            let yesterday = AuditPeriod(from: now - .seconds(90_000), to: now - .seconds(86_400))
            #expect(try await bench.store.population(yesterday).isEmpty)
            _ = second
        }
    }

    /// A release whose entry is gone is missed by the count of the entries, and noticed by the other one.
    @Test func aMissingEntryIsNoticed() async throws {
        try await Self.story { bench, first, _ async throws in
            try await bench.admin.transaction { transaction in
                try await transaction.execute("SET LOCAL session_replication_role = replica")
                try await transaction.execute(
                    "DELETE FROM tidegate.history_entry USING tidegate.release WHERE kind = 'release' AND release.id = release AND ref = $1",
                    [.text(first.id)])
            }
            let now = try await bench.store.now()
            let totals = try await bench.store.populationTotals(AuditPeriod(from: now - .seconds(3600), to: now + .seconds(60)))
            #expect(totals.first { $0.kind == "release" } == PopulationTotal(kind: "release", entries: 1, recorded: 2))
        }
    }

    @Test func theAccessReviewKnowsThePast() async throws {
        try await Self.story { bench, first, _ async throws in
            let before = try await bench.store.now()
            _ = try await bench.store.createToken(name: "approver", role: .operator, actor: Example.ann, reason: "on call")
            let approver = Actor(name: "approver", means: .token)
            _ = try await bench.store.submitCommand(Command(kind: .approve, actor: approver, reason: "looks well"), to: first.id)
            try await bench.store.revokeToken("approver", actor: Example.ann, reason: "left")
            let after = try await bench.store.now()
            let during = try await bench.store.accessReview(AuditPeriod(from: before, to: after))
            #expect(during.map(\.name) == ["approver", "ci"])
            #expect(during[0].approvals == 1)
            #expect(during[0].revokedBy == "ann")
            #expect(during[0].reason == "on call")
            let later = try await bench.store.accessReview(AuditPeriod(from: after, to: after + .seconds(60)))
            #expect(later.map(\.name) == ["ci"], "the revoked one could not approve any more")
            let earlier = try await bench.store.accessReview(AuditPeriod(from: before - .seconds(3600), to: before))
            #expect(earlier.map(\.name) == ["ci"], "the new one could not approve yet")
            let grants = try await bench.store.databaseAccess()
            #expect(grants.contains(DatabaseGrant(login: "tidegate", role: "tidegate_controller")))
            #expect(!grants.contains(DatabaseGrant(login: "tidegate", role: "tidegate_owner")))
        }
    }
}
