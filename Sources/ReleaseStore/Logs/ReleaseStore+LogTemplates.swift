import PostgresClient
import ReleaseModel

extension ReleaseStore {
    /// Says which templates of a service are one. From now on counts of either come under the one that was seen first.
    ///
    /// - Throws: `limitExceeded` for more than `LogTemplateMerge.maximumCount` merges.
    public func mergeLogTemplates(_ merges: [LogTemplateMerge], service: String) async throws {
        if merges.isEmpty { return }
        let place = "log templates of \(service)"
        try Self.requireName(service, "the service")
        _ = try await rows(.mergeLogTemplates, [.text(service), .json(try Self.document(of: merges, place: place))], place: place)
    }

    /// Adds what a collector counted, in one transaction and once however often the same push is sent.
    ///
    /// - Returns: false for a push that was taken before.
    /// - Throws: as `addLogCounts` and `mergeLogTemplates`.
    public func addCollectedLogs(_ logs: CollectedLogs) async throws -> Bool {
        let place = "collected logs of \(logs.batch.service) \(logs.batch.revision)"
        let rows = try await rows(
            .addCollectedLogs,
            [
                .text(logs.batch.service), .text(logs.batch.revision), .text(logs.batch.instance.withoutNUL),
                .text(logs.collector.withoutNUL),
                .int(logs.number), .json(try Self.document(of: logs.batch, place: place)),
                .json(try Self.document(of: logs.merges, place: place)),
            ], place: place)
        return try reading { try rows.first?["added"].bool() ?? false }
    }

    private static func document(of merges: [LogTemplateMerge], place: String) throws -> String {
        guard merges.count <= LogTemplateMerge.maximumCount else {
            throw ReleaseError(
                .limitExceeded, "at most \(LogTemplateMerge.maximumCount) templates are merged at once, not \(merges.count)", place: place)
        }
        let items = merges.map { merge -> JSONValue in
            [
                "alias": .string(merge.alias.withoutNUL), "template": .string(merge.template.withoutNUL),
                "text": .string(merge.text.withoutNUL),
            ]
        }
        return JSONValue.array(items).canonicalText
    }
}
