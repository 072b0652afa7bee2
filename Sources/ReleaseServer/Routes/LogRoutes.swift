import Hummingbird
import LogMining
import ReleaseModel

/// The intake of log lines: Loki's push API, OTLP over HTTP, and lines of JSON or text.
///
/// Authenticated by token, bounded in size, rate and number, with 413 and 429 for what is beyond. Loki answers 204, OTLP 200 with an
/// empty answer in the coding of the request, as their specifications ask.
struct LogRoutes: Sendable {
    static let maximumInstanceBytes = 200

    let intake: LogIntake
    let gate: IntakeGate
    let rate: IntakeRate
    let queue = IntakeQueue()
    let counters: IntakeCounters
    let clock: @Sendable () -> Timestamp
    let limits: ServerLimits

    /// `/loki/api/v1/push`, where shippers expect it.
    func addLoki(to group: RouterGroup<APIContext>) {
        group.post("push", use: loki)
    }

    /// `/v1/logs`, where OpenTelemetry's exporters send to; for lines with `?service=...&revision=...&instance=...`.
    func add(to group: RouterGroup<APIContext>) {
        group.post("logs", use: logs)
    }

    @Sendable func loki(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .pushLogs)
        guard let format = IntakeFormat.loki(contentType: request.headers[.contentType]) else { throw unknownType(request) }
        try await take(request, as: format, from: caller)
        return Response(status: .noContent)
    }

    @Sendable func logs(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .pushLogs)
        try request.allowQuery("service", "revision", "instance")
        let defaults = LogDefaults(
            service: request.query("service"), revision: request.query("revision"), instance: request.query("instance"))
        guard let format = IntakeFormat.logs(contentType: request.headers[.contentType], defaults: defaults) else {
            throw unknownType(request)
        }
        try await take(request, as: format, from: caller)
        switch format {
        case .otlpJSON: return try APIAnswer.json([String: String]())
        case .otlpProtobuf: return APIAnswer.empty(type: "application/x-protobuf")
        default: return Response(status: .noContent)
        }
    }

    private func unknownType(_ request: Request) -> HTTPError {
        counters.refuse(.encoding)
        return HTTPError(
            .unsupportedMediaType,
            message: "'\((request.headers[.contentType] ?? "").prefix(100))' is not understood here; "
                + "push application/json, application/x-protobuf, or application/x-ndjson for lines")
    }

    private func take(_ request: Request, as format: IntakeFormat, from caller: Caller) async throws {
        if let wait = rate.wait(of: caller.name, at: clock()) {
            counters.refuse(.rate)
            throw HTTPError(
                .tooManyRequests, headers: [.retryAfter: "\(Int(wait.seconds.rounded(.up)))"],
                message: "the token '\(caller.name)' pushes more than \(limits.intakeBytesPerSecond) bytes or "
                    + "\(limits.intakeLinesPerSecond) lines a second; send this one again in \(wait)")
        }
        let encoding = request.headers[.contentEncoding]
        let taken: Void? = try await gate.enter {
            let body = try await body(of: request)
            let (limits, now) = (limits, clock())
            let (bytes, records) = try await queue.run { try Self.read(body, as: format, encoding: encoding, limits: limits, now: now) }
                .get(counting: counters)
            counters.pushes.add(1)
            counters.bytes.add(bytes)
            counters.lines.add(records.count)
            rate.take(bytes: bytes, lines: records.count, by: caller.name, at: now)
            await intake.add(records)
        }
        guard taken != nil else {
            counters.refuse(.busy)
            throw ReleaseError(.limitExceeded, "too many pushes are being read at once", advice: "send this one again in a moment")
        }
    }

    private func body(of request: Request) async throws -> [UInt8] {
        do {
            return try await request.bytes(limit: limits.intakeBodyBytes, deadline: limits.bodyDeadline)
        } catch {
            counters.refuse((error as? HTTPError)?.status == .requestTimeout ? .slow : .tooLarge)
            throw error
        }
    }

    /// Why a push is refused, and how that is counted.
    struct Refused: Error {
        var refusal: IntakeCounters.Refusal
        var error: any Error & Sendable
    }

    private static func read(
        _ body: [UInt8], as format: IntakeFormat, encoding: String?, limits: ServerLimits, now: Timestamp
    ) throws -> Result<(bytes: Int, records: [LogRecord]), Refused> {
        var wireLimits = LogLimits()
        wireLimits.bodyBytes = limits.intakeBodyBytes
        do throws(LogWireError) {
            guard let decoded = try format.decoded(body, encoding: encoding, limit: limits.intakeBodyBytes) else {
                return .failure(
                    Refused(
                        refusal: .encoding,
                        error: HTTPError(
                            .unsupportedMediaType,
                            message: "the encoding '\((encoding ?? "").prefix(40))' is not understood here; send gzip, or the body as it is"
                        )))
            }
            let records = try format.records(decoded, limits: wireLimits, receivedAt: now)
            if let error = sourceProblem(of: records) { return .failure(Refused(refusal: .unlabelled, error: error)) }
            return .success((decoded.count, records))
        } catch {
            return .failure(
                Refused(
                    refusal: error.code == .malformed ? .malformed : error.code == .missingLabel ? .unlabelled : .tooLarge,
                    error: HTTPError(.init(code: error.httpStatus), message: error.reason)))
        }
    }

    /// Services and revisions are names, as targets have them; anything else could never be judged.
    private static func sourceProblem(of records: [LogRecord]) -> ReleaseError? {
        for source in Set(records.map(\.source)) {
            for (label, text) in [("service", source.service), ("revision", source.revision)] {
                guard let problem = Name.problem(with: text) else { continue }
                return ReleaseError(.invalidInput, "the label '\(label)' \(problem)", place: "a stream of the push")
            }
            guard source.instance.utf8.count <= maximumInstanceBytes else {
                return ReleaseError(
                    .invalidInput, "the label 'instance' is longer than \(maximumInstanceBytes) bytes", place: "a stream of the push")
            }
        }
        return nil
    }
}

extension Result where Failure == LogRoutes.Refused {
    fileprivate func get(counting counters: IntakeCounters) throws -> Success {
        switch self {
        case .success(let value): return value
        case .failure(let refused):
            counters.refuse(refused.refusal)
            throw refused.error
        }
    }
}
