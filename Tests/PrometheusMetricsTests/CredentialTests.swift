import Foundation
import HTTPClient
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Tokens and certificates by reference, against a real Prometheus: its own TLS with client certificates, and an nginx in front that wants a token.
@Suite(.serialized) struct CredentialTests {
    private static let requests = "http_server_requests_seconds_count"

    private func history() -> String {
        var history = History()
        history.add(Self.requests, #"service="shop",revision="v1",instance="a",status="200""#, "0 10 20 30 40")
        return history.text
    }

    /// Two windows, of which the second has requests where Prometheus answered.
    private func collect(_ url: String, _ more: [String: JSONValue]) throws -> CollectResult {
        var configuration: [String: JSONValue] = ["url": .string(url)]
        configuration.merge(more) { $1 }
        var state: JSONValue?
        var result: CollectResult?
        for end in [15.0, 45] {
            let subject = CollectSubject(
                release: "shop-1", service: "shop", arms: [Arm(name: Arm.stable, revision: "v1", weight: .full)], state: state)
            let response = try PrometheusMetrics().collect(
                CollectRequest(
                    configuration: .object(configuration), windowEnd: Timestamp(seconds: History.origin + end), subjects: [subject]),
                CallContext(deadline: .now + .seconds(60)))
            result = response.results[0]
            state = result?.state
        }
        return try #require(result)
    }

    private func requests(_ result: CollectResult) -> SampleValue? { result.samples.first { $0.metric == Metric.requests }?.value }

    @Test func prometheusOwnTLS() throws {
        let authority = try TestAuthority()
        defer { authority.remove() }
        let prometheus = try RealPrometheus(history: history(), tls: authority)
        defer { prometheus.stop() }
        let trusting: [String: JSONValue] = ["caFile": .string(authority.authority)]
        let own: [String: JSONValue] = ["certFile": .string(authority.certificate), "keyFile": .string(authority.key)]

        let good = try collect(prometheus.url, trusting.merging(own) { $1 })
        #expect(good.problem == nil)
        #expect(requests(good) == .delta(20))
        // Without the authority it is not trusted, and without a certificate of our own we are not.
        for settings in [own, trusting] {
            let bad = try collect(prometheus.url, settings)
            #expect(
                bad.problem?.contains("cannot be reached") == true || bad.problem?.contains("Prometheus at") == true, "\(bad.problem ?? "")"
            )
            #expect(bad.samples.isEmpty)
        }
    }

    @Test func aTokenFromAFile() throws {
        let prometheus = try RealPrometheus(history: history())
        defer { prometheus.stop() }
        let door = try TokenDoor(to: prometheus.url, token: "s3cret-of-the-test")
        defer { door.stop() }
        func secret(_ text: String) throws -> JSONValue {
            let path = door.directory + "/token"
            try (text + "\n").write(toFile: path, atomically: true, encoding: .utf8)
            return .string("file:" + path)
        }
        let good = try collect(door.url, ["secret": secret("s3cret-of-the-test")])
        #expect(good.problem == nil)
        #expect(requests(good) == .delta(20))
        for more in [["secret": try secret("another-token")], [:]] {
            let bad = try collect(door.url, more)
            #expect(bad.problem?.contains("answered 401; look at `secret`") == true, "\(bad.problem ?? "")")
            #expect(bad.problem?.contains("another-token") == false)
            #expect(bad.samples.isEmpty)
        }
    }
}

/// An nginx of its own that lets only those through that show a token.
private final class TokenDoor {
    let url: String
    let directory = "/tmp/tidegate-door-\(UUID().uuidString)"
    private let process = Process()

    init(to prometheus: String, token: String) throws {
        let port = try RealPrometheus.freePort()
        url = "http://127.0.0.1:\(port)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let configuration = """
            daemon off; master_process off; pid \(directory)/nginx.pid; error_log \(directory)/error.log;
            events {}
            http {
              access_log off;
              client_body_temp_path \(directory)/b; proxy_temp_path \(directory)/p; fastcgi_temp_path \(directory)/f;
              uwsgi_temp_path \(directory)/u; scgi_temp_path \(directory)/s;
              server {
                listen 127.0.0.1:\(port);
                location /-/door { return 204; }
                location / {
                  if ($http_authorization != "Bearer \(token)") { return 401; }
                  proxy_pass \(prometheus);
                }
              }
            }
            """
        try configuration.write(toFile: directory + "/nginx.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-p", directory, "-c", directory + "/nginx.conf", "-e", directory + "/error.log"]
        try process.run()
        let deadline = ContinuousClock.now + .seconds(30)
        while ContinuousClock.now < deadline, process.isRunning {
            if let answer = try? HTTPClient().sendBlocking(HTTPRequest(.get, url + "/-/door", timeout: .seconds(2))), answer.status == 204 {
                return
            }
        }
        stop()
        throw POSIXError(.ETIMEDOUT)
    }

    func stop() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }
}
