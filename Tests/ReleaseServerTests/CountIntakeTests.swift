import HTTPClient
import ReleaseModel
import ReleaseServer
import ReleaseStore
import Testing

/// Counts of collectors that mine near the source.
@Suite struct CountIntakeTests {
    private static func push(
        number: Int = 1, service: String = "checkout", template: String = "0123456789abcdef", count: Int = 3, at time: Timestamp,
        text: String = "order <*> lost", more: JSONValue? = nil
    ) -> JSONValue {
        [
            "service": .string(service), "revision": "v42", "instance": "i-1", "collector": "collector-1",
            "number": .number(Double(number)),
            "counts": [
                [
                    "template": .string(template), "text": .string(text), "severity": "error", "count": .number(Double(count)),
                    "windowStart": .string(time.description),
                ]
            ], "aliases": more ?? .null,
        ]
    }

    @Test func countsAreStoredOnce() async throws {
        try await RunningServer.run { server in
            let now = try await server.store.now()
            let first = try await server.call(.post, "/v1/logs/counts", as: .intake, json: Self.push(at: now))
            #expect(first.status == 200, "\(first.text)")
            #expect(first.json == ["counted": 3, "late": 0, "repeated": false])
            let again = try await server.call(.post, "/v1/logs/counts", as: .intake, json: Self.push(at: now))
            #expect(again.json == ["counted": 0, "late": 0, "repeated": true])
            let late = try await server.call(
                .post, "/v1/logs/counts", as: .intake, json: Self.push(number: 2, at: now - .seconds(400)))
            #expect(late.json == ["counted": 0, "late": 3, "repeated": false])
            let found = try await server.counts(atLeast: 3, after: now)
            #expect(found.map(\.count.count) == [3])
            #expect(found.map(\.count.text) == ["order <*> lost"])
        }
    }

    @Test func whatIsNotRightIsRefusedWithItsPlace() async throws {
        try await RunningServer.run { server in
            let now = try await server.store.now()
            for (push, member) in [
                (Self.push(service: "check out", at: now), "service"), (Self.push(template: "0123", at: now), "counts[0].template"),
                (Self.push(count: 0, at: now), "counts[0].count"), (Self.push(number: 0, at: now), "number"),
                (Self.push(at: now, text: String(repeating: "x", count: 401)), "counts[0].text"),
                (Self.push(at: now, more: [["alias": "x", "template": "0123456789abcdef", "text": "y"]]), "aliases[0].alias"),
                (Self.push(at: now, more: [["unknown": "x"]]), "aliases"),
            ] {
                let answer = try await server.call(.post, "/v1/logs/counts", as: .intake, json: push)
                #expect(answer.status == 400 && answer.text.contains(member), "\(answer.text)")
            }
            #expect(try await server.call(.post, "/v1/logs/counts", as: .auditor, json: Self.push(at: now)).status == 403)
            #expect(try await server.call(.post, "/v1/logs/counts", as: nil, json: Self.push(at: now)).status == 401)
            let huge = try await server.call(
                .post, "/v1/logs/counts", as: .intake, body: [UInt8](repeating: 32, count: (1 << 20) + 1))
            #expect(huge.status == 413)
        }
    }
}
