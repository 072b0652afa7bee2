import Foundation

/// Real HTTP servers, one for each revision: each answers with its name and what it was sent of colours, and logs a line per request.
final class Backends: Sendable {
    let ports: [String: Int]
    private let nginx: RunningNginx

    init(_ revisions: [String]) throws {
        var ports: [String: Int] = [:]
        var http = "log_format line '$request_uri';\n"
        for revision in revisions {
            let port = try freePort()
            ports[revision] = port
            http += """
                server {
                    listen 127.0.0.1:\(port) backlog=1024;
                    access_log logs/\(revision).log line;
                    location / { return 200 "\(revision)|$http_x_gray_tag|$http_connection|$http_x_gray_tag_hops|$http_baggage|$http_x_gray_tag_signature"; }
                }

                """
        }
        self.ports = ports
        nginx = try RunningNginx(http: http)
    }

    func servers(_ revision: String) -> [String] { ports[revision].map { ["127.0.0.1:\($0)"] } ?? [] }

    /// Requests that a revision has served so far.
    func count(_ revision: String) -> Int {
        (FileManager.default.contents(atPath: "\(nginx.folder.path)/logs/\(revision).log") ?? Data()).count { $0 == UInt8(ascii: "\n") }
    }
}
