import HTTPTypes
import Hummingbird
import NIOCore
import ReleaseModel
import ReleaseStore

/// `/v1/audit/entries` and `/v1/audit/export`: the history searched page by page, and as a stream.
struct EntryRoutes: Sendable {
    /// Where the next page begins; absent on the last one.
    static let nextField = HTTPField.Name("tidegate-next")!

    let store: ReleaseStore
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.get("audit/entries", use: list)
        group.get("audit/export", use: export)
    }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery(Request.auditFilterParameters + ["after", "limit"])
        let limit = try request.query("limit", in: 1...limits.pageItems, default: 100)
        let after = try request.query("after", in: 0...Int.max, default: 0)
        let found = try await store.auditEntries(try request.auditFilter(), after: Int64(after), limit: limit)
        // A page may end early for its bytes, so only an empty one is surely the last; a client sees one more, empty page.
        let next = found.count == limit || found.reduce(0) { $0 + $1.bytes.count } >= ReleaseStore.auditPageBytes
        return try APIAnswer.json(Page(items: try found.map(EntryView.init), next: next ? found.last.map { "\($0.position)" } : nil))
    }

    /// Without a limit everything, as one stream; with one a page, whose field `tidegate-next` says where the next one begins.
    @Sendable func export(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery(Request.auditFilterParameters + ["after", "limit", "format"])
        let word = request.query("format") ?? ExportFormat.ndjson.rawValue
        guard let format = ExportFormat(rawValue: word) else {
            throw ReleaseError(
                .invalidInput, "there is no format '\(word)'", place: "query parameter 'format'",
                advice: "formats are " + ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))
        }
        let filter = try request.auditFilter()
        let after = Int64(try request.query("after", in: 0...Int.max, default: 0))
        let isWhole = request.query("limit") == nil
        let limit = try request.query("limit", in: 1...ReleaseStore.largestAuditPage, default: ReleaseStore.largestAuditPage)
        // The first page is fetched before the answer begins, so that what is wrong with the call is an error and no broken stream.
        let first = try await store.auditEntries(filter, after: after, limit: limit)
        var headers = HTTPFields()
        headers[.contentType] = format.mediaType
        headers[.cacheControl] = "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        if !isWhole, let last = first.last { headers[Self.nextField] = "\(last.position)" }
        let head = after == 0 ? format.head : ""
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                try await writer.write(ByteBuffer(string: head))
                var page = first
                while !page.isEmpty {
                    try await writer.write(try Self.buffer(of: page, format))
                    guard isWhole, let last = page.last else { break }
                    page = try await store.auditEntries(filter, after: last.position, limit: limit)
                }
                try await writer.finish(nil)
            })
    }

    private static func buffer(of page: [AuditEntry], _ format: ExportFormat) throws -> ByteBuffer {
        var buffer = ByteBuffer()
        for entry in page { buffer.writeBytes(try format.bytes(of: entry)) }
        return buffer
    }
}

extension EntryView {
    init(_ entry: AuditEntry) throws {
        self.init(
            position: entry.position, kind: entry.kind, release: entry.release, service: entry.service, decision: entry.decision,
            leafIndex: entry.leafIndex, recordedAt: entry.recordedAt, entry: try JSONValue(parsing: entry.bytes))
    }
}
