import Hashing
import Testing

@testable import TransparencyLog

@Suite struct FormTests {
    /// The key and the note of the documentation of Go's golang.org/x/mod/sumdb/note.
    @Test func theExampleOfGoIsRead() throws {
        let key = try #require(NoteVerifierKey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"))
        let text = """
            If you think cryptography is the answer to your problem,
            then you don't know what your problem is.

            """
        let note = try #require(
            SignedNote(
                text + """

                    \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=

                    """))
        #expect(note.text == text)
        #expect(note.isSigned(by: key))
        let secret = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
        let signing = try #require(NoteSigningKey(secret))
        #expect(signing.secretText == secret)
        #expect(signing.verifier == key)
        #expect(SignedNote(signing: text, with: [signing]) == note)
        #expect(SignedNote(signing: text, with: [signing]).note == note.note)
    }

    @Test func aSpoiledNoteIsNotSigned() throws {
        let key = try #require(NoteSigningKey(newNamed: "tidegate/test"))
        let other = try #require(NoteSigningKey(newNamed: "tidegate/test"))
        let checkpoint = LogCheckpoint(origin: "tidegate/test", size: 8, root: InlineDigest(hex: VectorTests.roots[8])!)
        let note = SignedNote(signing: checkpoint.text, with: [key])
        #expect(LogCheckpoint(text: note.text) == checkpoint)
        #expect(note.isSigned(by: key.verifier))
        #expect(!note.isSigned(by: other.verifier))
        for (index, byte) in note.note.utf8.enumerated() {
            var bytes = Array(note.note.utf8)
            for bit in 0..<7 {
                bytes[index] = byte ^ (1 << bit)
                guard let text = String(validating: bytes, as: UTF8.self), let spoiled = SignedNote(text) else { continue }
                #expect(!spoiled.isSigned(by: key.verifier), "byte \(index), bit \(bit)")
            }
        }
        let both = SignedNote(signing: checkpoint.text, with: [other, key])
        #expect(both.isSigned(by: key.verifier) && both.isSigned(by: other.verifier))
    }

    @Test(arguments: [
        "a\n1\n\n", "a\n01\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", "\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n",
        "a\n-1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=\n", "a\n1\nXcnaeacGWamtVZy3Ad7ZoqudgjqtL0lgz+Nw7/RgQyg=", "a\n1\nXcna\n",
    ]) func whatIsNoCheckpointIsRefused(text: String) { #expect(LogCheckpoint(text: text) == nil) }

    @Test(arguments: [(UInt64(0), "000"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067")])
    func tilePaths(index: UInt64, path: String) throws {
        #expect(TileAddress.indexPath(index) == path)
        #expect(try #require(TileAddress.readIndexPath(path)) == (index, 256))
        #expect(try #require(TileAddress.readIndexPath(path + ".p/5")) == (index, 5))
        #expect(TileAddress(level: 2, index: index).path(count: 5) == "2/\(path).p/5")
    }

    @Test(arguments: ["", "1", "0001", "x000/001", "001/002", "x001", "000.p/0", "000.p/256", "000.p/x", "-01", "x001/x002", "000/"])
    func otherPathsAreRefused(path: String) { #expect(TileAddress.readIndexPath(path) == nil) }

    @Test func aProofFileIsReadAsItIsWritten() throws {
        let digests = (0..<3).map { MerkleTree.leafHash(of: [UInt8($0)]) }
        let file = ProofFile(leafIndex: 5, path: digests, checkpoint: "log\n8\nx\n\n\u{2014} log AAAA\n")
        #expect(file.text.hasPrefix("c2sp.org/tlog-proof@v1\nindex 5\n"))
        #expect(ProofFile(file.text) == file)
        let extra = file.text.replacing("index 5", with: "extra AAAA\nindex 5")
        #expect(ProofFile(extra) == file)
        let empty = ProofFile(leafIndex: 0, path: [], checkpoint: "checkpoint\n")
        #expect(empty.text == "c2sp.org/tlog-proof@v1\nindex 0\n\ncheckpoint\n" && ProofFile(empty.text) == empty)
        for (old, new) in [
            ("@v1", "@v2"), ("index 5", "index 05"), ("index 5", "index -5"), ("\n\n", "\n"), ("index 5\n", "index 5\nAAAA\n"),
        ] {
            #expect(ProofFile(file.text.replacing(old, with: new, maxReplacements: 1)) == nil, "\(new)")
        }
    }

    @Test func aLeafHashOf31BytesIsNone() {
        #expect(InlineDigest(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(InlineDigest(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(Tile(address: TileAddress(level: 0, index: 0), bytes: [UInt8](repeating: 0, count: 63)) == nil)
    }
}
