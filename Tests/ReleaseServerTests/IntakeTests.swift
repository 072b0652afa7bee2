import HTTPClient
import ReleaseModel
import ReleaseServer
import ReleaseStore
import ServiceLifecycle
import Testing

@Suite struct IntakeTests {
    private static func push(
        _ lines: [String], at time: Timestamp, labels: JSONValue = ["service": "checkout", "revision": "v42", "instance": "i-1"]
    ) -> JSONValue {
        ["streams": [["stream": labels, "values": .array(lines.map { [.string("\(time.microseconds)000"), .string($0)] })]]]
    }

    @Test func pushedLinesBecomeCounts() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let now = try await server.store.now()
            for _ in 0..<2 {
                let answer = try await server.call(
                    .post, "/loki/api/v1/push", as: .intake,
                    json: Self.push(["ERROR payment 17 failed", "ERROR payment 18 failed", "INFO started"], at: now))
                #expect(answer.status == 204)
            }
            let counts = try await server.counts(atLeast: 6, after: now)
            #expect(counts.reduce(0) { $0 + $1.count.count } == 6)
            #expect(Set(counts.map(\.revision)) == ["v42"])
            #expect(counts.contains { $0.count.severity == .error })
        }
    }

    @Test func linesOfTextAreTaken() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let now = try await server.store.now()
            let answer = try await server.call(
                .post, "/v1/logs?service=checkout&revision=v42&instance=i-1", as: .intake,
                body: Array("WARN slow\n{\"message\":\"quick\"}\n".utf8))
            #expect(answer.status == 204)
            #expect(try await server.counts(atLeast: 2, after: now).count == 2)
        }
    }

    @Test func whatCannotBeReadIsRefusedAndCounted() async throws {
        var limits = ServerLimits()
        limits.intakeBodyBytes = 1000
        try await RunningServer.run(limits: limits) { (server: RunningServer) async throws -> Void in
            let now = try await server.store.now()
            func refused(_ status: Int, _ body: [UInt8], _ headers: [HTTPHeader] = [HTTPHeader("Content-Type", "application/json")])
                async throws
            {
                let answer = try await server.call(.post, "/loki/api/v1/push", as: .intake, body: body, headers: headers)
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.errorCode != nil)
            }
            try await refused(400, Array("nonsense".utf8))
            try await refused(400, Self.push(["x"], at: now, labels: ["service": "checkout"]).canonicalBytes)
            try await refused(400, Self.push(["x"], at: now, labels: ["service": "check out", "revision": "v42"]).canonicalBytes)
            try await refused(413, [UInt8](repeating: 32, count: 1001))
            try await refused(415, [1, 2, 3], [HTTPHeader("Content-Type", "application/x-protobuf")])
            try await refused(415, [1, 2, 3], [HTTPHeader("Content-Type", "application/json"), HTTPHeader("Content-Encoding", "gzip")])
            let metrics = try await server.call(.get, "/metrics").text
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="malformed"} 1"#))
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="unlabelled"} 2"#))
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="too_large"} 1"#))
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="encoding"} 2"#))
            #expect(metrics.contains("tidegate_intake_lines_total 0\n"))
        }
    }

    @Test func tooManyPushesAtOnceAreTurnedAway() async throws {
        var limits = ServerLimits()
        limits.pushes = 0
        try await RunningServer.run(limits: limits) { (server: RunningServer) async throws -> Void in
            let answer = try await server.call(.post, "/v1/logs?service=a&revision=b", as: .intake, body: Array("x".utf8))
            #expect(answer.status == 429)
            #expect(try await server.call(.get, "/metrics").text.contains(#"tidegate_intake_refused_total{reason="busy"} 1"#))
        }
    }

    @Test func whatWasCountedIsWrittenWhenTheServerStops() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let now = try await server.store.now()
            #expect(
                try await server.call(.post, "/v1/logs?service=checkout&revision=v42", as: .intake, body: Array("ERROR last words".utf8))
                    .status == 204)
            await server.group.triggerGracefulShutdown()
            #expect(try await server.counts(atLeast: 1, after: now).count == 1)
        }
    }
}

extension RunningServer {
    /// Polls the store until so many lines were counted.
    func counts(atLeast count: Int, after time: Timestamp) async throws -> [RevisionLogCount] {
        let deadline = ContinuousClock.now + .seconds(20)
        var found: [RevisionLogCount] = []
        while ContinuousClock.now < deadline {
            found = try await store.logCounts(
                service: "checkout", revisions: ["v42"], after: time - .seconds(60), through: time + .seconds(60))
            if found.reduce(0, { $0 + $1.count.count }) >= count { break }
            await Task.yield()
        }
        return found
    }
}
