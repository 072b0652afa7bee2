import Foundation
import HTTPClient
import Logging
import ReleaseModel
import ReleaseServer
import ReleaseStore
import ServiceLifecycle

/// A real server on a free port, over a database of its own, with a token of every role.
struct RunningServer: Sendable {
    let store: ReleaseStore
    let url: String
    let tokens: [TokenRole: String]
    let group: ServiceGroup
    private let http: HTTPClient

    /// Starts a server, runs `body`, and stops the server again.
    static func run<Value: Sendable>(
        limits: ServerLimits = ServerLimits(), catalogue: PluginCatalogue = .test, now: @escaping @Sendable () -> Timestamp = wallClock,
        _ body: @Sendable (RunningServer) async throws -> Value
    ) async throws -> Value {
        try await TestDatabase.withStore { store in
            let (ports, source) = AsyncStream<Int>.makeStream()
            let server = ReleaseServer(
                store: store, catalogue: catalogue,
                configuration: ServerConfiguration(
                    port: 0, version: "1.2.3", startedAt: try await store.now(), clock: now, limits: limits),
                databaseVersion: "0001_test", logger: TestDatabase.logger, onListening: { source.yield($0) })
            let group = ServiceGroup(services: [server], logger: TestDatabase.logger)
            let running = Task {
                defer { source.finish() }
                try await group.run()
            }
            guard let port = await ports.first(where: { _ in true }) else {
                try await running.value
                throw ReleaseError(.unavailable, "the server did not start")
            }
            let local = Actor(name: "test", means: .local)
            var tokens: [TokenRole: String] = [:]
            for role in TokenRole.allCases {
                tokens[role] = try await store.createToken(name: "the-\(role.rawValue)", role: role, actor: local).secret
            }
            let running1 = RunningServer(
                store: store, url: "http://127.0.0.1:\(port)", tokens: tokens, group: group, http: HTTPClient())
            do {
                let value = try await body(running1)
                await group.triggerGracefulShutdown()
                try await running.value
                running1.http.shutdown()
                return value
            } catch {
                await group.triggerGracefulShutdown()
                try? await running.value
                running1.http.shutdown()
                throw error
            }
        }
    }

    @Sendable static func wallClock() -> Timestamp { Timestamp(seconds: Date().timeIntervalSince1970) }

    /// One call; the answer's JSON is `null` where there is none.
    func call(
        _ method: HTTPMethod, _ path: String, as role: TokenRole? = .admin, token: String? = nil, json: JSONValue? = nil,
        body: [UInt8]? = nil,
        headers: [HTTPHeader] = [], timeout: Duration = .seconds(30)
    ) async throws -> Answer {
        var headers = headers
        if let token = token ?? role.flatMap({ tokens[$0] }) { headers.append(HTTPHeader("Authorization", "Bearer \(token)")) }
        let bytes = body ?? json.map { $0.canonicalBytes }
        if json != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        let response = try await http.send(
            HTTPRequest(method, url + path, headers: headers, body: bytes, timeout: timeout, freshConnection: true))
        return Answer(
            status: response.status, text: response.text, json: (try? JSONValue(parsing: response.body)) ?? .null, response: response)
    }

    struct Answer: Sendable {
        var status: Int
        var text: String
        var json: JSONValue
        var response: HTTPResponse

        var errorCode: String? { json["error"]?["code"]?.string }
        var errorReason: String { json["error"]?["reason"]?.string ?? "" }
        var items: [JSONValue] { json["items"]?.array ?? [] }

        func decoded<Value: Decodable>(_ type: Value.Type = Value.self) throws -> Value { try json.decoded() }
    }
}

extension PluginCatalogue {
    /// A catalogue with the signal `score` and a plugin that takes everything, as far as it is one of `known`.
    static let test = PluginCatalogue(
        plugins: { [] },
        signals: { [] },
        check: { use, _, place in
            if use.plugin == "absent" { throw ReleaseError(.notFound, "there is no plugin 'absent'", place: place) }
        },
        prepare: { policy in
            if policy.name == "unfit" { throw ReleaseError(.invalidInput, "no plugin of it gives 'x'", place: "policy unfit") }
        })
}
