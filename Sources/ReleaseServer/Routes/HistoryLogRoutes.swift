import Foundation
import Hashing
import Hummingbird
import HTTPTypes
import NIOCore
import ReleaseModel
import ReleaseStore
import TransparencyLog

/// The history as a transparency log: `/log/checkpoint` and `/log/tile/...` (C2SP tlog-tiles) for monitors and witnesses, who need no token
/// because there are only digests in them; entries, proofs and the whole export under `/v1/log` for those who may read evidence.
struct HistoryLogRoutes: Sendable {
    let store: ReleaseStore
    let limits: ServerLimits

    func addOpen(to group: RouterGroup<APIContext>) {
        group.get("checkpoint", use: checkpoint)
        group.get("tile/:level/**", use: tile)
    }

    func add(to group: RouterGroup<APIContext>) {
        group.get("log", use: status)
        group.get("log/entries/:id", use: proof)
        group.get("log/decisions/:id", use: proofOfDecision)
        group.get("log/consistency", use: consistency)
        group.get("log/tile/entries/**", use: entries)
        group.get("log/export", use: export)
    }

    // MARK: Open

    @Sendable func checkpoint(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let checkpoint = try await store.logHead().checkpoint else {
            throw ReleaseError(.notFound, "the history has no signed head yet", advice: "a running controller signs one within seconds")
        }
        return APIAnswer.text(checkpoint, type: "text/plain; charset=utf-8")
    }

    @Sendable func tile(_ request: Request, _ context: APIContext) async throws -> Response {
        guard let level = Int(try context.parameters.require("level")), (0...TileAddress.maximumLevel).contains(level),
            let (index, count) = TileAddress.readIndexPath(context.parameters.getCatchAll().joined(separator: "/"))
        else { throw Self.noTile }
        let address = TileAddress(level: level, index: index)
        guard let tile = try await store.tiles([address]).first, tile.digests.count >= count else { throw Self.noTile }
        return Self.bytes(Array(tile.bytes.prefix(count * 32)), isWhole: count == Int(TileAddress.width))
    }

    private static let noTile = ReleaseError(
        .notFound, "there is no such tile", advice: "tiles are named as C2SP tlog-tiles says, within the size of /log/checkpoint")

    /// What is whole never changes again.
    private static func bytes(_ bytes: [UInt8], isWhole: Bool) -> Response {
        var headers = HTTPFields()
        headers[.contentType] = "application/octet-stream"
        headers[.cacheControl] = isWhole ? "public, max-age=31536000, immutable" : "no-store"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    // MARK: With a token

    @Sendable func status(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        let head = try await store.logHead()
        return try APIAnswer.json(
            LogStatus(
                origin: head.origin, size: head.size, checkpoint: head.checkpoint,
                keys: try await store.logKeys().map { .init(key: $0.verifierKey, addedBy: $0.addedBy, addedAt: $0.addedAt) },
                anchors: try await store.anchors().map { .init(place: $0.place, size: $0.size, at: $0.at, problem: $0.problem) }))
    }

    @Sendable func proof(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery()
        return try await proof(ofEntry: try Self.number(context, "an entry"))
    }

    @Sendable func proofOfDecision(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery()
        return try await proof(ofEntry: try await store.entry(ofDecision: try Self.number(context, "a decision")))
    }

    private static func number(_ context: APIContext, _ what: String) throws -> Int64 {
        guard let id = Int64(try context.parameters.require("id")) else {
            throw ReleaseError(.invalidInput, "\(what) is named by its number")
        }
        return id
    }

    private func proof(ofEntry id: Int64) async throws -> Response {
        let proven = try await store.proof(ofEntry: id)
        return try APIAnswer.json(
            EntryProof(
                entry: proven.entry.id, kind: proven.entry.kind, release: proven.entry.release, leafIndex: proven.proof.leafIndex,
                treeSize: proven.proof.treeSize, leafHash: MerkleTree.leafHash(of: proven.entry.bytes).hex,
                path: proven.proof.path.map(\.hex), checkpoint: proven.checkpoint, bytes: Data(proven.entry.bytes).base64EncodedString()))
    }

    @Sendable func consistency(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery("from", "to")
        let to = try request.query("to", in: 0...Int.max, default: Int(try await store.logHead().size))
        let from = try request.query("from", in: 0...Int.max, default: 0)
        let proof = try await store.consistencyProof(from: UInt64(from), to: UInt64(to))
        return try APIAnswer.json(TreeConsistency(from: proof.oldSize, to: proof.newSize, path: proof.path.map(\.hex)))
    }

    /// A bundle of entries as C2SP tlog-tiles has it: each with its length in two bytes before it.
    @Sendable func entries(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        guard let (index, count) = TileAddress.readIndexPath(context.parameters.getCatchAll().joined(separator: "/")),
            index < UInt64(Int64.max) / 256
        else { throw Self.noTile }
        let start = index * TileAddress.width
        let end = start + UInt64(count)
        guard end <= (try await store.logHead().size) else { throw Self.noTile }
        var bundle: [UInt8] = []
        for entry in try await store.leaves(start..<end) {
            guard let length = UInt16(exactly: entry.count) else {
                throw ReleaseError(
                    .limitExceeded, "an entry of this bundle is longer than 65535 bytes, which the form of bundles cannot say",
                    place: request.uri.path, advice: "read it with /v1/log/export")
            }
            bundle += [UInt8(length >> 8), UInt8(length & 255)] + entry
        }
        return Self.bytes(bundle, isWhole: count == Int(TileAddress.width))
    }

    /// The whole history as lines of JSON, for `tidegate audit verify`.
    @Sendable func export(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .readEvidence)
        try request.allowQuery("evidence")
        let withEvidence = request.query("evidence") != "no"
        let store = store
        var headers = HTTPFields()
        headers[.contentType] = "application/x-ndjson"
        headers[.cacheControl] = "no-store"
        return Response(
            status: .ok, headers: headers,
            body: ResponseBody { writer in
                let body = BodyWriter(writer)
                try await store.exportHistory(withEvidence: withEvidence) { chunk in try await body.write(chunk) }
                try await body.finish()
            })
    }

    /// Lets the writer of one body be used from a closure. Unchecked: the export awaits each chunk before it hands over the next one, so
    /// that there is never more than one call at a time.
    private final class BodyWriter: @unchecked Sendable {
        private var writer: (any ResponseBodyWriter)?

        init(_ writer: any ResponseBodyWriter) { self.writer = writer }

        func write(_ bytes: [UInt8]) async throws { try await writer?.write(ByteBuffer(bytes: bytes)) }

        func finish() async throws {
            guard let writer else { return }
            self.writer = nil
            try await writer.finish(nil)
        }
    }
}
