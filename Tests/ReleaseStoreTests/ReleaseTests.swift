import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct ReleaseTests {
    @Test func aReleaseKnowsWhoStartedItAndWhy() async throws {
        try await Bench.prepared { bench in
            let provenance = Provenance(
                ticket: "OPS-7", buildURL: "https://ci/7", commit: "abc", artifactDigest: "sha256:00", traceID: "t1")
            let release = try await bench.store.startRelease(
                StartRequest(
                    service: "checkout", revision: "v2", policy: "demo", target: "edge", actor: Example.ann, reason: "new prices",
                    provenance: provenance))
            #expect(release.id == "checkout-1")
            #expect(release.state == .pending)
            #expect(release.startedBy == Example.ann)
            #expect(release.reason == "new prices")
            #expect(release.provenance == provenance)
            #expect(release.arms.map(\.revision) == ["v1", "v2"])
            #expect(release.arms.map(\.weight) == [.full, .zero])
            #expect(release.policyDigest == (try Example.policy.digest))
            #expect(release.salt.count == 32)
        }
    }

    /// What cannot be taken back is declared in the transaction that starts the release, and stays so.
    @Test func anIrreversibleReleaseIsDeclaredForGood() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.store.startRelease(
                StartRequest(
                    service: "checkout", revision: "v2", policy: "demo", target: "edge", actor: Example.ann, reason: "new schema",
                    irreversible: true))
            #expect(release.irreversible == true)
            #expect(try await bench.store.load(release.id).release.irreversible == true)
            let entry = try #require(try await bench.store.history(release: release.id).first { $0.kind == "release" })
            #expect(String(decoding: entry.bytes, as: UTF8.self).contains("\"irreversible\":true"))
            for statement in ["DELETE FROM tidegate.irreversible_release", "UPDATE tidegate.irreversible_release SET release = release"] {
                #expect(await sqlState { try await bench.admin.execute(statement) } == "TG003")
                #expect(await sqlState { try await bench.app.execute(statement) } == "42501")
            }
            let other = try await bench.start("v3")
            #expect(other.irreversible == nil)
        }
    }

    @Test func anIrreversibleReleaseIsNotTakenBackInPassing() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.store.startRelease(
                StartRequest(
                    service: "checkout", revision: "v2", policy: "demo", target: "edge", actor: Example.ann, reason: "new schema",
                    irreversible: true))
            let lease = try await bench.lease(release.id)
            _ = try await bench.store.commit(Example.begin(lease))
            let error = await #expect(throws: ReleaseError.self) { try await bench.start("v3") }
            #expect(error?.code == .conflict)
            #expect(error?.reason.contains("release \(release.id) declares an irreversible change") == true)
            #expect(error?.advice?.contains("abort \(release.id) yourself") == true)
            // Nothing of the newer release is left.
            #expect(try await bench.store.load(release.id).commands.isEmpty)
            #expect(try await bench.admin.query("SELECT count(*) AS n FROM tidegate.release")[0]["n"].int() == 1)
        }
    }

    @Test func everyArmOfThePolicyGetsARevision() async throws {
        try await Bench.prepared { bench in
            var policy = Example.policy
            policy.name = "baskets"
            let half = Weight(basisPoints: 5000)
            policy.routing.arms = [ArmShare(name: "a", share: half), ArmShare(name: "b", share: half)]
            _ = try await bench.store.applyPolicy(source: "baskets", policy: policy, actor: Example.ann, reason: "test")
            func start(_ arms: [ArmRevision], _ policy: String = "baskets") async throws -> Release {
                try await bench.store.startRelease(
                    StartRequest(service: "checkout", arms: arms, policy: policy, target: "edge", actor: Example.ann, reason: ""))
            }
            let a = ArmRevision(name: "a", revision: "v2")
            let b = ArmRevision(name: "b", revision: "v3")
            let release = try await start([a, b])
            #expect(release.arms.map(\.name) == ["stable", "a", "b"])
            #expect(release.arms.map(\.revision) == ["v1", "v2", "v3"])
            #expect(release.canaryText == "a v2, b v3")
            for (arms, policy, code) in [
                ([a], "baskets", ReleaseError.Code.invalidInput), ([a, b], "demo", .invalidInput),
                ([a, ArmRevision(name: "b", revision: "v2")], "baskets", .invalidInput),
                ([a, ArmRevision(name: "b", revision: "v1")], "baskets", .conflict),
                ([a, ArmRevision(name: "b", revision: "v9")], "baskets", .notFound),
                ([ArmRevision(name: "canary", revision: "v2")], "baskets", .invalidInput),
            ] {
                #expect(await refusal { try await start(arms, policy) }?.code == code, "\(arms) under \(policy)")
            }
            #expect(try await bench.count("release") == 1)
        }
    }

    @Test func releasesOfOneLayerKeepToDisjointRanges() async throws {
        try await Bench.prepared { bench in
            func apply(_ name: String, _ from: Int, _ to: Int, of layer: String = "ui") async throws {
                var policy = Example.policy
                policy.name = name
                policy.routing.layer = Layer(name: layer, from: Weight(basisPoints: from), to: Weight(basisPoints: to))
                _ = try await bench.store.applyPolicy(source: name, policy: policy, actor: Example.ann, reason: "test")
            }
            func start(_ service: String, _ revision: String, _ policy: String) async throws -> Release {
                try await bench.store.startRelease(
                    StartRequest(service: service, revision: revision, policy: policy, target: "edge", actor: Example.ann, reason: ""))
            }
            try await apply("lower", 0, 5000)
            try await apply("middle", 4999, 6000)
            try await apply("upper", 5000, 10_000)
            try await apply("elsewhere", 0, 10_000, of: "prices")
            let first = try await start("checkout", "v2", "lower")
            let refused = await refusal { try await start("search", "b", "middle") }
            #expect(refused?.code == .conflict)
            #expect(refused?.reason.contains(first.id) == true)
            _ = try await start("search", "b", "elsewhere")
            _ = try await start("search", "b", "upper")
            // A newer release of the same service makes the older one give its range back first.
            _ = try await start("checkout", "v3", "lower")
            #expect(try await bench.count("release") == 4)
        }
    }

    @Test func unknownNamesAreRefusedWithThoseThatThereAre() async throws {
        try await Bench.prepared { bench async throws in
            func start(_ service: String, _ revision: String, _ policy: String, _ target: String) async -> ReleaseError? {
                await refusal {
                    try await bench.store.startRelease(
                        StartRequest(service: service, revision: revision, policy: policy, target: target, actor: Example.ann, reason: ""))
                }
            }
            for (error, hint) in [
                (await start("checkout", "v9", "demo", "edge"), "v1, v2, v3"), (await start("checkout", "v2", "nope", "edge"), "demo"),
                (await start("checkout", "v2", "demo", "moon"), "edge"), (await start("cart", "v2", "demo", "edge"), "checkout, search"),
            ] {
                #expect(error?.code == .notFound)
                #expect(error?.advice?.contains(hint) == true, "\(String(describing: error?.advice))")
            }
            #expect(await start("checkout", "v1", "demo", "edge")?.code == .conflict)
            #expect(await refusal { try await bench.store.release("cart") }?.code == .notFound)
            #expect(await refusal { try await bench.store.load("cart-1") }?.code == .notFound)
            #expect(try await bench.count("release") == 0)
        }
    }

    @Test func startsAtTheSameTimeAllCountAndOneHoldsThePlace() async throws {
        try await Bench.prepared { bench in
            let ids = try await withThrowingTaskGroup(of: ReleaseID.self) { group in
                for number in 0..<8 { group.addTask { try await bench.start(number % 2 == 0 ? "v2" : "v3").id } }
                return try await group.reduce(into: Set<ReleaseID>()) { $0.insert($1) }
            }
            #expect(ids == Set((1...8).map { "checkout-\($0)" }))
            let leases = try await bench.store.leaseDue(controller: "c1", limit: 10, ttl: .seconds(60))
            #expect(leases.count == 8, "all but the newest have a supersede to answer, and nobody holds the place")
            let wins = await withTaskGroup(of: String?.self) { group in
                for lease in leases {
                    group.addTask {
                        do {
                            _ = try await bench.store.commit(Example.begin(lease))
                            return nil
                        } catch { return (error as? ReleaseError)?.code.rawValue }
                    }
                }
                return await group.reduce(into: [String?]()) { $0.append($1) }
            }
            #expect(wins.filter { $0 == nil }.count == 1)
            #expect(wins.compactMap { $0 }.allSatisfy { $0 == "conflict" })
            #expect(try await bench.store.release("checkout").release.state == .progressing)
        }
    }

    @Test func aNewerReleaseWaitsUntilTheOlderHasMadeRoom() async throws {
        try await Bench.prepared { bench in
            let (old, lease) = try await bench.progressing("v2")
            let new = try await bench.start("v3")
            let waiting = try await bench.store.load(new.id)
            #expect(waiting.blockedBy == old.id)
            #expect(try await bench.store.leaseDue(controller: "c2", limit: 10, ttl: .seconds(60)).isEmpty, "the new one is not due yet")
            let asked = try await bench.store.load(old.id).commands
            #expect(asked.map(\.command.kind) == [.supersede])
            #expect(asked[0].by == new.id)
            #expect(asked[0].command.actor == Example.ann)

            var retreat = Example.quiet(lease, version: 1)
            retreat.state = .superseding
            retreat.weights = Example.weights(0)
            retreat.generation = 2
            retreat.decisions = [NewDecision(decision: Example.decision(.supersede, .progressing, .superseding, to: 0))]
            retreat.consumedCommands = [ConsumedCommand(id: asked[0].id, decisionIndex: 0)]
            _ = try await bench.store.commit(retreat)
            #expect(try await bench.store.leaseDue(controller: "c2", limit: 10, ttl: .seconds(60)).isEmpty)
            var gone = Example.quiet(lease, version: 2, windowEnd: Example.noon + .seconds(10))
            gone.state = .superseded
            gone.weights = Example.weights(0)
            gone.generation = 2
            gone.decisions = [NewDecision(decision: Example.decision(.confirm, .superseding, .superseded, from: 0, to: 0))]
            _ = try await bench.store.commit(gone)
            let next = try await bench.lease(new.id, by: "c2")
            #expect(try await bench.store.load(new.id).blockedBy == nil)
            _ = try await bench.store.commit(Example.begin(next))
            #expect(try await bench.store.release("checkout").release.id == new.id)
        }
    }

    @Test func releasesOfOtherServicesDoNotWait() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.progressing("v2")
            let other = try await bench.start("b", service: "search")
            #expect(try await bench.store.load(other.id).blockedBy == nil)
            _ = try await bench.lease(other.id)
        }
    }

    @Test func commandsAreRefusedOnceAReleaseHasEnded() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            let lease = try await bench.lease(release.id)
            let queued = try await bench.store.submitCommand(Command(kind: .abort, actor: Example.ann, reason: "no"), to: release.id)
            #expect(queued.command.reason == "no")
            let internalOnly = Command(kind: .supersede, actor: Example.ann, reason: "")
            #expect(await refusal { try await bench.store.submitCommand(internalOnly, to: release.id) }?.code == .invalidInput)
            var end = Example.begin(lease)
            end.state = .aborted
            end.weights = Example.weights(0)
            end.decisions = [NewDecision(decision: Example.decision(.abort, .pending, .aborted, from: 0, to: 0))]
            end.effects = []
            end.consumedCommands = [ConsumedCommand(id: queued.id, decisionIndex: 0)]
            end.dueAt = nil
            _ = try await bench.store.commit(end)
            let error = await refusal {
                try await bench.store.submitCommand(Command(kind: .pause, actor: Example.ann, reason: ""), to: release.id)
            }
            #expect(error?.code == .conflict)
            #expect(error?.reason.contains("aborted") == true)
            #expect(try await bench.store.nextDue(controller: "c1").due == nil)
        }
    }

    @Test func aRetryKeepsTheSalt() async throws {
        try await Bench.prepared { bench in
            let first = try await bench.start()
            var request = StartRequest(
                service: "checkout", revision: "v2", policy: "demo", target: "edge", actor: Example.ann, reason: "again")
            request.parent = first.id
            let second = try await bench.store.startRelease(request)
            #expect(second.salt == first.salt)
            #expect(try await bench.store.release(second.id).parent == first.id)
            #expect(try await bench.start().salt != first.salt)
            request.service = "search"
            request.arms = [ArmRevision(name: Arm.canary, revision: "b")]
            #expect(await refusal { try await bench.store.startRelease(request) }?.code == .invalidInput)
        }
    }

    @Test func listsAreNewestFirstAndPaged() async throws {
        try await Bench.prepared { bench in
            for _ in 0..<3 { _ = try await bench.start() }
            _ = try await bench.start("b", service: "search")
            let store = bench.store
            #expect(try await store.releases().map(\.release.id) == ["search-1", "checkout-3", "checkout-2", "checkout-1"])
            #expect(
                try await store.releases(ReleaseFilter(service: "checkout", limit: 2)).map(\.release.id) == ["checkout-3", "checkout-2"])
            #expect(try await store.releases(ReleaseFilter(service: "checkout", before: "checkout-2")).map(\.release.id) == ["checkout-1"])
            #expect(try await store.releases(ReleaseFilter(states: [.promoted])).isEmpty)
            #expect(try await store.releases(ReleaseFilter(activeOnly: true)).count == 4)
            #expect(try await store.release("checkout").release.id == "checkout-3")
            #expect(try await store.releases()[2].waitingCommands.map(\.command.kind) == [.supersede])
        }
    }

    @Test func aListenerHearsOfStartsAndCommands() async throws {
        try await Bench.prepared { bench in
            var wakeUps = bench.store.wakeUps().makeAsyncIterator()
            #expect(await wakeUps.next() == "")
            let release = try await bench.start()
            #expect(await wakeUps.next() == release.id)
            _ = try await bench.store.submitCommand(Command(kind: .abort, actor: Example.ann, reason: "no"), to: release.id)
            #expect(await wakeUps.next() == release.id)
            let lease = try await bench.lease(release.id)
            _ = try await bench.store.commit(Example.begin(lease))
            #expect(await wakeUps.next() == release.id)
        }
    }
}
