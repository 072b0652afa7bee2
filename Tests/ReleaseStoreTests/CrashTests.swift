import EmbeddedPostgres
import Foundation
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// PostgreSQL is killed while a controller commits. What was answered is there, and every window is there once.
@Suite struct CrashTests {
    static let windows = 60

    @Test(.timeLimit(.minutes(3))) func noCommitIsLostOrDoneTwiceWhenPostgresIsKilled() async throws {
        let folder = "/tmp/tidegate-crash-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let server = EmbeddedPostgres(EmbeddedPostgresConfiguration(folder: folder), logger: quiet)
        let address = try await server.start()
        let admin = PostgresClient(try PostgresConfiguration(address.connectionString), logger: quiet)
        let app = PostgresClient(try PostgresConfiguration(address.with(user: "tidegate").connectionString), logger: quiet)
        do {
            try await ReleaseStore.migrate(admin, logger: quiet)
            try await ReleaseStore.prepareRoles(admin)
            let bench = Bench(address: address, admin: admin, app: app, store: try await ReleaseStore.open(app, logger: quiet))
            try await run(bench, server)
        } catch {
            await app.close()
            await admin.close()
            try await server.stop()
            throw error
        }
        await app.close()
        await admin.close()
        try await server.stop()
    }

    private func run(_ bench: Bench, _ server: EmbeddedPostgres) async throws {
        try await bench.store.applyTarget(Example.target, actor: Example.ann)
        _ = try await bench.store.applyPolicy(source: "", policy: Example.policy, actor: Example.ann)
        try await bench.store.register(Example.controller("c1"))
        let (release, lease) = try await bench.progressing()
        // However slow the machine is, the lease is not what this is about.
        _ = try await bench.store.renew(lease, ttl: .seconds(3600))

        let committing = Task {
            var answered = 0
            for number in 1...Self.windows {
                while true {
                    do {
                        _ = try await bench.store.commit(Self.step(lease, number))
                        answered += 1
                        break
                    } catch let error as ReleaseError where error.code == .conflict {
                        break  // the answer was lost, the commit was not
                    } catch let error as ReleaseError where error.code == .unavailable {
                        continue
                    }
                }
                if number % 25 == 0, let process = await server.processID { kill(process, SIGKILL) }
            }
            return answered
        }
        let answered = try await committing.value
        #expect(answered > 0)

        let record = try await recovered { try await bench.store.load(release.id) }
        #expect(record.version == Int64(Self.windows + 1))
        let decisions = try await bench.store.decisions(release: release.id, limit: 1000)
        #expect(decisions.map(\.sequence) == Array(1...Int64(Self.windows + 1)))
        #expect(Set(decisions.map(\.decision.time)).count == Self.windows + 1)
        #expect(try await bench.store.polls(release: release.id, limit: 1000).count == Self.windows)
        #expect(record.pendingEffects.map(\.key) == ["generation 1"] + (1...Self.windows).map { "window \($0)" })
        for decision in decisions.dropFirst() {
            #expect(try await bench.store.decision(decision.id).evidence == [UInt8](decision.decision.reason.utf8))
        }
    }

    /// One window with a decision, its evidence and an effect.
    private static func step(_ lease: Lease, _ number: Int) -> Commit {
        let end = Example.noon + .seconds(Double(number) * 10)
        var step = Example.quiet(lease, version: Int64(number), windowEnd: end)
        let decision = Example.decision(.hold, .progressing, .progressing, reason: "window \(number)", at: end)
        step.decisions = [NewDecision(decision: decision, evidence: [UInt8](decision.reason.utf8))]
        step.effects = [NewEffect(key: "window \(number)", kind: "notify", payload: [:], decisionIndex: 0)]
        return step
    }

    /// The answer once the server is back.
    private func recovered<Value>(_ body: () async throws -> Value) async throws -> Value {
        let deadline = ContinuousClock.now + .seconds(60)
        while true {
            do { return try await body() } catch let error as ReleaseError
                where error.code == .unavailable && ContinuousClock.now < deadline
            {}
        }
    }
}
