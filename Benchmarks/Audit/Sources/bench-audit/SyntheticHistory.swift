import Foundation
import Hashing
import TransparencyLog

/// An export whose entries have the shape of decisions: releases that start, advance and end, each decision with the way through the tree and
/// with the image of a row.
struct SyntheticHistory {
    struct Run {
        var chunk: Int
        var range: Range<Int>
    }

    let key: NoteSigningKey
    private(set) var chunks: [[UInt8]] = []
    private(set) var entries: [Run] = []
    private(set) var head: [UInt8] = []
    private(set) var tail: [UInt8] = []
    private(set) var checkpoint = ""

    static let path = (0..<8).map { node in
        #"{"condition":"errors.guilty or latency.guilty","node":"node \#(node)","readings":[{"name":"errors.guilty","reading":false},{"name":"score","reading":93.25}],"taken":\#(node == 7),"truth":"false"}"#
    }.joined(separator: ",")

    init(entries count: Int) {
        key = NoteSigningKey(newNamed: "tidegate/bench")!
        var tree = TileTree()
        // A tile that is not whole is stored again whenever it has grown; the last one counts.
        var tiles: [TileAddress: Tile] = [:]
        var chunk: [UInt8] = []
        chunk.reserveCapacity(1 << 20)
        for index in 0..<count {
            let entry = Array(Self.entry(index).utf8)
            let start = chunk.count + #"{"entry":"#.utf8.count
            let hash = MerkleTree.leafHash(of: entry)
            chunk += Array(#"{"entry":"#.utf8) + entry
            chunk += Array(Self.columns(index, hash).utf8)
            entries.append(Run(chunk: chunks.count, range: start..<start + entry.count))
            tree.append(hash)
            if chunk.count > 1_000_000 {
                chunks.append(chunk)
                chunk.removeAll(keepingCapacity: true)
                for tile in tree.takeChanged() { tiles[tile.address] = tile }
            }
        }
        chunks.append(chunk)
        for tile in tree.takeChanged() { tiles[tile.address] = tile }
        checkpoint = SignedNote(signing: LogCheckpoint(origin: key.name, size: UInt64(count), root: tree.root).text, with: [key]).note
        let note = checkpoint.replacing("\n", with: "\\n")
        head = Array(#"{"format":"tidegate-history/1","checkpoint":"\#(note)","origin":"\#(key.name)","size":"\#(count)"}"#.utf8) + [10]
        let ordered = tiles.values.sorted { ($0.address.level, $0.address.index) < ($1.address.level, $1.address.index) }
        for tile in ordered {
            head +=
                Array(
                    #"{"tile":{"level":"\#(tile.address.level)","index":"\#(tile.address.index)","digests":"\\x\#(tile.bytes.hex)"}}"#.utf8)
                + [10]
        }
        // Every row that the entries tell of is there.
        var lines = 1 + ordered.count + count
        for index in 0..<count {
            tail += Array(#"{"row":\#(Self.row(index)),"table":"\#(index % 10 == 0 ? "release" : "decision")"}"#.utf8) + [10]
            lines += 1
        }
        tail += Array("{\"end\":{\"lines\":\(lines)}}\n".utf8)
    }

    private static func row(_ index: Int) -> String {
        index % 10 == 0
            ? #"{"id":"\#(index / 10 + 1)","reason":"new prices","ref":"checkout-\#(index / 10 + 1)"}"#
            : #"{"at":"2026-11-30T12:00:00+00:00","because":"all good","id":"\#(index + 1)","kind":"hold","release":"\#(index / 10 + 1)","seq":"\#(index % 10)"}"#
    }

    private static func columns(_ index: Int, _ hash: InlineDigest) -> String {
        let isRelease = index % 10 == 0
        let decision = isRelease ? "null" : "\"\(index + 1)\""
        return
            #","columns":{"id":"\#(index + 1)","kind":"\#(isRelease ? "release" : "decision")","release":"\#(index / 10 + 1)","decision":\#(decision),"leaf_index":"\#(index)","leaf_hash":"\\x\#(hash.hex)","recorded_at":"2026-11-30T12:00:00+00:00"}}"#
            + "\n"
    }

    private static func entry(_ index: Int) -> String {
        let release = index / 10 + 1
        if index == 0 {
            return
                #"{"history":{"id":1,"release":1},"kind":"release","recordedAt":"2026-11-30T12:00:00.000000Z","rows":[\#(image("release", index))],"v":1}"#
        }
        if index % 10 == 0 {
            return
                #"{"history":{"id":\#(index + 1),"release":\#(release)},"kind":"release","recordedAt":"2026-11-30T12:00:00.000000Z","rows":[\#(image("release", index))],"v":1}"#
        }
        let weights = #"[{"arm":"stable","weight":10000},{"arm":"canary","weight":0}]"#
        return
            #"{"body":{"actor":{"means":"controller","name":"controller"},"because":"all good","from":"pending","fromWeights":\#(weights),"kind":"hold","path":[\#(path)],"reason":"everything that is required is known and nothing is worse","stage":0,"time":"2026-11-30T12:00:00.000000Z","to":"pending","toWeights":\#(weights)},"controller":"c1","history":{"decision":\#(index + 1),"id":\#(index + 1),"release":\#(release)},"id":\#(index + 1),"kind":"decision","leaseTerm":1,"recordedAt":"2026-11-30T12:00:00.000000Z","rows":[\#(image("decision", index))],"sequence":\#(index % 10),"v":1}"#
    }

    private static func image(_ table: String, _ index: Int) -> String {
        #"{"change":"insert","digests":{},"key":["id"],"row":\#(row(index)),"table":"\#(table)"}"#
    }
}
