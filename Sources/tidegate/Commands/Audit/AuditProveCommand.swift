import ArgumentParser
import AuditVerifier
import Foundation
import Hashing
import ReleaseModel
import ReleaseServer
import TransparencyLog

struct AuditProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove", abstract: "Prove that an entry is in the history, or that an older head is its beginning.",
        discussion: """
              tidegate audit prove --decision 118 --key log.pub
              tidegate audit prove --entry 402 -f entry-402.tlog-proof
              tidegate audit prove --since 1200 --anchor checkpoints --key log.pub

            The proof is checked here, not taken on trust: from the entry's bytes up to the root of the signed head.
            """)

    @Option(help: ArgumentHelp("The entry that tells of this decision.", valueName: "number"))
    var decision: Int64?

    @Option(help: ArgumentHelp("This entry of the history.", valueName: "number"))
    var entry: Int64?

    @Option(help: ArgumentHelp("That the head over this many entries, which --anchor names, is the beginning.", valueName: "size"))
    var since: UInt64?

    @Option(help: ArgumentHelp("A file of signed heads that were anchored.", valueName: "file"))
    var anchor: String?

    @Option(help: ArgumentHelp("A public key that is trusted, or a file of such keys.", valueName: "key"))
    var key: String?

    @Option(name: .shortAndLong, help: ArgumentHelp("Keep the proof there, in C2SP's tlog-proof form.", valueName: "file"))
    var file: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard [decision != nil, entry != nil, since != nil].count(where: { $0 }) == 1 else {
            throw ValidationError("Name one of --decision, --entry and --since.")
        }
        if since != nil, file != nil { throw ValidationError("--file keeps the proof of one entry.") }
        if since != nil, anchor == nil { throw ValidationError("--since wants --anchor with the head that was kept.") }
    }

    func run() async throws {
        let keys = try trustedKeys()
        if let since {
            try await proveConsistency(since: since, keys: keys)
        } else {
            let (decision, entry) = (self.decision, self.entry)
            let proof = try await connection.withReader { client in
                if let decision { return try await client.proof(decision: decision) }
                return try await client.proof(entry: entry ?? 0)
            }
            let lines = try Self.check(proof, keys: keys)
            if let file { try Self.keep(proof, in: file) }
            try output.print(proof) { _ in lines }
        }
    }

    /// What was checked, in words.
    ///
    /// - Throws: `conflict` when the proof does not lead to the signed head.
    static func check(_ proof: EntryProof, keys: [NoteVerifierKey]) throws -> [String] {
        let head = try self.head(proof.checkpoint, keys: keys)
        guard let bytes = Data(base64Encoded: proof.bytes) else { throw wrong("the entry's bytes are not base64") }
        let path = proof.path.compactMap { InlineDigest(hex: $0) }
        let leaf = MerkleTree.leafHash(of: Array(bytes))
        let root = InclusionProof(leafIndex: proof.leafIndex, treeSize: proof.treeSize, path: path).root(leaf: leaf)
        guard path.count == proof.path.count, head.size == proof.treeSize, root == head.root else {
            throw wrong("the path does not lead from the entry to the root of the signed head")
        }
        return [
            "entry \(proof.entry) (\(proof.kind)\(proof.release.map { " of \($0)" } ?? "")) is leaf \(proof.leafIndex) of \(proof.treeSize)",
            "leaf     \(leaf)", "root     \(head.root)", "log      \(head.origin)",
            keys.isEmpty ? "signature not checked: name the key that you trust with --key" : "signed by a trusted key",
        ]
    }

    private static func keep(_ proof: EntryProof, in file: String) throws {
        let path = proof.path.compactMap { InlineDigest(hex: $0) }
        do {
            try ProofFile(leafIndex: proof.leafIndex, path: path, checkpoint: proof.checkpoint).text.write(
                toFile: file, atomically: true, encoding: .utf8)
        } catch {
            throw ReleaseError(.forbidden, "the file cannot be written: \(error.localizedDescription)", place: file)
        }
    }

    private func proveConsistency(since: UInt64, keys: [NoteVerifierKey]) async throws {
        let text = try InputFile(anchor ?? "-", maximumBytes: 64 << 20).text()
        let heads = try AnchoredHeads(text: text).heads
        guard let old = heads.first(where: { $0.size == since }) else {
            throw ReleaseError(
                .notFound, "there is no head over \(since) entries", place: anchor,
                advice: "its heads cover \(heads.map { "\($0.size)" }.suffix(10).joined(separator: ", ")) entries")
        }
        let (status, proof) = try await connection.withReader { client in
            let status = try await client.log()
            return (status, try await client.consistency(from: since, to: status.size))
        }
        guard let note = status.checkpoint else { throw Self.wrong("the history has no signed head") }
        let head = try Self.head(note, keys: keys)
        let path = proof.path.compactMap { InlineDigest(hex: $0) }
        guard old.origin == head.origin, proof.to == head.size,
            ConsistencyProof(oldSize: since, newSize: head.size, path: path).holds(oldRoot: old.root, newRoot: head.root)
        else { throw Self.wrong("the first \(since) entries are not those that were anchored") }
        try output.print(proof) { _ in
            ["the first \(since) of \(head.size) entries are those that were anchored", "log      \(head.origin)"]
        }
    }

    private static func head(_ text: String, keys: [NoteVerifierKey]) throws -> LogCheckpoint {
        guard let note = SignedNote(text), let head = LogCheckpoint(text: note.text) else {
            throw wrong("the signed head is not a checkpoint in a signed note")
        }
        if !keys.isEmpty, !keys.contains(where: { note.isSigned(by: $0) }) { throw wrong("no trusted key has signed the head") }
        return head
    }

    private static func wrong(_ reason: String) -> ReleaseError {
        ReleaseError(.conflict, reason, place: "proof", advice: "`tidegate audit verify` says where the history stops to hold")
    }

    private func trustedKeys() throws -> [NoteVerifierKey] {
        guard let key else { return [] }
        if let one = NoteVerifierKey(key) { return [one] }
        let lines = try InputFile(key).text().split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("#") }
        let keys = lines.compactMap { NoteVerifierKey(String($0)) }
        guard keys.count == lines.count, !keys.isEmpty else {
            throw ReleaseError(.invalidInput, "this is neither a public key nor a file of such keys", place: key)
        }
        return keys
    }
}

/// The heads in a file of anchored notes.
struct AnchoredHeads {
    let heads: [LogCheckpoint]

    init(text: String) throws {
        heads = Trust.notes(in: text).compactMap { SignedNote($0).flatMap { LogCheckpoint(text: $0.text) } }
    }
}
