import ArgumentParser
import Foundation
import ReleaseModel
import Routing

/// A request given on the command line: as JSON, by flags like curl's, or both; a flag counts more than the document.
struct RequestOptions: ParsableArguments, Sendable {
    static let maximumHeaders = 256

    @Option(
        help: ArgumentHelp(
            "The request as JSON: method, url, clientAddress, headers, cookies, tags; - is standard input.", valueName: "file"))
    var request: String?

    @Option(name: [.customShort("X"), .customLong("method")], help: "The method; otherwise GET.")
    var method: String?

    @Option(name: [.customShort("H"), .customLong("header")], help: ArgumentHelp("A header; may be repeated.", valueName: "name: value"))
    var headers: [String] = []

    @Option(help: ArgumentHelp("With scheme and host, or only path and query; otherwise /.", valueName: "url"))
    var url: String?

    @Option(
        name: [.customShort("b"), .customLong("cookie")],
        help: ArgumentHelp("A cookie, or several; may be repeated.", valueName: "name=value"))
    var cookies: [String] = []

    @Option(help: ArgumentHelp("The address of the client; otherwise 127.0.0.1.", valueName: "address"))
    var clientAddress: String?

    @Option(
        name: .customLong("tag"),
        help: ArgumentHelp("A colour that the request carries and that is believed; may be repeated.", valueName: "name"))
    var tags: [String] = []

    @Option(help: ArgumentHelp("The time at which the request comes, as 2026-11-21T02:30:00Z; otherwise now.", valueName: "time"))
    var at: String?

    /// A request with the colours that it carries and the time at which it comes.
    struct Given: Sendable {
        var request: RoutingRequest
        var tags: [String]
        var now: Timestamp
    }

    /// Reads document and flags.
    ///
    /// - Throws: `ReleaseError` naming the flag or the member that is wrong.
    func given() throws -> Given {
        var document = RequestDocument()
        if let path = request {
            let file = InputFile(path)
            document = try file.json(try file.text())
        }
        let target = try RequestURL(url ?? document.url ?? "/", place: url != nil ? "--url" : "url")
        var request = RoutingRequest(
            method: try Self.token(method ?? document.method ?? "GET", place: "the method"), target: target.target, host: target.host,
            scheme: target.scheme, clientAddress: clientAddress ?? document.clientAddress ?? "127.0.0.1")
        var fields = try headers.map { try Self.header($0) }
        let named = Set(fields.map { $0.0.lowercased() })
        for (name, value) in (document.headers ?? [:]).sorted(by: { $0.key < $1.key }) where !named.contains(name.lowercased()) {
            fields.append((try Self.token(name, place: "headers"), try Self.value(value, place: "headers.\(name)")))
        }
        let jar = cookies + (document.cookies ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        if !jar.isEmpty { fields.append(("cookie", try Self.value(jar.joined(separator: "; "), place: "-b"))) }
        guard fields.count <= Self.maximumHeaders else {
            throw ReleaseError(.limitExceeded, "a request has at most \(Self.maximumHeaders) headers", place: "-H")
        }
        for (name, value) in fields {
            if name.lowercased() == "host" {
                request.host = Array(value.utf8)
            } else {
                request.headers.append(.init(name: Array(name.utf8), value: Array(value.utf8)))
            }
        }
        return Given(request: request, tags: try names(tags + (document.tags ?? [])), now: try now())
    }

    private func names(_ tags: [String]) throws(ReleaseError) -> [String] {
        var seen: [String] = []
        for tag in tags where !seen.contains(tag) {
            if let problem = Name.problem(with: tag) { throw ReleaseError(.invalidInput, "the colour '\(tag)' \(problem)", place: "--tag") }
            seen.append(tag)
        }
        return seen
    }

    private func now() throws(ReleaseError) -> Timestamp {
        guard let at else { return Timestamp(seconds: Date.now.timeIntervalSince1970) }
        guard let time = Timestamp(rfc3339: at) else {
            throw ReleaseError(.invalidInput, "'\(at)' is no time", place: "--at", advice: "write it as 2026-11-21T02:30:00Z or +08:00")
        }
        return time
    }

    private static func header(_ text: String) throws(ReleaseError) -> (String, String) {
        guard let colon = text.firstIndex(of: ":") else {
            throw ReleaseError(.invalidInput, "'\(text)' is no header", place: "-H", advice: "write -H 'x-canary: true'")
        }
        let value = text[text.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        return (try token(String(text[..<colon]), place: "-H"), try Self.value(value, place: "-H"))
    }

    private static func token(_ text: String, place: String) throws(ReleaseError) -> String {
        let isToken = !text.isEmpty && text.utf8.allSatisfy { $0 > 32 && $0 < 127 && !"\"(),/:;<=>?@[\\]{}".utf8.contains($0) }
        guard isToken else { throw ReleaseError(.invalidInput, "'\(text)' is no name that HTTP allows", place: place) }
        return text
    }

    private static func value(_ text: String, place: String) throws(ReleaseError) -> String {
        guard text.utf8.allSatisfy({ $0 != 0 && $0 != 10 && $0 != 13 }) else {
            throw ReleaseError(.invalidInput, "a header's value has no line breaks", place: place)
        }
        return text
    }
}
