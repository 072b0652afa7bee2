import Hashing
import Testing

@testable import TransparencyLog

/// The leaves, roots and proofs of the reference implementation's tests of RFC 6962, which RFC 9162 kept.
@Suite struct VectorTests {
    static let entries = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
        .map { [UInt8](hex: $0)! }
    static let leaves = entries.map { MerkleTree.leafHash(of: $0) }
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]
    static let l1 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7"
    static let l4 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"
    static let n23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e"
    static let n45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a"
    static let n67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0"
    static let n4567 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"

    @Test(arguments: 0...8) func root(size: Int) {
        #expect(MerkleTree.root(of: Self.leaves.prefix(size)).hex == Self.roots[size])
        var tree = TileTree()
        for leaf in Self.leaves.prefix(size) { tree.append(leaf) }
        #expect(tree.root.hex == Self.roots[size])
    }

    static func tile(_ size: Int) -> Tile { Tile(address: TileAddress(level: 0, index: 0), digests: Array(leaves.prefix(size))) }

    @Test(arguments: [
        (0, 8, [l1, n23, n4567]), (5, 8, [l4, n67, roots[4]]), (2, 3, [roots[2]]), (0, 1, []),
    ]) func inclusion(leaf: Int, size: Int, path: [String]) throws {
        let found = try #require(ProofReading.inclusion(of: UInt64(leaf), inTreeOf: UInt64(size)).path(from: [Self.tile(size)]))
        #expect(found.map(\.hex) == path)
        let proof = InclusionProof(leafIndex: UInt64(leaf), treeSize: UInt64(size), path: found)
        #expect(proof.root(leaf: Self.leaves[leaf])?.hex == Self.roots[size])
    }

    @Test(arguments: [(1, 8, [l1, n23, n4567]), (6, 8, [n45, n67, roots[4]]), (2, 5, [n23, l4]), (0, 5, []), (4, 4, [])])
    func consistency(old: Int, new: Int, path: [String]) throws {
        let found = try #require(ProofReading.consistency(from: UInt64(old), to: UInt64(new)).path(from: [Self.tile(new)]))
        #expect(found.map(\.hex) == path)
        let proof = ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), path: found)
        let (oldRoot, newRoot) = (InlineDigest(hex: Self.roots[old])!, InlineDigest(hex: Self.roots[new])!)
        #expect(proof.holds(oldRoot: oldRoot, newRoot: newRoot))
        #expect(!proof.holds(oldRoot: newRoot, newRoot: oldRoot) || old == new)
    }

    /// RFC 8032, section 7.1, tests 1 to 3.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ]) func ed25519(seed: String, key: String, message: String, signature: String) {
        let (seed, message) = ([UInt8](hex: seed)!, [UInt8](hex: message)!)
        #expect(Ed25519.publicKey(seed: seed)?.hex == key)
        #expect(Ed25519.signature(of: message, seed: seed)?.hex == signature)
        let (bytes, publicKey) = ([UInt8](hex: signature)!, [UInt8](hex: key)!)
        #expect(Ed25519.verify(bytes, of: message, publicKey: publicKey))
        #expect(!Ed25519.verify(bytes, of: message + [0], publicKey: publicKey))
        #expect(!Ed25519.verify(bytes.dropLast(), of: message, publicKey: publicKey))
    }
}
