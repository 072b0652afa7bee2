import Hashing
import ReleaseModel
import ReleaseServer
import TransparencyLog

/// Proofs under one signed head, made from the log's tiles as any monitor would make them; each tile is fetched once.
struct BundleProofs {
    let note: String
    let head: LogCheckpoint
    private let client: APIClient
    private var tiles: [TileAddress: Tile] = [:]

    /// - Returns: nil where the history has no signed head yet.
    /// - Throws: `unavailable` when the head is not one.
    init?(client: APIClient, status: LogStatus) throws {
        guard let note = status.checkpoint else { return nil }
        guard let head = SignedNote(note).flatMap({ LogCheckpoint(text: $0.text) }) else {
            throw ReleaseError(
                .unavailable, "the history's signed head is not a checkpoint", place: client.baseURL,
                advice: "`tidegate audit verify` says more")
        }
        self.client = client
        self.note = note
        self.head = head
    }

    /// The proof of a leaf, as a file; nil for one that the head does not cover.
    ///
    /// - Throws: `unavailable` when the tiles do not lead to the signed root.
    mutating func proof(of leafHash: InlineDigest, at leaf: UInt64) async throws -> ProofFile? {
        guard leaf < head.size else { return nil }
        let reading = ProofReading.inclusion(of: leaf, inTreeOf: head.size)
        for address in reading.tiles where tiles[address] == nil {
            let count = address.count(inTreeOf: head.size)
            tiles[address] = Tile(address: address, bytes: try await client.tile(address, count: count))
        }
        guard let path = reading.path(from: reading.tiles.compactMap { tiles[$0] }),
            InclusionProof(leafIndex: leaf, treeSize: head.size, path: path).root(leaf: leafHash) == head.root
        else {
            throw ReleaseError(
                .unavailable, "the tiles of the log do not lead from entry \(leaf) to the signed root", place: client.baseURL,
                advice: "`tidegate audit verify` says where the history stops to hold")
        }
        return ProofFile(leafIndex: leaf, path: path, checkpoint: note)
    }
}
