import Hashing
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

@Suite struct CommitTests {
    @Test func everythingOfAStepIsThere() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            let command = try await bench.store.submitCommand(Command(kind: .pause, actor: Example.ann, reason: "lunch"), to: release.id)
            var step = Example.quiet(lease, version: 1)
            step.state = .paused
            step.decisions = [NewDecision(decision: Example.decision(.pause, .progressing, .paused), evidence: Example.evidence)]
            step.consumedCommands = [ConsumedCommand(id: command.id, decisionIndex: 0)]
            step.effects = [NewEffect(key: "1", kind: "notify", payload: ["to": "ann"], decisionIndex: 0)]
            let result = try await bench.store.commit(step)
            #expect(result.version == 2)

            let record = try await bench.store.load(release.id)
            #expect(record.release.state == .paused)
            #expect(record.version == 2)
            #expect(record.engineState == ["stage": 0])
            #expect(record.rolling(of: "HealthScore") == RollingState(plugin: "HealthScore", version: "1.0", state: ["wealth": 1.25]))
            #expect(record.lastWindowEnd == Example.noon)
            #expect(record.commands.isEmpty)
            #expect(record.pendingEffects.map(\.kind) == ["setWeights", "notify"])
            #expect(record.pendingEffects.map(\.id).last == result.effectIDs[0])
            #expect(record.policy == Example.policy)
            #expect(record.target == Example.target)
            #expect(record.release.arms.map(\.weight.basisPoints) == [9500, 500])

            let decisions = try await bench.store.decisions(release: release.id)
            #expect(decisions.map(\.sequence) == [1, 2])
            #expect(decisions[1].decision == step.decisions[0].decision)
            #expect(decisions[1].id == result.decisionIDs[0])
            #expect(decisions[1].leaseTerm == lease.term)
            #expect(decisions[1].policyDigest == release.policyDigest)
            let overview = try await bench.store.release(release.id)
            #expect(overview.lastDecision == decisions[1])
            #expect(overview.lastPoll?.outcome == ["score": 91.5])
            #expect(try await bench.store.polls(release: release.id).map(\.verdict) == [.inconclusive])
        }
    }

    @Test func theNewestPollsSayHowTheMetricStoresAre() async throws {
        try await Bench.prepared { bench in
            let (_, lease) = try await bench.progressing()
            #expect(try await bench.store.providers().isEmpty)
            var step = Example.quiet(lease, version: 1)
            step.poll?.outcome = ["provider": ["place": "http://prom:9090", "breaker": "open", "faults": ["timedOut": 7]]]
            _ = try await bench.store.commit(step)
            let providers = try await bench.store.providers()
            #expect(providers.map(\.place) == ["http://prom:9090"])
            #expect(providers.first?.standing["faults"]?["timedOut"]?.number == 7)
            #expect(providers.first?.windowEnd == Example.noon)
        }
    }

    @Test func anErrorInTheLastPartLeavesNothing() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            let tables = ["decision", "evidence", "outbox", "poll", "rolling_state", "history_entry"]
            var before: [Int] = []
            for table in tables { before.append(try await bench.count(table)) }
            var step = Example.quiet(lease, version: 1)
            step.state = .rollingBack
            step.weights = Example.weights(0)
            step.decisions = [NewDecision(decision: Example.decision(.rollback, .progressing, .rollingBack, to: 0), evidence: [1, 2, 3])]
            step.effects = [NewEffect(key: "generation 2", kind: "setWeights", payload: [:], replacesEarlier: true)]
            step.consumedCommands = [ConsumedCommand(id: 999)]
            #expect(await refusal { try await bench.store.commit(step) }?.code == .conflict)
            for (table, count) in zip(tables, before) { #expect(try await bench.count(table) == count, "\(table)") }
            let record = try await bench.store.load(release.id)
            #expect(record.version == 1)
            #expect(record.release.state == .progressing)
            #expect(record.release.arms[1].weight.basisPoints == 500)
            step.consumedCommands = []
            _ = try await bench.store.commit(step)
            #expect(try await bench.store.load(release.id).release.state == .rollingBack)
        }
    }

    @Test func aWindowIsRecordedOnce() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            _ = try await bench.store.commit(Example.quiet(lease, version: 1))
            for (version, end) in [(1, Example.noon), (2, Example.noon), (2, Example.noon - .seconds(10))] {
                let replay = Example.quiet(lease, version: Int64(version), windowEnd: end)
                let json = try replay.json().canonicalText
                #expect(await sqlState { _ = try await bench.app.query("SELECT tidegate.commit($1)", [.json(json)]) } == "TG005")
                #expect(await refusal { try await bench.store.commit(replay) }?.code == .conflict)
            }
            _ = try await bench.store.commit(Example.quiet(lease, version: 2, windowEnd: Example.noon + .seconds(10)))
            #expect(try await bench.store.polls(release: release.id).count == 2)
        }
    }

    @Test func aCommitFromAnOldReadingIsRefused() async throws {
        try await Bench.prepared { bench in
            let (_, lease) = try await bench.progressing()
            let json = try Example.begin(lease, version: 0).json().canonicalText
            #expect(await sqlState { _ = try await bench.app.query("SELECT tidegate.commit($1)", [.json(json)]) } == "TG004")
        }
    }

    @Test func ofTwoCommitsAtTheSameTimeOneWins() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            let lease = try await bench.lease(release.id)
            let wins = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 { group.addTask { (try? await bench.store.commit(Example.begin(lease))) != nil } }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
            #expect(try await bench.count("decision") == 1)
            #expect(try await bench.count("outbox") == 1)
        }
    }

    @Test func stateAndWeightsChangeOnlyByDecisions() async throws {
        try await Bench.prepared { bench in
            let (_, lease) = try await bench.progressing()
            var silent = Example.quiet(lease, version: 1)
            silent.state = .paused
            var heavier = Example.quiet(lease, version: 1)
            heavier.weights = Example.weights(2500)
            var elsewhere = Example.quiet(lease, version: 1)
            elsewhere.state = .paused
            elsewhere.decisions = [NewDecision(decision: Example.decision(.pause, .baking, .paused))]
            var older = Example.quiet(lease, version: 1)
            older.generation = 0
            for step in [silent, heavier, elsewhere] {
                let json = try step.json().canonicalText
                #expect(await sqlState { _ = try await bench.app.query("SELECT tidegate.commit($1)", [.json(json)]) } == "TG007")
            }
            #expect(await refusal { try await bench.store.commit(older) }?.code == .conflict)
        }
    }

    @Test func severalDecisionsOfOneStepFollowEachOther() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            var step = Example.quiet(lease, version: 1)
            step.state = .rolledBack
            step.weights = Example.weights(0)
            step.generation = 2
            step.decisions = [
                NewDecision(decision: Example.decision(.rollback, .progressing, .rollingBack, to: 0), evidence: Example.evidence),
                NewDecision(decision: Example.decision(.confirm, .rollingBack, .rolledBack, from: 0, to: 0), evidence: Example.evidence),
            ]
            step.effects = [
                NewEffect(key: "generation 2", kind: "setWeights", payload: [:], decisionIndex: 0, replacesEarlier: true),
                NewEffect(key: "n", kind: "notify", payload: [:], decisionIndex: 1),
            ]
            _ = try await bench.store.commit(step)
            let overview = try await bench.store.release(release.id)
            #expect(overview.release.state == .rolledBack)
            #expect(overview.endedAt != nil)
            // The first stage's weights are no longer to be applied; what replaced them still is, though the release has ended.
            #expect(try await bench.store.effects(release: release.id).map(\.state) == [.dropped, .pending, .pending])
            #expect(try await bench.lease(release.id).term == lease.term)
        }
    }

    @Test func anEffectWithAKnownKeyIsNotRepeated() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            let done = try await bench.store.claimEffects(lease)
            #expect(done.map(\.attempts) == [1])
            try await bench.store.recordOutcome(effect: done[0].id, lease: lease, result: .done, outcome: ["nodes": 2])
            var step = Example.quiet(lease, version: 1)
            step.effects = Example.begin(lease).effects
            step.effects[0].decisionIndex = nil
            #expect(try await bench.store.commit(step).effectIDs == [done[0].id])
            #expect(try await bench.store.claimEffects(lease).isEmpty)
            #expect(try await bench.store.effects(release: release.id).map(\.outcome) == [["nodes": 2]])
            #expect(
                await refusal { try await bench.store.recordOutcome(effect: done[0].id, lease: lease, result: .done, outcome: [:]) }?.code
                    == .conflict)
        }
    }

    @Test func aFailedAttemptIsTriedAgainAndEveryAttemptIsKept() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            let first = try await bench.store.claimEffects(lease)[0]
            let later = try await bench.store.now() + .seconds(3600)
            try await bench.store.recordOutcome(effect: first.id, lease: lease, result: .retry(at: later), outcome: ["error": "refused"])
            #expect(try await bench.store.claimEffects(lease).isEmpty)
            #expect(try await bench.store.load(release.id).pendingEffects.map(\.nextAttemptAt) == [later])
            try await bench.admin.execute("UPDATE tidegate.outbox SET next_attempt_at = now()")
            let second = try await bench.store.claimEffects(lease)[0]
            #expect(second.attempts == 2)
            // A crash of the holder: the next one finds it and does it again.
            try await bench.expire(lease)
            try await bench.admin.execute("UPDATE tidegate.release_state SET due_at = now()")
            let heir = try await bench.lease(release.id, by: "c2")
            #expect(try await bench.store.claimEffects(heir).map(\.attempts) == [3])
            try await bench.store.recordOutcome(effect: first.id, lease: heir, result: .failed, outcome: [:])
            #expect(try await bench.store.effectOutcomes(effect: first.id).map(\.result) == ["retry", "failed"])
            #expect(try await bench.store.effectOutcomes(effect: first.id).map(\.leaseTerm) == [1, 2])
        }
    }

    @Test func aNotificationIsFencedByItsAttemptAndNotByTheLease() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            var step = Example.quiet(lease, version: 1)
            step.effects = [NewEffect(key: "n", kind: "notify", payload: [:], decisionIndex: nil)]
            step.releaseLease = true
            _ = try await bench.store.commit(step)
            let claimed = try await bench.store.claimNotifications(of: release.id, hidden: .seconds(60))
            #expect(claimed.map(\.attempts) == [1])
            // While it is under way nobody else tries it, whoever holds the lease meanwhile.
            #expect(try await bench.store.claimNotifications(of: release.id, hidden: .seconds(60)).isEmpty)
            let later = try await bench.store.now() + .seconds(3600)
            try await bench.store.recordNotification(claimed[0], controller: "c1", result: .retry(at: later), outcome: ["status": 503])
            try await bench.admin.execute("UPDATE tidegate.outbox SET next_attempt_at = now() WHERE kind = 'notify'")
            let second = try await bench.store.claimNotifications(of: release.id, hidden: .seconds(60))
            // The second attempt is lost with its controller; the third is made, and the second comes too late.
            try await bench.admin.execute("UPDATE tidegate.outbox SET next_attempt_at = now() WHERE kind = 'notify'")
            let third = try await bench.store.claimNotifications(of: release.id, hidden: .seconds(60))
            #expect(third.map(\.attempts) == [3])
            let late = await refusal {
                try await bench.store.recordNotification(second[0], controller: "c1", result: .done, outcome: [:])
            }
            #expect(late?.code == .conflict)
            try await bench.store.recordNotification(third[0], controller: "c2", result: .done, outcome: ["status": 200])
            #expect(try await bench.store.effectOutcomes(effect: third[0].id).map(\.result) == ["retry", "done"])
            #expect(try await bench.store.claimNotifications(of: release.id, hidden: .seconds(60)).isEmpty)
        }
    }

    @Test func aReleaseWithUnfinishedEffectsIsDueAtOnceAndOtherwiseWhenTheEngineAsked() async throws {
        try await Bench.prepared { bench in
            let release = try await bench.start()
            let lease = try await bench.lease(release.id)
            let later = try await bench.store.now() + .seconds(3600)
            var begin = Example.begin(lease)
            begin.dueAt = later
            begin.releaseLease = true
            _ = try await bench.store.commit(begin)
            // The lease went with the commit; another controller carries the effect out.
            let next = try await bench.lease(release.id, by: "c2")
            let effect = try await bench.store.claimEffects(next, kind: "setWeights")[0]
            #expect(try await bench.store.claimEffects(next, kind: "notify").isEmpty)
            try await bench.store.recordOutcome(effect: effect.id, lease: next, result: .done, outcome: [:])
            #expect(try await bench.store.release(release.id).dueAt == later)
        }
    }

    @Test func whatIsTooLargeIsRefused() async throws {
        try await Bench.prepared { bench in
            let (_, lease) = try await bench.progressing()
            var rolling = Example.quiet(lease, version: 1)
            rolling.rolling[0].state = .string(String(repeating: "x", count: RollingState.maximumBytes))
            #expect(await refusal { try await bench.store.commit(rolling) }?.code == .limitExceeded)
            let json = try rolling.json().canonicalText
            #expect(await sqlState { _ = try await bench.app.query("SELECT tidegate.commit($1)", [.json(json)]) } == "23514")
            var outcome = Example.quiet(lease, version: 1)
            outcome.poll?.outcome = .string(String(repeating: "x", count: PollRow.maximumOutcomeBytes))
            #expect(await refusal { try await bench.store.commit(outcome) }?.code == .limitExceeded)
        }
    }

    @Test func textsThatPostgresCannotHoldAreKeptReadable() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            var step = Example.quiet(lease, version: 1)
            step.engineState = ["seen": "a\0b"]
            step.rolling[0].state = ["template": "NUL \0 here"]
            step.decisions = [NewDecision(decision: Example.decision(.error, .progressing, .progressing, reason: "plugin said \0"))]
            _ = try await bench.store.commit(step)
            let record = try await bench.store.load(release.id)
            #expect(record.engineState == ["seen": "a\0b"])
            #expect(record.rolling[0].state == ["template": "NUL \0 here"])
            #expect(try await bench.store.decisions(release: release.id).last?.decision.reason == "plugin said \u{FFFD}")
        }
    }

    @Test func promotionMakesTheRevisionStable() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            var early = Example.quiet(lease, version: 1)
            early.promote = "v2"
            #expect(await refusal { try await bench.store.commit(early) }?.code == .invalidInput)
            var bake = Example.quiet(lease, version: 1)
            bake.state = .baking
            bake.weights = Example.weights(10_000)
            bake.generation = 2
            bake.decisions = [NewDecision(decision: Example.decision(.bake, .progressing, .baking, to: 10_000))]
            _ = try await bench.store.commit(bake)
            // Somebody has asked for the next one meanwhile; it will begin from the new stable revision.
            let waiting = try await bench.start("v3")
            let pointless = try await bench.start("v2")
            var done = Example.quiet(lease, version: 2, windowEnd: Example.noon + .seconds(10))
            done.state = .promoted
            done.weights = Example.weights(10_000)
            done.generation = 2
            done.decisions = [NewDecision(decision: Example.decision(.complete, .baking, .promoted, from: 10_000, to: 10_000))]
            done.promote = "v2"
            _ = try await bench.store.commit(done)
            #expect(try await bench.store.target("edge").services[0].stable == "v2")
            #expect(try await bench.store.release(waiting.id).release.arms.map(\.revision) == ["v2", "v3"])
            #expect(try await bench.store.load(pointless.id).commands.map(\.command.kind) == [.abort])
            #expect(try await bench.store.release(release.id).release.state == .promoted)
            #expect(await refusal { try await bench.start("v2") }?.code == .conflict)
        }
    }
}
