import PostgresClient
public import ReleaseModel

/// One masked line of a template, on its way into the database.
public struct LogSample: Sendable, Hashable {
    /// Bytes of a line that are kept.
    public static let maximumBytes = 1024

    public var template: String
    public var line: String
    public var at: Timestamp

    public init(template: String, line: String, at: Timestamp) {
        self.template = template
        self.line = line
        self.at = at
    }
}

/// The log sequences that the policy of a release waits for.
public struct WatchedSequences: Sendable, Hashable {
    public var service: String
    /// The policy's list as it was written, defaults not filled in.
    public var sequences: JSONValue
    /// Under this the values that events share are digested.
    public var salt: String
}

extension ReleaseStore {
    /// Steps that one batch may have, and that one window gives out.
    public static let maximumLogSteps = 10_000

    /// Keeps up to three lines of each template and revision; those that are there stay. Templates that were never counted are left out.
    ///
    /// - Throws: `limitExceeded` for a line of more than `LogSample.maximumBytes` bytes.
    public func addLogSamples(_ samples: [LogSample], service: String, revision: String) async throws {
        if samples.isEmpty { return }
        let place = "logs of \(service) \(revision)"
        guard samples.allSatisfy({ $0.line.utf8.count <= LogSample.maximumBytes }) else {
            throw ReleaseError(.limitExceeded, "a sample of a log line has at most \(LogSample.maximumBytes) bytes", place: place)
        }
        let items = samples.map { sample -> JSONValue in
            [
                "template": .string(sample.template.withoutNUL), "line": .string(sample.line.withoutNUL),
                "at": .string(sample.at.description),
            ]
        }
        _ = try await rows(
            .addLogSamples, [.text(service), .text(revision), .json(JSONValue.array(items).canonicalText)], place: place)
    }

    /// Adds events of log sequences, in their order.
    ///
    /// - Throws: `limitExceeded` for more than `maximumLogSteps`.
    public func addLogSteps(_ steps: [LogStep], service: String, revision: String) async throws {
        if steps.isEmpty { return }
        let place = "logs of \(service) \(revision)"
        guard steps.count <= Self.maximumLogSteps else {
            throw ReleaseError(.limitExceeded, "a batch holds at most \(Self.maximumLogSteps) steps, not \(steps.count)", place: place)
        }
        let items = steps.map { step -> JSONValue in
            [
                "sequence": .string(step.sequence), "steps": .integer(step.steps), "key": .string(step.key),
                "at": .string(step.at.description),
            ]
        }
        _ = try await rows(
            .addLogSteps, [.text(service), .text(revision), .json(JSONValue.array(items).canonicalText)], place: place)
    }

    /// The events of one poll's windows (those of `logCounts`) under the names of the arms, in the order of time.
    ///
    /// Beyond `maximumLogSteps` the rest is left out, and a step of none says so.
    public func logSteps(service: String, arms: [Arm], after: Timestamp, through: Timestamp) async throws -> [LogStep] {
        let rows = try await rows(
            .logSteps,
            [
                .text(service), .texts(arms.map(\.revision)), .timestamp(microseconds: after.microseconds),
                .timestamp(microseconds: through.microseconds), .int(Self.maximumLogSteps + 1),
            ], place: "logs of \(service)")
        let steps = try reading {
            try rows.prefix(Self.maximumLogSteps).compactMap { row -> LogStep? in
                let revision = try row.text("revision")
                guard let arm = arms.first(where: { $0.revision == revision }) else { return nil }
                return LogStep(
                    arm: arm.name, sequence: try row.text("sequence"), steps: try row["steps"].int(), key: try row.text("key"),
                    at: try row.time("at"))
            }
        }
        guard rows.count > Self.maximumLogSteps, let last = steps.last else { return steps }
        return steps + arms.map { LogStep(arm: $0.name, sequence: "", steps: 0, key: "", at: last.at) }
    }

    /// What the intake has to look for: the log sequences of every release that goes on.
    public func watchedSequences() async throws -> [WatchedSequences] {
        let rows = try await rows(.watchedSequences, [])
        return try reading {
            try rows.map { row in
                WatchedSequences(
                    service: try row.text("service"), sequences: try row.document("sequences"), salt: try row.text("salt"))
            }
        }
    }

    /// Forgets samples and steps from before a time.
    public func pruneLogEvidence(before: Timestamp) async throws {
        _ = try await rows(.pruneLogEvidence, [.timestamp(microseconds: before.microseconds)])
    }
}
