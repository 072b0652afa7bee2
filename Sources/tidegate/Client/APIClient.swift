import Foundation
import HTTPClient
import ReleaseModel
import ReleaseServer

/// Calls the HTTP API of a running server.
///
/// Every function throws `ReleaseError`: the server's own, or one that says why it could not be asked.
struct APIClient: Sendable {
    /// How long the server may take to answer, waiting for events apart.
    static let timeout: Duration = .seconds(30)
    static let maximumAnswerBytes = 32 << 20

    /// `http://host:port`, without a slash at the end.
    let baseURL: String
    /// False for a server that this command runs for itself, and that ends with it.
    let stays: Bool
    private let token: String
    private let http: HTTPClient

    init(baseURL: String, token: String, http: HTTPClient = HTTPClient(), stays: Bool = true) {
        self.stays = stays
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.token = token
        self.http = http
    }

    // MARK: Releases

    func start(_ request: StartRelease) async throws -> Release { try await send(.post, ["releases"], body: request) }

    func releases(
        service: String? = nil, target: String? = nil, states: [ReleaseState] = [], activeOnly: Bool = false, limit: Int? = nil,
        after: String? = nil
    ) async throws -> Page<ReleaseSummary> {
        try await get(
            ["releases"],
            [
                ("service", service), ("target", target),
                ("state", states.isEmpty ? nil : states.map(\.rawValue).joined(separator: ",")), ("active", activeOnly ? "true" : nil),
                ("limit", limit.map(String.init)), ("after", after),
            ])
    }

    func release(_ reference: String) async throws -> ReleaseDetail { try await get(["releases", reference]) }

    func command(_ command: IssueCommand, to reference: String) async throws -> ReleaseDetail.WaitingCommand {
        try await send(.post, ["releases", reference, "commands"], body: command)
    }

    /// What happened after a place, waiting up to `wait` for something to happen.
    func events(_ reference: String, after: String?, wait: Duration) async throws -> EventPage {
        let seconds = max(0, wait.components.seconds)
        return try await get(
            ["releases", reference, "events"], [("after", after), ("wait", "\(seconds)")], timeout: Self.timeout + .seconds(seconds))
    }

    func decisions(_ reference: String?, after: String? = nil, limit: Int? = nil) async throws -> Page<DecisionView> {
        try await get(
            reference.map { ["releases", $0, "decisions"] } ?? ["decisions"], [("after", after), ("limit", limit.map(String.init))])
    }

    func decision(_ id: Int64) async throws -> DecisionDetail { try await get(["decisions", "\(id)"]) }

    /// The judged windows of a release after a time, oldest first.
    func windows(_ reference: String, after: String? = nil, limit: Int? = nil) async throws -> Page<WindowView> {
        try await get(["releases", reference, "windows"], [("after", after), ("limit", limit.map(String.init))])
    }

    func effects(_ reference: String) async throws -> Page<EffectView> { try await get(["releases", reference, "effects"]) }

    // MARK: Policies, targets, plugins, tokens

    func applyPolicy(_ request: ApplyPolicy) async throws -> PolicyView { try await send(.put, ["policies"], body: request) }
    func policies() async throws -> Page<PolicySummary> { try await get(["policies"]) }
    func policy(_ name: String) async throws -> PolicyView { try await get(["policies", name]) }
    func applyTarget(_ request: ApplyTarget) async throws -> Target { try await send(.put, ["targets"], body: request) }
    func targets() async throws -> Page<Target> { try await get(["targets"]) }
    func target(_ name: String) async throws -> Target { try await get(["targets", name]) }
    func plugins() async throws -> Page<PluginView> { try await get(["plugins"]) }
    func pin(_ request: PinPlugin) async throws -> PinView { try await send(.post, ["plugins", "pins"], body: request) }
    func createToken(_ request: CreateToken) async throws -> CreatedToken { try await send(.post, ["tokens"], body: request) }
    func tokens() async throws -> Page<TokenView> { try await get(["tokens"]) }

    func revokeToken(_ name: String, reason: String) async throws {
        _ = try await call(.delete, ["tokens", name], [("reason", reason)], body: nil, timeout: Self.timeout)
    }

    /// What a collector counted near the source.
    func pushLogCounts(_ push: PushLogCounts) async throws -> PushedLogCounts { try await send(.post, ["logs", "counts"], body: push) }

    func status() async throws -> ServerStatus { try await get(["status"]) }

    // MARK: Transport

    func get<Answer: Decodable>(
        _ path: [String], _ query: [(String, String?)] = [], timeout: Duration = timeout
    ) async throws -> Answer {
        try decode(try await call(.get, path, query, body: nil, timeout: timeout))
    }

    func send<Answer: Decodable>(_ method: HTTPMethod, _ path: [String], body: some Encodable) async throws -> Answer {
        let bytes = Array(try JSONEncoder().encode(body))
        return try decode(try await call(method, path, [], body: bytes, timeout: Self.timeout))
    }

    func call(
        _ method: HTTPMethod, _ path: [String], _ query: [(String, String?)], body: [UInt8]?, timeout: Duration
    ) async throws -> [UInt8] {
        try await exchange(method, path, query, body: body, timeout: timeout).body
    }

    /// The answer with its fields, when it is a good one.
    func exchange(
        _ method: HTTPMethod, _ path: [String], _ query: [(String, String?)], body: [UInt8]? = nil, timeout: Duration = timeout
    ) async throws -> HTTPResponse {
        var headers = [HTTPHeader("Authorization", "Bearer \(token)"), HTTPHeader("Accept", "application/json")]
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        let request = HTTPRequest(
            method, baseURL + "/v1/" + path.map(Self.escaped).joined(separator: "/") + Self.query(query), headers: headers, body: body,
            timeout: timeout, maximumResponseBytes: Self.maximumAnswerBytes)
        let response: HTTPResponse
        do {
            response = try await http.send(request)
        } catch {
            throw unreachable(error)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response) }
        return response
    }

    /// What anybody may read, outside of the versioned API.
    func open(_ path: String) async throws -> [UInt8] {
        let response: HTTPResponse
        do {
            response = try await http.send(HTTPRequest(.get, baseURL + "/" + path, timeout: Self.timeout))
        } catch {
            throw unreachable(error)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response) }
        return response.body
    }

    /// A good answer that is taken piece by piece as it comes, whatever its length; false from `sink` ends it.
    func stream(
        _ path: [String], _ query: [(String, String?)], timeout: Duration, to sink: @escaping @Sendable (UnsafeRawBufferPointer) -> Bool
    ) async throws {
        var request = HTTPRequest(
            .get, baseURL + "/v1/" + path.map(Self.escaped).joined(separator: "/") + Self.query(query),
            headers: [HTTPHeader("Authorization", "Bearer \(token)")], timeout: timeout, maximumResponseBytes: Int.max)
        request.sink = sink
        let response: HTTPResponse
        do {
            response = try await http.send(request)
        } catch {
            throw unreachable(error)
        }
        guard (200..<300).contains(response.status) else { throw refusal(response) }
    }

    private func decode<Answer: Decodable>(_ bytes: [UInt8]) throws -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: Data(bytes))
        } catch {
            throw ReleaseError(
                .versionMismatch, "the server's answer is not understood", place: baseURL,
                advice: "this program is \(Version.text); compare `tidegate status` on the server's side, or check the address")
        }
    }

    private func unreachable(_ error: HTTPError) -> any Error {
        switch error.code {
        case .cancelled: CancellationError()
        case .timedOut:
            ReleaseError(
                .timedOut, "the server did not answer in time", place: baseURL, advice: "check that `tidegate serve` is well there")
        case .connectFailed:
            ReleaseError(
                .unavailable, "no server answers there", place: baseURL,
                advice: "start it with `tidegate serve`, or say where it is with --server URL or TIDEGATE_SERVER")
        default: ReleaseError(.unavailable, "the server cannot be asked: \(error.reason)", place: baseURL, advice: "check --server")
        }
    }

    /// The server's own error, or what the status alone says.
    private func refusal(_ response: HTTPResponse) -> ReleaseError {
        if let body = try? JSONDecoder().decode(ErrorBody.self, from: Data(response.body)) {
            guard body.error.code == .unauthenticated else { return body.error }
            return ReleaseError(
                .unauthenticated, "the server does not accept the token", place: baseURL,
                advice: "give a valid one with --token-file FILE, TIDEGATE_TOKEN_FILE or TIDEGATE_TOKEN; "
                    + "the first token lies in the file `token` of the server's data folder")
        }
        return ReleaseError(
            .unavailable, "the server answered \(response.status)", place: baseURL, advice: "check that a Tidegate server listens there")
    }

    private static func query(_ items: [(String, String?)]) -> String {
        let given = items.compactMap { item in item.1.map { "\(item.0)=\(escaped($0))" } }
        return given.isEmpty ? "" : "?" + given.joined(separator: "&")
    }

    /// Everything but RFC 3986's unreserved characters as %XX.
    static func escaped(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
