import Predicates
import ReleaseModel
import Routing
import Testing

/// A user keeps the revision it was given while the weight grows; only new users join. (Promise 8, for every way of routing.)
@Suite("Stickiness") struct StickinessTests {
    struct Way: Sendable, CustomTestStringConvertible {
        var layer: Layer?
        var arms: [ArmShare]?
        var strata: [String]?
        var ruleWeight: Weight?

        var testDescription: String {
            [
                layer.map { "layer \($0.from)-\($0.to)" }, arms.map { "\($0.count) arms" }, strata.map { "\($0.count) strata" },
                ruleWeight.map { "rule \($0)" },
            ].compactMap { $0 }.joined(separator: ", ")
        }

        /// The widest stage.
        var most: Int { layer.map { $0.to.basisPoints - $0.from.basisPoints } ?? 10_000 }

        var routing: RoutingPolicy {
            RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: #"header["x-user-id"]"#, tagHeader: "x-gray-tag", colors: [],
                rules: [
                    RoutingRule(
                        name: "beta", when: #"header["x-beta"] == "1""#, to: arms?.first?.name ?? Arm.canary, weight: ruleWeight)
                ], arms: arms, strata: strata, layer: layer)
        }

        /// The table at a weight that is divided among the arms by their shares, rounded down, with the rest for the first.
        func table(basisPoints: Int, salt: String = "checkout-1") throws -> RoutingTable {
            let shares = arms ?? [ArmShare(name: Arm.canary, share: .full)]
            var weights = shares.map { $0.share.basisPoints * basisPoints / 10_000 }
            weights[0] += basisPoints - weights.reduce(0, +)
            let canaries = zip(shares, weights).map { ArmWeight(arm: $0.name, weight: Weight(basisPoints: $1)) }
            let stable = ArmWeight(arm: Arm.stable, weight: Weight(basisPoints: 10_000 - basisPoints))
            return try RoutingTable(routing: routing, salt: salt, arms: [stable] + canaries)
        }
    }

    static func weight(_ percent: String) -> Weight { Weight(percent: percent)! }

    /// Every combination of layer, arms, strata and a rule's weight.
    static let ways: [Way] = {
        let layers: [Layer?] = [
            nil, Layer(name: "ui", from: .zero, to: weight("40%")), Layer(name: "ui", from: weight("33.33%"), to: weight("93.34%")),
        ]
        let arms: [[ArmShare]?] = [
            nil, [ArmShare(name: "a", share: .full)],
            [
                ArmShare(name: "a", share: weight("33.33%")), ArmShare(name: "b", share: weight("0.5%")),
                ArmShare(name: "c", share: weight("66.17%")),
            ],
        ]
        let strata: [[String]?] = [nil, [#"header["x-region"]"#, "cookie.device"]]
        let rules: [Weight?] = [nil, weight("25%")]
        return layers.flatMap { layer in
            arms.flatMap { arms in
                strata.flatMap { strata in rules.map { Way(layer: layer, arms: arms, strata: strata, ruleWeight: $0) } }
            }
        }
    }()

    static let requests: [RoutingRequest] = {
        var random = SplitMix(seed: 7)
        return (0..<400).map { index in
            var headers = [("x-user-id", "user-\(index)"), ("x-region", ["sh", "bj", "gz", ""].randomElement(using: &random)!)]
            if Bool.random(using: &random) { headers.append(("cookie", "device=\(["ios", "web"].randomElement(using: &random)!)")) }
            if index % 10 == 0 { headers.append(("x-beta", "1")) }
            return RoutingRequest(headers: headers)
        }
    }()

    @Test("growing only adds users, and nobody changes arms", arguments: ways) func growth(_ way: Way) throws {
        let steps = [0, 1, 2, 7, 50, 100, 333, 1000, 2500, 4000, 6001].filter { $0 <= way.most } + [10_000]
        var before: [String]?
        for step in steps {
            let table = try way.table(basisPoints: step)
            let now = Self.requests.map { table.assign($0).arm }
            if step == 0 { #expect(now.allSatisfy { $0 == Arm.stable }) }
            if step == 10_000 { #expect(now.allSatisfy { $0 != Arm.stable } || way.ruleWeight != nil) }
            // Arms of weight 0 have nobody, though others have.
            for arm in table.arms where arm.weight == .zero { #expect(!now.contains(arm.arm)) }
            for (index, (old, new)) in zip(before ?? now, now).enumerated() where old != Arm.stable {
                #expect(old == new, "user-\(index) went from \(old) to \(new) at \(step) basis points")
            }
            before = now
        }
    }

    @Test("on both sides of a rollback and a retry", arguments: ways) func retry(_ way: Way) throws {
        let weight = min(way.most, 2500)
        let first = try way.table(basisPoints: weight)
        let rolledBack = try way.table(basisPoints: 0)
        let again = try way.table(basisPoints: weight)
        for request in Self.requests {
            #expect(rolledBack.assign(request).arm == Arm.stable)
            #expect(again.assign(request) == first.assign(request))
        }
    }

    @Test("releases with disjoint ranges of a layer never share a user, whatever their salts") func layers() throws {
        let one = Way(layer: Layer(name: "ui", from: .zero, to: Self.weight("33.33%")))
        let other = Way(layer: Layer(name: "ui", from: Self.weight("33.33%"), to: .full))
        let left = try one.table(basisPoints: 3333, salt: "checkout-1").split
        let right = try other.table(basisPoints: 6667, salt: "checkout-2").split
        var counts = [0, 0]
        for index in 0..<50_000 {
            let key = Array("user-\(index)".utf8)
            let (inLeft, inRight) = (left.outcome(forKey: key).takesPart, right.outcome(forKey: key).takesPart)
            #expect(!(inLeft && inRight))
            counts[0] += inLeft ? 1 : 0
            counts[1] += inRight ? 1 : 0
        }
        // Four standard deviations.
        #expect(abs(Double(counts[0]) - 16_665) < 4 * (50_000 * 0.3333 * 0.6667).squareRoot())
        #expect(counts[0] + counts[1] >= 49_999)
    }

    @Test("another layer draws other users") func independentLayers() throws {
        let one = try Way(layer: Layer(name: "ui", from: .zero, to: Self.weight("50%"))).table(basisPoints: 5000).split
        let other = try Way(layer: Layer(name: "search", from: .zero, to: Self.weight("50%"))).table(basisPoints: 5000).split
        let both = (0..<40_000).count { index in
            let key = Array("user-\(index)".utf8)
            return one.outcome(forKey: key).takesPart && other.outcome(forKey: key).takesPart
        }
        #expect(abs(Double(both) - 10_000) < 4 * (40_000 * 0.25 * 0.75).squareRoot())
    }

    @Test("strata have no say in who takes part, and the arms keep their shares within each") func strata() throws {
        let shares = [("control", "70%"), ("a", "15%"), ("b", "15%")].map { ArmShare(name: $0.0, share: Self.weight($0.1)) }
        let way = Way(arms: shares, strata: [#"header["x-region"]"#])
        let plain = try Way(arms: shares).table(basisPoints: 5000)
        let table = try way.table(basisPoints: 5000)
        for region in ["sh", "bj", ""] {
            var counts: [String: Int] = [:]
            for index in 0..<8000 {
                let request = RoutingRequest(headers: [("x-user-id", "user-\(index)"), ("x-region", region)])
                let arm = table.assign(request).arm
                #expect((arm == Arm.stable) == (plain.assign(request).arm == Arm.stable))
                counts[arm, default: 0] += 1
            }
            let taking = Double(8000 - counts[Arm.stable, default: 0])
            for share in shares {
                let expected = Double(share.share.basisPoints) / 10_000
                let error = abs(Double(counts[share.name, default: 0]) / taking - expected)
                #expect(error < 4 * (expected * (1 - expected) / taking).squareRoot())
            }
        }
    }

    @Test("the hashed texts are those of the contract with the data planes") func texts() throws {
        let shares = [ArmShare(name: "a", share: Self.weight("50%")), ArmShare(name: "b", share: Self.weight("50%"))]
        let layer = Layer(name: "ui", from: Self.weight("10%"), to: Self.weight("90%"))
        let way = Way(layer: layer, arms: shares, strata: [#"header["x-region"]"#, "cookie.device"], ruleWeight: Self.weight("30%"))
        let table = try way.table(basisPoints: 5000)
        for index in 0..<2000 {
            let key = "u\(index)"
            let request = RoutingRequest(headers: [("x-user-id", key), ("x-region", "sh"), ("x-beta", "1")])
            let assignment = table.assign(request)
            let ruled = murmurHash2("checkout-1/rule/8f910463:\(key)") < SplitClients(parts: [Self.weight("30%")]).thresholds[0]
            #expect(assignment.rule == (ruled ? "beta" : nil))
            let who = UInt64(murmurHash2("layer/ui:\(key)"))
            let lower = SplitBucket.threshold(basisPoints: 1000)
            let takesPart = who >= lower && who < lower + SplitBucket.threshold(basisPoints: 5000)
            let first = murmurHash2("checkout-1/arm:sh||\(key)") < SplitClients(parts: [Self.weight("50%")]).thresholds[0]
            #expect(assignment.arm == (ruled ? "a" : takesPart ? first ? "a" : "b" : Arm.stable))
        }
    }

    @Test("an arm of weight 0 leaves its users on stable, and the others keep theirs") func oneArmOff() throws {
        let shares = [ArmShare(name: "a", share: Self.weight("50%")), ArmShare(name: "b", share: Self.weight("50%"))]
        let routing = Way(arms: shares).routing
        func table(_ a: Int, _ b: Int) throws -> RoutingTable {
            try RoutingTable(
                routing: routing, salt: "s",
                arms: [("stable", 10_000 - a - b), ("a", a), ("b", b)].map { ArmWeight(arm: $0.0, weight: .init(basisPoints: $0.1)) })
        }
        let (both, one) = (try table(1000, 1000), try table(2000, 0))
        for request in Self.requests {
            let before = both.assign(request)
            #expect(one.assign(request).arm == (before.arm == "b" ? Arm.stable : before.arm))
        }
    }

    @Test(
        "what is no split",
        arguments: [
            ([("a", 5000), ("b", 4999)], Layer?.none, "99.99%"), ([("a", 10_000)], nil, "has the arms a, b"),
            ([("a", 10_000), ("b", 0)], nil, "share of 0%"),
            ([("a", 5000), ("b", 5000)], Layer(name: "ui", from: .zero, to: .init(basisPoints: 1999)), "19.99% wide"),
            ([("a", 5000), ("b", 5000)], Layer(name: "u i", from: .zero, to: .full), "'u i'"),
            ([("a", 5000), ("b", 5000)], Layer(name: "ui", from: .full, to: .full), "is empty"),
        ]) func refused(_ shares: [(String, Int)], _ layer: Layer?, _ word: String)
    {
        let arms = [("stable", 8000), ("a", 1000), ("b", 1000)].map { ArmWeight(arm: $0.0, weight: .init(basisPoints: $0.1)) }
        let error = #expect(throws: ReleaseError.self) {
            try SplitTable(
                salt: "s", arms: arms, shares: shares.map { ArmShare(name: $0.0, share: .init(basisPoints: $0.1)) }, layer: layer)
        }
        #expect(error?.reason.contains(word) == true, "\(error?.reason ?? "")")
    }
}
