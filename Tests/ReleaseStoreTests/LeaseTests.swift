import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct LeaseTests {
    @Test func ofTwoControllersOneGetsTheLease() async throws {
        try await Bench.prepared { bench in
            for number in 0..<3 { _ = try await bench.store.startRelease(request(number)) }
            let store = bench.store
            async let left = store.leaseDue(controller: "c1", limit: 10, ttl: .seconds(60))
            async let right = store.leaseDue(controller: "c2", limit: 10, ttl: .seconds(60))
            let leases = try await left + right
            #expect(Set(leases.map(\.release)).count == leases.count, "no release twice")
        }
    }

    private func request(_ number: Int) -> StartRequest {
        let services = ["checkout", "search"]
        return StartRequest(
            service: services[number % 2], revision: number % 2 == 0 ? "v2" : "b", policy: "demo", target: "edge", actor: Example.ann,
            reason: "r")
    }

    @Test func aTakenOverLeaseHasANewTermAndTheOldHolderIsRefused() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            let old = try await bench.lease(release.id, by: "c1")
            #expect(old.term == 1)
            #expect(try await bench.store.leaseDue(controller: "c2", limit: 10, ttl: .seconds(60)).isEmpty)
            try await bench.expire(old)
            let new = try await bench.lease(release.id, by: "c2")
            #expect(new.term == 2)
            for error in [
                await refusal { try await bench.store.commit(Example.begin(old)) },
                await refusal { try await bench.store.renew(old, ttl: .seconds(60)) },
                await refusal { try await bench.store.claimEffects(old) },
                await refusal { try await bench.store.recordOutcome(effect: 1, lease: old, result: .done, outcome: [:]) },
                await refusal { try await bench.store.releaseLease(old) },
            ] { #expect(error?.code == .leaseLost) }
            #expect(try await bench.count("decision") == 0)
            _ = try await bench.store.commit(Example.begin(new))
        }
    }

    @Test func anExpiredLeaseIsRefusedThoughNobodyTookIt() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            let lease = try await bench.lease(release.id)
            try await bench.expire(lease)
            let error = await refusal { try await bench.store.commit(Example.begin(lease)) }
            #expect(error?.code == .leaseLost)
            #expect(error?.reason.contains("was over") == true)
            let json = try Example.begin(lease).json().canonicalText
            #expect(await sqlState { _ = try await bench.app.query("SELECT tidegate.commit($1)", [.json(json)]) } == "TG001")
            // Taking it again, even by the same controller, is a new term.
            #expect(try await bench.lease(release.id).term == 2)
        }
    }

    @Test func ownLeasesAreRenewedUnderTheirTerm() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            let first = try await bench.store.leaseDue(controller: "c1", limit: 1, ttl: .seconds(5))[0]
            let again = try await bench.store.leaseDue(controller: "c1", limit: 1, ttl: .seconds(60))[0]
            #expect(again.term == first.term)
            #expect(again.expiresAt > first.expiresAt)
            #expect(try await bench.store.leaseDue(controller: "c1", limit: 1, ttl: .seconds(60), excluding: [release.id]).isEmpty)
            #expect(try await bench.store.renew(again, ttl: .seconds(600)).expiresAt > again.expiresAt)
        }
    }

    @Test func aReturnedLeaseIsFreeAndDueWhenAsked() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            let effect = try await bench.store.claimEffects(lease)[0]
            try await bench.store.recordOutcome(effect: effect.id, lease: lease, result: .done, outcome: [:])
            let later = try await bench.store.now() + .seconds(3600)
            try await bench.store.releaseLease(lease, nextDue: later)
            #expect(try await bench.store.leaseDue(controller: "c2", limit: 10, ttl: .seconds(60)).isEmpty)
            #expect(try await bench.store.nextDue(controller: "c2").due == later)
            _ = try await bench.store.submitCommand(Command(kind: .pause, actor: Example.ann, reason: "lunch"), to: release.id)
            #expect(try await bench.lease(release.id, by: "c2").term == 2)
        }
    }

    @Test func theOverviewShowsTheLeaseWhileItLasts() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            #expect(try await bench.store.release(release.id).lease == nil)
            let lease = try await bench.lease(release.id)
            #expect(try await bench.store.release(release.id).lease == lease)
            try await bench.expire(lease)
            #expect(try await bench.store.release(release.id).lease == nil)
            #expect(try await bench.store.controllers().map(\.identity.id).sorted() == ["c1", "c2"])
        }
    }

    @Test func anUnknownControllerLeasesNothing() async throws {
        try await Bench.prepared { bench in
            _ = try await bench.start()
            #expect(await refusal { try await bench.store.leaseDue(controller: "nobody", limit: 1, ttl: .seconds(1)) }?.code == .conflict)
        }
    }
}
