import Foundation
import Hashing
import Testing

@testable import TransparencyLog

/// Random trees of pymerkle (PyPI), an implementation that is not ours: the same roots, the same paths, and no other path is taken.
@Suite(.timeLimit(.minutes(5))) struct AgreementTests {
    struct Tree: Decodable {
        struct Proof: Decodable {
            var leaf: UInt64
            var size: UInt64
            var path: [String]
        }

        var entries: [String]
        var roots: [String]
        var proofs: [Proof]
    }

    static func output(of arguments: [String]) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(arguments)")
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    @Test func rootsAndProofsAreThoseOfPymerkle() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let root = folder.deletingLastPathComponent().deletingLastPathComponent().path
        let python = try #require(try Self.output(of: ["bash", "\(root)/scripts/merkle-venv"]).split(separator: "\n").last)
        let sizes = [1, 2, 3, 7, 8, 9, 31, 64, 100, 255, 256, 257, 300, 513]
        let lines = try Self.output(of: [String(python), folder.path + "/pymerkle_trees.py", "20261130"] + sizes.map(String.init))
        let trees = try lines.split(separator: "\n").map { try JSONDecoder().decode(Tree.self, from: Data($0.utf8)) }
        #expect(trees.map(\.entries.count) == sizes)
        for tree in trees { try check(tree) }
    }

    private func check(_ tree: Tree) throws {
        let leaves = tree.entries.map { MerkleTree.leafHash(of: [UInt8](hex: $0)!) }
        var range = CompactRange()
        var growing = TileTree()
        var stored: [TileAddress: Tile] = [:]
        for (index, leaf) in leaves.enumerated() {
            range.append(leaf)
            growing.append(leaf)
            for tile in growing.takeChanged() { stored[tile.address] = tile }
            #expect(range.root.hex == tree.roots[index])
            #expect(growing.root.hex == tree.roots[index])
            let edge = TileTree.edge(ofTreeOf: growing.size).compactMap { stored[$0] }
            #expect(TileTree(size: growing.size, edge: edge)?.root.hex == tree.roots[index])
        }
        let tiles = Array(stored.values)
        for proof in tree.proofs {
            let path = try #require(ProofReading.inclusion(of: proof.leaf, inTreeOf: proof.size).path(from: tiles))
            #expect(path.map(\.hex) == proof.path)
            var ours = InclusionProof(leafIndex: proof.leaf, treeSize: proof.size, path: path)
            #expect(ours.root(leaf: leaves[Int(proof.leaf)])?.hex == tree.roots[Int(proof.size) - 1])
            ours.path.append(leaves[0])
            #expect(ours.root(leaf: leaves[Int(proof.leaf)]) == nil)
            let old = proof.leaf + 1
            let steps = try #require(ProofReading.consistency(from: old, to: proof.size).path(from: tiles))
            var consistency = ConsistencyProof(oldSize: old, newSize: proof.size, path: steps)
            let roots = (InlineDigest(hex: tree.roots[Int(old) - 1])!, InlineDigest(hex: tree.roots[Int(proof.size) - 1])!)
            #expect(consistency.holds(oldRoot: roots.0, newRoot: roots.1))
            guard !steps.isEmpty else { continue }
            consistency.path[steps.count - 1] = MerkleTree.nodeHash(steps[0], steps[0])
            #expect(!consistency.holds(oldRoot: roots.0, newRoot: roots.1))
        }
    }
}
