import Foundation
import HTTPClient
import Testing

/// TLS against a real nginx with a certificate made for the test.
@Suite struct HTTPClientTLSTests {
    @Test func onlyATrustedCertificateIsTaken() async throws {
        let server = try TLSServer()
        defer { server.stop() }
        let client = HTTPClient()
        await #expect(throws: HTTPError(.tls, "", place: "")) { try await client.send(HTTPRequest(.get, server.url)) }

        var configuration = HTTPClient.Configuration()
        configuration.certificateAuthorityFile = server.certificate
        let trusting = HTTPClient(configuration: configuration)
        let response = try await trusting.send(HTTPRequest(.get, server.url))
        #expect(response.text == "secure")
        #expect(response.timing.tls > .zero)

        // The name in the certificate must be the one that was asked for.
        let other = server.url.replacingOccurrences(of: "127.0.0.1", with: "localhost")
        await #expect(throws: HTTPError(.tls, "", place: "")) { try await trusting.send(HTTPRequest(.get, other)) }
    }
}

/// An nginx of its own on a free port, in a directory that it removes again.
private final class TLSServer {
    let directory: String
    let port: Int
    let certificate: String
    private let process = Process()

    var url: String { "https://127.0.0.1:\(port)/" }

    init() throws {
        directory = "/tmp/tidegate-tls-\(UUID().uuidString)"
        certificate = directory + "/certificate.pem"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        port = try LoopbackServer { _ in .silence }.port
        try Self.run([
            "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj", "/CN=tidegate-test", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", directory + "/key.pem", "-out", certificate,
        ])
        let configuration = """
            daemon off; master_process off; pid \(directory)/nginx.pid; error_log \(directory)/error.log;
            events {}
            http {
              access_log off;
              client_body_temp_path \(directory)/b; proxy_temp_path \(directory)/p; fastcgi_temp_path \(directory)/f;
              uwsgi_temp_path \(directory)/u; scgi_temp_path \(directory)/s;
              server {
                listen 127.0.0.1:\(port) ssl;
                ssl_certificate \(certificate); ssl_certificate_key \(directory)/key.pem;
                location / { return 200 "secure"; }
              }
            }
            """
        try configuration.write(toFile: directory + "/nginx.conf", atomically: true, encoding: .utf8)
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/nginx")
        process.arguments = ["-p", directory, "-c", directory + "/nginx.conf", "-e", directory + "/error.log"]
        try process.run()
        let deadline = ContinuousClock.now + .seconds(20)
        let probe = HTTPClient()
        while ContinuousClock.now < deadline {
            do {
                _ = try probe.sendBlocking(HTTPRequest(.get, url, timeout: .seconds(2)))
            } catch {
                if error.code == .tls { return }  // it speaks TLS, and is not trusted
            }
        }
        throw POSIXError(.ETIMEDOUT)
    }

    /// A child inherits the signal mask of the thread that started it, and Swift's worker threads block SIGTERM: so SIGKILL.
    func stop() {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    private static func run(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: command[0])
        process.arguments = Array(command.dropFirst())
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
    }
}
