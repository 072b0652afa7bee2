import Foundation
import LogMining
import Testing

@Suite("Two logs are compared")
struct LogDifferencesTests {
    private func differences(_ counts: [(String, Int, Int)], before: Int, after: Int) -> LogDifferences {
        var miner = LogMiner()
        return LogDifferences(counts.map { (miner.add($0.0).template, before: $0.1, after: $0.2) }, before: before, after: after)
    }

    @Test("Each kind of change is named, the strongest first")
    func changes() {
        let found = differences(
            [
                ("steady beat here", 5000, 2500), ("fresh trouble here", 0, 40), ("vanished thing here", 60, 0),
                ("growing pain there", 50, 200),
                ("shrinking pain there", 400, 40), ("rare noise there", 1, 1), ("one newcomer there", 0, 1),
            ], before: 10_000, after: 5000)
        let changes = Dictionary(uniqueKeysWithValues: found.ranked.map { ($0.text, $0.change) })
        #expect(changes["steady beat here"] == .same)
        #expect(changes["fresh trouble here"] == .new)
        #expect(changes["vanished thing here"] == .gone)
        #expect(changes["growing pain there"] == .more)
        #expect(changes["shrinking pain there"] == .less)
        // Novelty alone is no evidence.
        #expect(changes["rare noise there"] == .same && changes["one newcomer there"] == .same)
        #expect(found.ranked.map(\.logE) == found.ranked.map(\.logE).sorted(by: >))
        #expect(found.ranked.first?.text == "growing pain there")
        #expect(found.ranked.first?.ratio == 8)
        #expect(found.ranked.first { $0.change == .new }?.ratio == nil)
        #expect(abs(found.threshold - log(700.0)) < 1e-12)
    }

    @Test("By the share of events, not by their number; and nothing follows from an empty log")
    func exposure() {
        #expect(differences([("a line of text", 100, 1000)], before: 1000, after: 10_000).ranked[0].change == .same)
        let empty = differences([("a line of text", 100, 0)], before: 100, after: 0)
        #expect(empty.ranked.map(\.change) == [.same] && empty.ranked[0].logE == 0)
        #expect(differences([], before: 0, after: 0).ranked.isEmpty)
    }

    @Test("Among logs in which nothing differs hardly any template is called different")
    func falseAlarms() {
        var generator = SeededBits(state: 7)
        var alarms = 0
        for _ in 0..<300 {
            var counts = Array(repeating: (0, 0), count: 8)
            for index in 0..<2000 {
                let template = Int(generator.next() % 8)
                if index % 2 == 0 { counts[template].0 += 1 } else { counts[template].1 += 1 }
            }
            let found = differences(
                counts.enumerated().map { ("kind \(Character(UnicodeScalar(UInt8(97 + $0)))) of line", $1.0, $1.1) }, before: 1000,
                after: 1000)
            if found.ranked.contains(where: { $0.change != .same }) { alarms += 1 }
        }
        #expect(alarms <= 6)
    }
}

/// SplitMix64.
private struct SeededBits {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
