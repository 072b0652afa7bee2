import Hummingbird
import LogMining
import ReleaseModel

/// The intake of log lines: Loki's push API as JSON, and lines of JSON or text.
struct LogRoutes: Sendable {
    static let maximumInstanceBytes = 200

    let intake: LogIntake
    let gate: IntakeGate
    let counters: IntakeCounters
    let clock: @Sendable () -> Timestamp
    let limits: ServerLimits

    /// `/loki/api/v1/push`, where shippers expect it.
    func addLoki(to group: RouterGroup<APIContext>) {
        group.post("push", use: loki)
    }

    /// `/v1/logs?service=...&revision=...&instance=...`
    func add(to group: RouterGroup<APIContext>) {
        group.post("logs", use: lines)
    }

    @Sendable func loki(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .pushLogs)
        if let type = request.headers[.contentType], !type.lowercased().hasPrefix("application/json") {
            counters.refuse(.encoding)
            throw HTTPError(
                .unsupportedMediaType, message: "'\(type.prefix(100))' is not understood here; push application/json")
        }
        return try await take(request) { body, limits, now throws(LogWireError) in
            try LokiPush.records(json: body, limits: limits, receivedAt: now)
        }
    }

    @Sendable func lines(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .pushLogs)
        try request.allowQuery("service", "revision", "instance")
        let defaults = LogDefaults(
            service: request.query("service"), revision: request.query("revision"), instance: request.query("instance"))
        return try await take(request) { body, limits, now throws(LogWireError) in
            try NDJSONLogs.records(body, defaults: defaults, limits: limits, receivedAt: now)
        }
    }

    private func take(
        _ request: Request, read: ([UInt8], LogLimits, Timestamp) throws(LogWireError) -> [LogRecord]
    ) async throws -> Response {
        if let encoding = request.headers[.contentEncoding], encoding.lowercased() != "identity" {
            counters.refuse(.encoding)
            throw HTTPError(
                .unsupportedMediaType, message: "the encoding '\(encoding.prefix(40))' is not understood here; send the body as it is")
        }
        let taken: Void? = try await gate.enter {
            let body = try await body(of: request)
            let records = try self.records(body, read)
            counters.pushes.add(1)
            counters.bytes.add(body.count)
            counters.lines.add(records.count)
            await intake.add(records)
        }
        guard taken != nil else {
            counters.refuse(.busy)
            throw ReleaseError(.limitExceeded, "too many pushes are being read at once", advice: "send this one again in a moment")
        }
        return Response(status: .noContent)
    }

    private func body(of request: Request) async throws -> [UInt8] {
        do {
            return try await request.bytes(limit: limits.intakeBodyBytes, deadline: limits.bodyDeadline)
        } catch {
            counters.refuse(.tooLarge)
            throw error
        }
    }

    private func records(_ body: [UInt8], _ read: ([UInt8], LogLimits, Timestamp) throws(LogWireError) -> [LogRecord]) throws -> [LogRecord]
    {
        var wireLimits = LogLimits()
        wireLimits.bodyBytes = limits.intakeBodyBytes
        let records: [LogRecord]
        do {
            records = try read(body, wireLimits, clock())
        } catch {
            counters.refuse(
                error.code == .malformed ? .malformed : error.code == .missingLabel ? .unlabelled : .tooLarge)
            throw HTTPError(.init(code: error.httpStatus), message: error.reason)
        }
        try checkSources(of: records)
        return records
    }

    /// Services and revisions are names, as targets have them; anything else could never be judged.
    private func checkSources(of records: [LogRecord]) throws {
        for source in Set(records.map(\.source)) {
            for (label, text) in [("service", source.service), ("revision", source.revision)] {
                guard let problem = Name.problem(with: text) else { continue }
                counters.refuse(.unlabelled)
                throw ReleaseError(.invalidInput, "the label '\(label)' \(problem)", place: "a stream of the push")
            }
            guard source.instance.utf8.count <= Self.maximumInstanceBytes else {
                counters.refuse(.unlabelled)
                throw ReleaseError(
                    .invalidInput, "the label 'instance' is longer than \(Self.maximumInstanceBytes) bytes", place: "a stream of the push")
            }
        }
    }
}
