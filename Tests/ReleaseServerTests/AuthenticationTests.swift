import HTTPClient
import ReleaseModel
import ReleaseStore
import Testing

@Suite struct AuthenticationTests {
    @Test(arguments: ["GET /v1/releases", "GET /v1/status", "GET /metrics", "GET /v1/tokens", "POST /v1/logs", "POST /loki/api/v1/push"])
    func everyCallNeedsAToken(_ call: String) async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let parts = call.split(separator: " ").map(String.init)
            let method = HTTPMethod(rawValue: parts[0])!
            for header in [
                "", "Bearer", "Bearer nonsense", "Basic dGVzdDp0ZXN0", "Bearer tdg_0011223344556677_" + String(repeating: "ab", count: 32),
            ] {
                let headers = header.isEmpty ? [] : [HTTPHeader("Authorization", header)]
                let answer = try await server.call(method, parts[1], as: nil, body: method == .post ? [] : nil, headers: headers)
                #expect(answer.status == 401, "\(call) with '\(header)'")
                #expect(answer.errorCode == "unauthenticated")
                #expect(answer.response.header("WWW-Authenticate") == "Bearer")
            }
        }
    }

    @Test func healthIsOpenAndSaysNothingElse() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let answer = try await server.call(.get, "/healthz", as: nil)
            #expect(answer.status == 200)
            #expect(answer.text == #"{"status":"ok"}"#)
        }
    }

    @Test func aRevokedTokenIsWorthlessAtOnce() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            #expect(try await server.call(.get, "/v1/releases", as: .operator).status == 200)
            #expect(try await server.call(.delete, "/v1/tokens/the-operator?reason=gone", as: .admin).status == 204)
            #expect(try await server.call(.get, "/v1/releases", as: .operator).status == 401)
        }
    }

    @Test func rolesMayDoTheLeast() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let start: JSONValue = ["service": "checkout", "to": "v42", "policy": "demo", "reason": "test"]
            func status(_ method: HTTPMethod, _ path: String, _ role: TokenRole, _ json: JSONValue? = nil) async throws -> Int {
                try await server.call(method, path, as: role, json: json).status
            }
            #expect(try await status(.post, "/v1/releases", .auditor, start) == 403)
            #expect(try await status(.post, "/v1/releases", .intake, start) == 403)
            // An operator gets past the door, and is told what is missing behind it.
            #expect(try await status(.post, "/v1/releases", .operator, start) == 404)
            #expect(try await status(.get, "/v1/releases", .auditor) == 200)
            #expect(try await status(.get, "/v1/releases", .intake) == 403)
            #expect(try await status(.get, "/metrics", .intake) == 403)
            #expect(try await status(.put, "/v1/targets", .operator, ["target": ["name": "x"]]) == 403)
            #expect(try await status(.put, "/v1/policies", .auditor, ["source": "x"]) == 403)
            #expect(try await status(.get, "/v1/tokens", .operator) == 403)
            #expect(try await status(.post, "/v1/tokens", .operator, ["name": "x", "role": "admin"]) == 403)
            #expect(try await status(.post, "/v1/plugins/pins", .operator, ["name": "x"]) == 403)
            #expect(try await status(.post, "/v1/logs?service=a&revision=b", .auditor, ["message": "x"]) == 403)
            #expect(try await status(.post, "/v1/logs?service=a&revision=b", .intake, ["resourceLogs": []]) == 200)
        }
    }

    @Test func aTokenIsShownOnceAndNeverListed() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let created = try await server.call(.post, "/v1/tokens", json: ["name": "jenkins", "role": "operator"])
            #expect(created.status == 201)
            let secret = try #require(created.json["secret"]?.string)
            #expect(try await server.call(.get, "/v1/releases", token: secret).status == 200)
            let list = try await server.call(.get, "/v1/tokens")
            #expect(list.items.contains { $0["name"]?.string == "jenkins" && $0["role"]?.string == "operator" })
            #expect(!list.text.contains(secret))
            #expect(!list.text.contains("sha256"))
        }
    }

    @Test func failuresAreCounted() async throws {
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            _ = try await server.call(.get, "/v1/status", token: "tdg_nonsense")
            let metrics = try await server.call(.get, "/metrics", as: .auditor)
            #expect(metrics.text.contains("tidegate_http_authentication_failures_total 1\n"))
            #expect(metrics.text.contains(#"tidegate_http_requests_total{method="GET",route="/v1/status",status="401"} 1"#))
        }
    }
}
