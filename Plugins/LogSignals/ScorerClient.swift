internal import Foundation
internal import HTTPClient
internal import LogMining
internal import PluginKit
internal import ReleaseModel

/// What a model server says about one window.
struct ExternalScore: Equatable {
    /// In [0, 1]; at least 0.85 means an alarm, as everywhere.
    var score: Double
    var model: String
    var version: String
}

/// Asks a model server for a score: `POST` of the window's counts as JSON, `{"score": 0.2, "model": "name", "version": "3"}` back.
///
/// A failure is an answer too, and never a low score.
struct ScorerClient {
    static let maximumCounts = 2000
    static let maximumAnswerBytes = 64 << 10
    static let maximumNameBytes = 200
    /// Kept of the call's time for the rest of the evaluation.
    static let reserve = Duration.milliseconds(500)
    static let shortestTime = Duration.milliseconds(20)

    private let settings: ScorerSettings
    private let client: HTTPClient

    init(_ settings: ScorerSettings) {
        self.settings = settings
        var configuration = HTTPClient.Configuration()
        configuration.certificateAuthorityFile = settings.authorityFile
        client = HTTPClient(configuration: configuration)
    }

    /// - Parameter share: the part of the call's remaining time that this window may take, from 0 to 1.
    func score(_ input: EvaluationInput, own: LogVerdict, _ context: CallContext, share: Double) -> Result<ExternalScore, ScorerFailure> {
        do throws(ScorerFailure) {
            return .success(try read(try send(Self.body(input, own), context, share: share)))
        } catch {
            return .failure(error)
        }
    }

    private func send(_ body: JSONValue, _ context: CallContext, share: Double) throws(ScorerFailure) -> HTTPResponse {
        var headers = [HTTPHeader("content-type", "application/json"), HTTPHeader("accept", "application/json")]
        if let secret = settings.secret {
            do throws(PluginFailure) {
                headers.append(HTTPHeader("authorization", "Bearer \(try secret.resolve())"))
            } catch {
                throw ScorerFailure("the scorer's token: \(error.reason)")
            }
        }
        let timeout = min(settings.timeout, (context.remaining - Self.reserve) * share)
        guard timeout >= Self.shortestTime else { throw ScorerFailure("the call was over before the scorer could be asked") }
        do throws(HTTPError) {
            return try client.sendBlocking(
                HTTPRequest(
                    .post, settings.url, headers: headers, body: body.canonicalBytes, timeout: timeout,
                    connectTimeout: timeout, maximumResponseBytes: Self.maximumAnswerBytes))
        } catch {
            throw ScorerFailure("the scorer at \(error)")
        }
    }

    private func read(_ response: HTTPResponse) throws(ScorerFailure) -> ExternalScore {
        guard response.status == 200 else { throw ScorerFailure("the scorer at \(settings.url) answered \(response.status)") }
        guard let answer = try? JSONValue(parsing: response.body) else { throw ScorerFailure("the scorer did not answer with JSON") }
        guard let score = answer["score"]?.number, score.isFinite, (0...1).contains(score) else {
            throw ScorerFailure("the scorer's answer has no 'score' from 0 to 1")
        }
        guard let model = answer["model"]?.string, let version = answer["version"]?.string,
            [model, version].allSatisfy({ (1...Self.maximumNameBytes).contains($0.utf8.count) })
        else { throw ScorerFailure("the scorer's answer does not say its 'model' and 'version'") }
        return ExternalScore(score: score, model: model, version: version)
    }

    /// The window's counts (those that speak of trouble first), and what was found without the scorer. No lines.
    static func body(_ input: EvaluationInput, _ own: LogVerdict) -> JSONValue {
        let counts = input.logs.sorted {
            ($1.severity, $0.windowStart, $0.arm, $0.instance, $0.template) < (
                $0.severity, $1.windowStart, $1.arm, $1.instance, $1.template
            )
        }
        return [
            "release": .string(input.release), "service": .string(input.service), "windowStart": .string(input.windowStart.description),
            "windowEnd": .string(input.windowEnd.description), "baking": .bool(input.baking),
            "anomaly": own.anomaly.map { .number($0) } ?? .null, "omitted": .number(Double(max(0, counts.count - maximumCounts))),
            "counts": .array(
                counts.prefix(maximumCounts).map { count in
                    [
                        "arm": .string(count.arm), "instance": .string(count.instance), "template": .string(count.template),
                        "text": .string(count.text), "severity": .string(count.severity.rawValue),
                        "exception": count.exceptionClass.map { .string($0) } ?? .null, "count": .number(Double(count.count)),
                        "windowStart": .string(count.windowStart.description),
                    ]
                }),
        ]
    }
}

/// Why there is no score.
struct ScorerFailure: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = String(reason.prefix(500)) }
}
