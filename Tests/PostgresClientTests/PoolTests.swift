import PostgresClient
import Synchronization
import Testing

/// Few connections for many tasks, and nobody's thread is blocked.
@Suite(.timeLimit(.minutes(2))) struct PoolTests {
    @Test func manyTasksShareFewConnections() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 4 }) { client in
            try await client.execute("create table counter (n int not null)")
            try await client.execute("insert into counter values (0)")
            let backends = try await withThrowingTaskGroup(of: Int.self) { group in
                for task in 0..<64 {
                    group.addTask {
                        if task % 2 == 0 {
                            try await client.transaction { tx in
                                let value = try await tx.query("select n from counter for update").only()[0].int()
                                try await tx.execute("update counter set n = $1", [.int(value + 1)])
                            }
                        }
                        return try await client.query("select pg_backend_pid()").only()[0].int()
                    }
                }
                return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
            }
            #expect(backends.count <= 4)
            #expect(try await client.query("select n from counter").only()[0].int() == 32)
        }
    }

    /// More statements wait in libpq than Swift has threads, and tasks still run.
    @Test func waitingStatementsBlockNoTask() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 24 }) { client in
            try await client.withConnection { holder in
                try await holder.query("select pg_advisory_lock(1)")
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for _ in 0..<20 {
                        group.addTask { _ = try await client.query("select pg_advisory_lock_shared(1), pg_advisory_unlock_shared(1)") }
                    }
                    #expect(try await TestDatabase.waitForBusyBackends(20, client))
                    let sum = await withTaskGroup(of: Int.self) { inner in
                        for number in 0..<100 { inner.addTask { number } }
                        return await inner.reduce(0, +)
                    }
                    #expect(sum == 4950)
                    try await holder.query("select pg_advisory_unlock(1)")
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test func aBusyPoolIsAnErrorAndThenUsableAgain() async throws {
        try await TestDatabase.withClient({ ($0.maximumConnections, $0.acquireTimeout) = (1, .seconds(3)) }) { client in
            try await client.withConnection { _ in
                #expect(await code { try await client.query("select 1") } == .poolExhausted)
            }
            #expect(try await client.query("select 1").count == 1)
        }
    }

    @Test func cancellingAWaitingTaskCostsNoConnection() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 1 }) { client in
            try await client.withConnection { _ in
                let waiting = (0..<8).map { _ in Task { try await client.query("select 1") } }
                for task in waiting { task.cancel() }
                for task in waiting { #expect(await thrown { try await task.value } is CancellationError) }
            }
            for _ in 0..<3 { #expect(try await client.query("select 1").count == 1) }
        }
    }

    @Test func cancellingARunningStatementEndsItOnTheServer() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 2 }) { client async throws in
            let task = Task { try await client.query("select pg_sleep(60)") }
            #expect(try await TestDatabase.waitForBusyBackends(1, client))
            task.cancel()
            #expect(await thrown { try await task.value } is CancellationError)
            let sleeping =
                "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active' and datname = current_database()"
            #expect(try await client.query(sleeping).only()[0].int() == 0)
        }
    }

    @Test func closingWaitsForRunningWorkAndRefusesNewWork() async throws {
        try await TestDatabase.withClient { client async throws in
            let started = Mutex(false)
            let running = Task {
                try await client.transaction { tx in
                    try await tx.query("select 1")
                    started.withLock { $0 = true }
                    while await code({ try await client.query("select 1") }) != .closed { await Task.yield() }
                    return try await tx.query("select 42").only()[0].int()
                }
            }
            #expect(try await TestDatabase.eventually { started.withLock { $0 } })
            await client.close(deadline: .seconds(30))
            #expect(try await running.value == 42)
            #expect(await code { try await client.query("select 1") } == .closed)
            #expect(await code { try await client.notifications(on: ["a"]) } == .closed)
        }
    }

    @Test func closingPastItsDeadlineEndsWhatRuns() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 2 }) { client async throws in
            let running = Task { try await client.query("select pg_sleep(60)") }
            #expect(try await TestDatabase.waitForBusyBackends(1, client))
            await client.close(deadline: .milliseconds(10))
            #expect(await code { try await running.value } == .closed)
        }
    }

    @Test func closingFailsThoseWhoWait() async throws {
        try await TestDatabase.withClient({ $0.maximumConnections = 1 }) { client in
            let waiting = try await client.withConnection { _ in
                let waiting = Task { try await client.query("select 1") }
                let closing = Task { await client.close(deadline: .seconds(30)) }
                #expect(await code { try await waiting.value } == .closed)
                return closing
            }
            await waiting.value
        }
    }
}
