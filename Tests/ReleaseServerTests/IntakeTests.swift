import Compression
import Foundation
import HTTPClient
import ReleaseModel
import ReleaseServer
import ReleaseStore
import ServiceLifecycle
import Synchronization
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
            let protobuf = HTTPHeader("Content-Type", "application/x-protobuf")
            try await refused(400, [1, 2, 3], [protobuf])
            try await refused(400, Snappy.compress([0xff, 1, 2]), [protobuf])
            // A Snappy block that says it holds four gigabytes, and a gzip file of a megabyte in a kilobyte.
            try await refused(413, [0xff, 0xff, 0xff, 0xff, 0x0f, 0], [protobuf])
            let gzip = HTTPHeader("Content-Encoding", "gzip")
            try await refused(
                413, Gzip.compress([UInt8](repeating: 32, count: 200_000)), [HTTPHeader("Content-Type", "application/json"), gzip])
            try await refused(400, [1, 2, 3], [HTTPHeader("Content-Type", "application/json"), gzip])
            try await refused(415, [1, 2, 3], [HTTPHeader("Content-Type", "application/json"), HTTPHeader("Content-Encoding", "br")])
            try await refused(415, [1, 2, 3], [HTTPHeader("Content-Type", "text/html")])
            let metrics = try await server.call(.get, "/metrics").text
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="malformed"} 4"#))
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="unlabelled"} 2"#))
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="too_large"} 3"#))
            #expect(metrics.contains(#"tidegate_intake_refused_total{reason="encoding"} 2"#))
            #expect(metrics.contains("tidegate_intake_lines_total 0\n"))
        }
    }

    @Test func everyFormatAndEncodingIsCounted() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let now = try await server.store.now()
            let loki = Self.push(["ERROR payment failed"], at: now).canonicalBytes
            let otlp: JSONValue = [
                "resourceLogs": [
                    [
                        "resource": [
                            "attributes": [
                                ["key": "service.name", "value": ["stringValue": "checkout"]],
                                ["key": "service.version", "value": ["stringValue": "v42"]],
                            ]
                        ],
                        "scopeLogs": [
                            [
                                "logRecords": [
                                    [
                                        "timeUnixNano": .string("\(now.microseconds)000"), "severityNumber": 17,
                                        "body": ["stringValue": "payment failed"],
                                    ]
                                ]
                            ]
                        ],
                    ]
                ]
            ]
            let json = HTTPHeader("Content-Type", "application/json")
            let gzip = HTTPHeader("Content-Encoding", "gzip")
            func push(_ path: String, _ body: [UInt8], _ headers: [HTTPHeader], status: Int, text: String) async throws {
                let answer = try await server.call(.post, path, as: .intake, body: body, headers: headers)
                #expect(answer.status == status, "\(answer.text)")
                #expect(answer.text == text)
            }
            try await push("/loki/api/v1/push", loki, [json], status: 204, text: "")
            try await push("/loki/api/v1/push", Gzip.compress(loki), [json, gzip], status: 204, text: "")
            try await push("/v1/logs", otlp.canonicalBytes, [json], status: 200, text: "{}")
            try await push("/v1/logs", Gzip.compress(otlp.canonicalBytes), [json, gzip], status: 200, text: "{}")
            try await push(
                "/v1/logs?service=checkout&revision=v42", Gzip.compress(Array("ERROR payment failed\n".utf8)),
                [HTTPHeader("Content-Type", "application/x-ndjson"), gzip], status: 204, text: "")
            let counts = try await server.counts(atLeast: 5, after: now)
            #expect(counts.reduce(0) { $0 + $1.count.count } == 5)
            #expect(counts.allSatisfy { $0.count.severity == .error })
            #expect(counts.contains { $0.count.sample?.contains("payment failed") == true })
        }
    }

    @Test func aBodyThatComesTooSlowlyIsGivenUp() async throws {
        var limits = ServerLimits()
        limits.bodyDeadline = .milliseconds(200)
        try await RunningServer.run(limits: limits) { (server: RunningServer) async throws -> Void in
            let port = try #require(URL(string: server.url)?.port)
            let token = try #require(server.tokens[.intake])
            let answer = try await RawConnection(port: port).exchange(
                "POST /loki/api/v1/push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer \(token)\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 50\r\n\r\n{")
            #expect(answer.hasPrefix("HTTP/1.1 408"), "\(answer)")
            #expect(try await server.call(.get, "/metrics").text.contains(#"tidegate_intake_refused_total{reason="slow"} 1"#))
        }
    }

    @Test func aTokenThatPushesTooFastWaits() async throws {
        var limits = ServerLimits()
        limits.intakeLinesPerSecond = 1
        let start = RunningServer.wallClock()
        let time = Mutex(start)
        try await RunningServer.run(limits: limits, now: { time.withLock { $0 } }) { (server: RunningServer) async throws -> Void in
            func push(_ lines: Int) async throws -> RunningServer.Answer {
                try await server.call(
                    .post, "/v1/logs?service=checkout&revision=v42", as: .intake,
                    body: Array(String(repeating: "ERROR x\n", count: lines).utf8))
            }
            // Four seconds' worth and the body that overdraws them; then 6 s of debt.
            #expect(try await push(10).status == 204)
            let refused = try await push(1)
            #expect(refused.status == 429)
            #expect(refused.response.header("Retry-After") == "6")
            #expect(try await server.call(.get, "/metrics").text.contains(#"tidegate_intake_refused_total{reason="rate"} 1"#))
            time.withLock { $0 = start + .seconds(7) }
            #expect(try await push(1).status == 204)
        }
    }

    @Test func eventsOfSequencesAreKeptInTheirOrder() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            var policy = Fixtures.policy
            policy.logs = PluginUse(
                plugin: "LogSignals",
                configuration: [
                    "sequences": [
                        ["name": "retries", "pattern": "\"payment failed\" then 2 times \"retry\"", "within": "5m", "by": "user"]
                    ]
                ])
            try await Fixtures.prepare(server.store)
            _ = try await server.store.applyPolicy(source: "with sequences", policy: policy, actor: Fixtures.actor)
            _ = try await Fixtures.start(server.store)
            let arms = [Arm(name: Arm.canary, revision: "v42", weight: .zero)]
            let now = try await server.store.now()
            let deadline = ContinuousClock.now + .seconds(30)
            var steps: [LogStep] = []
            // What is looked for is learnt within seconds after the release began.
            while steps.count < 2, ContinuousClock.now < deadline {
                let lines = ["ERROR payment failed user=17", "nothing of the sort user=17", "WARN retry user=17"]
                _ = try await server.call(.post, "/loki/api/v1/push", as: .intake, json: Self.push(lines, at: try await server.store.now()))
                try await Task.sleep(for: .milliseconds(200))
                steps = try await server.store.logSteps(
                    service: "checkout", arms: arms, after: now - .seconds(60), through: now + .seconds(120))
                // A line that was waiting for its next one when the pattern was learnt may come first.
                steps = Array(steps.drop { $0.steps != 1 })
            }
            #expect(steps.prefix(2).map(\.steps) == [1, 2])
            #expect(Set(steps.map(\.key)).count == 1)
            #expect(steps.first?.key.count == 16)
            #expect(steps.first?.key.contains("17user") == false)
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
