import ArgumentParser
import Foundation
import HTTPClient
import PluginKit
import ReleaseModel

/// Where the figures of an analysis come from, when it is not a table: a Prometheus that is asked for a range.
struct RangeOptions: ParsableArguments {
    /// Points of one series; Prometheus refuses more than 11,000.
    static let maximumSteps = 10_000.0
    static let standardStep = "15s"

    @Option(help: ArgumentHelp("Ask this Prometheus instead of reading a file.", valueName: "url"))
    var prometheus: String?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp("Begin: 2026-11-30T20:00:00Z, seconds since 1970, or -2h for two hours ago.", valueName: "time"))
    var from: String?

    @Option(parsing: .unconditional, help: ArgumentHelp("End, in the same ways; now by default.", valueName: "time"))
    var to: String?

    @Option(help: ArgumentHelp("Length of a poll; about the scrape interval or longer. (default: \(standardStep))", valueName: "time"))
    var step: String?

    @Option(help: ArgumentHelp("Bearer token for Prometheus by reference: env:NAME or file:PATH.", valueName: "reference"))
    var secret: String?

    @Option(help: ArgumentHelp("PEM file of the authority that signed Prometheus' certificate.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("Write the answers into this file, which can be analyzed in their place.", valueName: "file"))
    var save: String?

    /// The options that were given, which all go with a Prometheus.
    var given: [String] {
        [
            ("--prometheus", prometheus), ("--from", from), ("--to", to), ("--step", step), ("--secret", secret), ("--ca-file", caFile),
            ("--save", save),
        ].compactMap { $1 == nil ? nil : $0 }
    }

    /// The answers to some queries, by the names that a saved file has for them.
    ///
    /// - Parameter queries: name and PromQL; nil where the option was not given.
    func answers(to queries: [(name: String, option: String, query: String?)], now: Timestamp) async throws -> (
        place: String, answers: JSONValue
    ) {
        guard let prometheus else { throw RateAnalysisOptions.error("--prometheus", "is missing", "such as http://127.0.0.1:9090") }
        let lowered = prometheus.lowercased()
        guard lowered.hasPrefix("http://") || lowered.hasPrefix("https://"),
            !prometheus.contains(where: { $0 == "?" || $0 == " " || $0 == "@" })
        else {
            throw RateAnalysisOptions.error(
                "--prometheus", "is no http or https URL without user and query", "such as http://127.0.0.1:9090")
        }
        guard let from else { throw RateAnalysisOptions.error("--from", "is missing", "such as -2h or 2026-11-30T20:00:00Z") }
        let begin = try Self.time(from, "--from", now)
        let end = try to.map { to throws(ReleaseError) in try Self.time(to, "--to", now) } ?? now.seconds
        let step = step ?? Self.standardStep
        guard let span = TimeSpan(step), span.seconds >= 0.1, span.seconds <= 86400 else {
            throw RateAnalysisOptions.error("--step", "'\(step.prefix(40))' is not a length of time from 100ms to 1d", "such as 30s")
        }
        guard begin < end else { throw RateAnalysisOptions.error("--from", "must lie before --to", "such as -2h") }
        guard (end - begin) / span.seconds <= Self.maximumSteps else {
            throw RateAnalysisOptions.error(
                "--step", "gives more than \(Int(Self.maximumSteps)) polls", "take a longer step or a shorter range")
        }
        var token: String?
        if let secret {
            guard let reference = SecretReference(secret) else {
                throw RateAnalysisOptions.error("--secret", "must be env:NAME or file:PATH", "such as env:PROM")
            }
            do throws(PluginFailure) { token = try reference.resolve() } catch {
                throw RateAnalysisOptions.error("--secret", error.reason, "set it")
            }
        }
        var configuration = HTTPClient.Configuration()
        configuration.certificateAuthorityFile = caFile
        let client = HTTPClient(configuration: configuration)
        defer { client.shutdown() }
        var answers: [String: JSONValue] = [:]
        for (name, option, query) in queries {
            guard let query else { throw RateAnalysisOptions.error(option, "is missing", "a PromQL selector of counters or gauges") }
            var url = prometheus
            while url.hasSuffix("/") { url.removeLast() }
            let range = RangeQuery(url: url, query: query, begin: begin, end: end, step: span.seconds, token: token)
            answers[name] = try await range.answer(client, place: option)
        }
        let document = JSONValue.object(answers)
        if let save { try AnalysisView.write(document.canonicalText + "\n", to: save) }
        return (prometheus, document)
    }

    /// A moment, in seconds since 1970.
    static func time(_ text: String, _ option: String, _ now: Timestamp) throws(ReleaseError) -> Double {
        if text.hasPrefix("-"), let span = TimeSpan(String(text.dropFirst())) { return (now - span).seconds }
        if text == "now" { return now.seconds }
        if let time = Timestamp(rfc3339: text) { return time.seconds }
        if let seconds = Double(text), seconds.isFinite, (0...1e11).contains(seconds) { return seconds }
        throw RateAnalysisOptions.error(option, "'\(text.prefix(40))' is no time", "write 2026-11-30T20:00:00Z, seconds since 1970, or -2h")
    }
}
