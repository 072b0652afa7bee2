import Foundation
import HTTPClient
import ReleaseModel

/// Pushes lines to a server's intake, and waits where the server asks for it or is away.
struct LogPush {
    struct Source {
        var service: String
        var revision: String
        var instance: String
    }

    struct Figures: Encodable {
        var lines = 0
        var pushes = 0
        /// Lines of pushes that the server will never take.
        var refused = 0
        var cutLines = 0
        var rotations = 0
    }

    static let timeout: Duration = .seconds(30)
    static let longestPause: Duration = .seconds(30)

    let http: HTTPClient
    let baseURL: String
    let token: String
    let source: Source
    /// Where a person is told what is amiss.
    let tell: @Sendable (String) -> Void

    /// Sends lines in one push, as often as it takes.
    ///
    /// - Throws: `ReleaseError` where no repetition would help: a token that is not accepted or not allowed this.
    func send(_ lines: [String], _ figures: inout Figures) async throws {
        let body = Array((lines.joined(separator: "\n") + "\n").utf8)
        var pause: Duration = .milliseconds(500)
        while !Task.isCancelled {
            guard let answer = try? await http.send(request(body)) else {
                try await wait("does not answer", &pause)
                continue
            }
            switch answer.status {
            case 200, 204:
                figures.lines += lines.count
                figures.pushes += 1
                return
            case 401, 403:
                throw ReleaseError(
                    .forbidden, "the server does not take logs from this token", place: baseURL,
                    advice: "create one with `tidegate token create shipper --role intake`")
            case 408, 429, 500...:
                if let asked = answer.header("Retry-After").flatMap({ Int($0) }) { pause = .seconds(max(1, asked)) }
                try await wait("is busy (\(answer.status))", &pause)
            default:
                // The same lines would be refused again.
                tell("\(lines.count) lines were refused with status \(answer.status): \(answer.text.prefix(300))")
                figures.refused += lines.count
                return
            }
        }
    }

    private func wait(_ reason: String, _ pause: inout Duration) async throws {
        tell("the server \(reason); the lines wait in the file")
        try await Task.sleep(for: min(pause, Self.longestPause))
        pause = min(pause * 2, Self.longestPause)
    }

    private func request(_ body: [UInt8]) -> HTTPRequest {
        func escaped(_ text: String) -> String {
            text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-._~"))) ?? text
        }
        let query = "service=\(escaped(source.service))&revision=\(escaped(source.revision))&instance=\(escaped(source.instance))"
        return HTTPRequest(
            .post, "\(baseURL)/v1/logs?\(query)",
            headers: [HTTPHeader("Authorization", "Bearer \(token)"), HTTPHeader("Content-Type", "application/x-ndjson")], body: body,
            timeout: Self.timeout)
    }
}
