import PostgresClient
import Testing

/// LISTEN and NOTIFY.
@Suite(.timeLimit(.minutes(2))) struct NotificationTests {
    @Test func aNotificationReachesThoseWhoListenInOrder() async throws {
        try await TestDatabase.withClient { client in
            var releases = try await client.notifications(on: ["release", "Odd \"name\""]).makeAsyncIterator()
            var commands = try await client.notifications(on: ["command"]).makeAsyncIterator()
            for (channel, payload) in [("release", "r1"), ("command", "c1"), ("Odd \"name\"", "日本"), ("release", "")] {
                try await client.execute("select pg_notify($1, $2)", [.text(channel), .text(payload)])
            }
            #expect(await releases.next() == .notification(channel: "release", payload: "r1"))
            #expect(await releases.next() == .notification(channel: "Odd \"name\"", payload: "日本"))
            #expect(await releases.next() == .notification(channel: "release", payload: ""))
            #expect(await commands.next() == .notification(channel: "command", payload: "c1"))
        }
    }

    @Test func aRolledBackNotificationIsNone() async throws {
        try await TestDatabase.withClient { client in
            var events = try await client.notifications(on: ["release"]).makeAsyncIterator()
            _ = await thrown {
                try await client.transaction { tx in
                    try await tx.execute("select pg_notify('release', 'never')")
                    throw CancellationError()
                }
            }
            try await client.execute("select pg_notify('release', 'after')")
            #expect(await events.next() == .notification(channel: "release", payload: "after"))
        }
    }

    @Test func aKilledListenerComesBackAndSaysSo() async throws {
        try await TestDatabase.withClient { client in
            var first = try await client.notifications(on: ["release"]).makeAsyncIterator()
            var second = try await client.notifications(on: ["command"]).makeAsyncIterator()
            let killed = try await client.query(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'LISTEN%'")
            #expect(killed.count == 1)
            #expect(await first.next() == .reconnected)
            #expect(await second.next() == .reconnected)
            try await client.execute("select pg_notify('release', 'again'), pg_notify('command', 'too')")
            #expect(await first.next() == .notification(channel: "release", payload: "again"))
            #expect(await second.next() == .notification(channel: "command", payload: "too"))
        }
    }

    @Test func aListenerThatFallsBehindIsTold() async throws {
        try await TestDatabase.withClient { client in
            let notifications = try await client.notifications(on: ["release"])
            var other = try await client.notifications(on: ["end"]).makeAsyncIterator()
            try await client.execute(
                "select pg_notify('release', n::text) from generate_series(1, $1::int) n", [.int(PostgresNotifications.bufferLimit + 500)])
            try await client.execute("select pg_notify('end', '')")
            #expect(await other.next() == .notification(channel: "end", payload: ""))
            var events = notifications.makeAsyncIterator()
            var isTold = false, received = 0
            while received < PostgresNotifications.bufferLimit, !isTold {
                isTold = await events.next() == .reconnected
                received += 1
            }
            #expect(isTold)
        }
    }

    @Test func lettingGoUnlistens() async throws {
        try await TestDatabase.withClient { client in
            var kept = try await client.notifications(on: ["kept"]).makeAsyncIterator()
            let reader = Task {
                for await _ in try await client.notifications(on: ["dropped"]) {}
            }
            let last = "select query from pg_stat_activity where datname = current_database() and query ~ '^(UN)?LISTEN'"
            #expect(try await TestDatabase.eventually { try await client.query(last).only()[0].string() == "LISTEN \"dropped\"" })
            reader.cancel()
            #expect(try await TestDatabase.eventually { try await client.query(last).only()[0].string() == "UNLISTEN \"dropped\"" })
            try await client.execute("select pg_notify('dropped', 'x'), pg_notify('kept', 'y')")
            #expect(await kept.next() == .notification(channel: "kept", payload: "y"))
        }
    }

    @Test func closingEndsTheSequence() async throws {
        try await TestDatabase.withClient { client in
            var events = try await client.notifications(on: ["release"]).makeAsyncIterator()
            await client.close()
            #expect(await events.next() == nil)
        }
    }

    @Test func aChannelThatPostgresWouldCutIsRefused() async throws {
        try await TestDatabase.withClient { client in
            #expect(await code { try await client.notifications(on: [String(repeating: "x", count: 64)]) } == .invalidParameter)
            #expect(await code { try await client.notifications(on: [""]) } == .invalidParameter)
        }
    }
}
