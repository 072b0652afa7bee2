import ReleaseModel
import Routing
import Testing

@Suite("Split table") struct SplitTableTests {
    static let keys = (0..<100_000).map { Array("user-\($0)".utf8) }

    private func arms(_ weights: (String, Int)...) -> [ArmWeight] {
        weights.map { ArmWeight(arm: $0.0, weight: .init(basisPoints: $0.1)) }
    }

    private func placed(_ arms: [ArmWeight], salt: String = "checkout-1", keys: ArraySlice<[UInt8]> = SplitTableTests.keys[...]) throws
        -> [Int]
    {
        let table = try SplitTable(salt: salt, arms: arms)
        return keys.map { table.outcome(forKey: $0).arm }
    }

    @Test("100,000 users come out at the weights", arguments: [1, 100, 2500, 9000, 9999]) func shares(_ canary: Int) throws {
        let placed = try placed(arms(("stable", 10_000 - canary), ("canary", canary)))
        let share = Double(placed.count { $0 == 1 }) / Double(placed.count)
        let expected = Double(canary) / 10_000
        // Four standard deviations of a binomial share.
        #expect(abs(share - expected) < 4 * (expected * (1 - expected) / 100_000).squareRoot())
    }

    @Test func growingOnlyAddsUsers() throws {
        let keys = Self.keys[..<20_000]
        var members: Set<Int> = []
        for weight in [1, 50, 100, 1000, 2500, 5000, 7500, 9999, 10_000] {
            let placed = try placed(arms(("stable", 10_000 - weight), ("canary", weight)), keys: keys)
            let now = Set(placed.indices.filter { placed[$0] == 1 })
            #expect(now.isSuperset(of: members), "somebody lost the canary on the way to \(weight) basis points")
            members = now
        }
        #expect(members.count == keys.count)
    }

    @Test("several canaries: nobody changes arms while their proportion stays") func severalArms() throws {
        let keys = Self.keys[..<50_000]
        let small = try placed(arms(("stable", 7000), ("b", 1000), ("c", 2000)), keys: keys)
        let large = try placed(arms(("stable", 4000), ("b", 2000), ("c", 4000)), keys: keys)
        for (before, after) in zip(small, large) where before != 0 { #expect(before == after) }
        #expect(abs(Double(small.count { $0 == 1 }) / 50_000 - 0.1) < 0.006)
        #expect(abs(Double(small.count { $0 == 2 }) / 50_000 - 0.2) < 0.008)
    }

    @Test("which arm is independent of who takes part") func independence() throws {
        let arms = arms(("stable", 5000), ("b", 2500), ("c", 2500))
        let table = try SplitTable(salt: "s", arms: arms)
        var counts = [[0, 0], [0, 0]]
        for key in Self.keys {
            let outcome = table.outcome(forKey: key)
            guard outcome.arm > 0, let bucket = outcome.bucket else { continue }
            counts[bucket < 2500 ? 0 : 1][outcome.arm - 1] += 1
        }
        for half in counts {
            let share = Double(half[0]) / Double(half[0] + half[1])
            #expect(abs(share - 0.5) < 0.013)
        }
    }

    @Test("another salt draws other users") func salts() throws {
        let arms = arms(("stable", 9000), ("canary", 1000))
        let one = try placed(arms, salt: "checkout-1")
        let other = try placed(arms, salt: "checkout-2")
        let both = Double(one.indices.count { one[$0] == 1 && other[$0] == 1 }) / 100_000
        #expect(abs(both - 0.01) < 0.002)
    }

    @Test func aRequestWithoutAKeyStaysOnStable() throws {
        let half = try SplitTable(salt: "s", arms: arms(("stable", 5000), ("canary", 5000)))
        #expect(half.outcome(forKey: nil).arm == 0)
        #expect(half.outcome(forKey: []).bucket == nil)
        let full = try SplitTable(salt: "s", arms: arms(("stable", 0), ("b", 4000), ("c", 6000)))
        #expect(full.outcome(forKey: nil).arm == 2)
    }

    @Test(
        "what is no table",
        arguments: [
            ([("stable", 5000), ("canary", 4999)], "99.99%"), ([("canary", 10_000)], "'stable'"),
            ([("stable", 5000), ("stable", 5000)], "twice"),
            ([("stable", 9000), ("a b", 1000)], "'a b'"),
        ]) func refused(_ arms: [(String, Int)], _ word: String)
    {
        let weights = arms.map { ArmWeight(arm: $0.0, weight: .init(basisPoints: $0.1)) }
        let error = #expect(throws: ReleaseError.self) { try SplitTable(salt: "s", arms: weights) }
        #expect(error?.reason.contains(word) == true)
    }

    @Test func aSaltThatWouldMeetAKeyIsRefused() {
        for salt in ["", "a:b", "a/b", "a\"b", "$x", "a b"] {
            #expect(throws: ReleaseError.self) { try SplitTable(salt: salt, arms: arms(("stable", 10_000))) }
        }
    }
}
