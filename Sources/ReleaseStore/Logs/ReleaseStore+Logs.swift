import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// The length of a count window.
    public static let logWindow = TimeSpan(microseconds: 10_000_000)

    /// Adds counts to those that are stored. Window starts are moved to the beginning of their ten seconds.
    ///
    /// - Throws: `limitExceeded` for more than `LogCountBatch.maximumCounts` counts, or texts that are too long; `invalidInput`.
    public func addLogCounts(_ batch: LogCountBatch) async throws {
        if batch.counts.isEmpty { return }
        let place = "logs of \(batch.service) \(batch.revision)"
        let counts = try Self.document(of: batch, place: place)
        _ = try await rows(
            .addLogCounts,
            [.text(batch.service), .text(batch.revision), .text(batch.instance.withoutNUL), .json(counts)],
            place: place)
    }

    /// The counts of a batch as the database takes them.
    static func document(of batch: LogCountBatch, place: String) throws -> String {
        try Self.requireName(batch.service, "the service")
        try Self.requireName(batch.revision, "the revision")
        guard batch.counts.count <= LogCountBatch.maximumCounts else {
            throw ReleaseError(
                .limitExceeded, "a batch holds at most \(LogCountBatch.maximumCounts) counts, not \(batch.counts.count)", place: place)
        }
        let counts = batch.counts.filter { $0.count > 0 }.map { count -> JSONValue in
            [
                "template": .string(count.template.withoutNUL), "text": .string(count.text.withoutNUL),
                "severity": .string(count.severity.rawValue),
                "exceptionClass": .optional(count.exceptionClass?.withoutNUL), "count": .integer(count.count),
                "windowStart": .string(count.windowStart.description),
            ]
        }
        return JSONValue.array(counts).canonicalText
    }

    /// The counts of the ten-second windows that end after `after` and not after `through`: called with the ends of one poll window and the
    /// next, every count window comes once, when it is complete. Ordered by window, revision, instance, template.
    public func logCounts(service: String, revisions: [String], after: Timestamp, through: Timestamp) async throws -> [RevisionLogCount] {
        let rows = try await rows(
            .logCounts,
            [
                .text(service), .texts(revisions), .timestamp(microseconds: after.microseconds),
                .timestamp(microseconds: through.microseconds),
            ], place: "logs of \(service)")
        return try reading {
            try rows.map { row in
                RevisionLogCount(
                    revision: try row.text("revision"),
                    count: LogCount(
                        arm: "", instance: try row.text("instance"), template: try row.text("template"), text: try row.text("text"),
                        severity: try row.named(LogSeverity.self, "severity"), exceptionClass: try row.optionalText("exception_class"),
                        count: try row["count"].int(), windowStart: try row.time("window_start"),
                        sample: try row.optionalText("sample")))
            }
        }
    }
}
