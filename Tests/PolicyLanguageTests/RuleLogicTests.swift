import Predicates
import ReleaseModel
import Testing

@testable import PolicyLanguage

/// What is said about rules before any request has been seen. It must never be wrong.
@Suite struct RuleLogicTests {
    /// Rules from their conditions, named `r0`, `r1` and so on.
    static func set(_ conditions: [String]) throws -> (set: RuleSet, predicates: [RequestPredicate], slots: RequestSlots) {
        var slots = RequestSlots()
        var set = RuleSet()
        var predicates: [RequestPredicate] = []
        for (index, condition) in conditions.enumerated() {
            let predicate = try RequestPredicate(condition, slots: &slots, place: "r\(index)")
            set.add(RoutingRule(name: "r\(index)", when: condition, to: "canary"), predicate.node)
            predicates.append(predicate)
        }
        return (set, predicates, slots)
    }

    static func verdicts(_ conditions: [String]) throws -> [RuleSet.Verdict?] {
        var (set, predicates, _) = try set(conditions)
        return predicates.indices.map { set.verdict($0) }
    }

    @Test(
        "what can never match",
        arguments: [
            #"cookie.a == "1" and cookie.a == "2""#, #"cookie.a == "1" and not cookie.a"#, #"cookie.a == nil and cookie.a == "1""#,
            #"oneOf(cookie.a, {"1", "2"}) and oneOf(cookie.a, {"3"})"#,
            #"oneOf(cookie.a, {"1", "2"}) and cookie.a ~= "1" and "2" ~= cookie.a"#,
            #"inCIDR(client.address, "10.0.0.0/8") and inCIDR(client.address, "192.168.0.0/16")"#,
            #"inCIDR(client.address, "10.0.0.0/8") and not inCIDR(client.address, "10.0.0.0/9", "10.128.0.0/9")"#,
            #"client.address == "10.0.0.1" and inCIDR(client.address, "192.168.0.0/16")"#,
            #"semver(header["v"]) >= semver("2.0.0") and semver(header["v"]) < semver("2.0.0")"#,
            #"semver(header["v"]) == semver("2.0.0") and semver("2.0.1") <= semver(header["v"])"#,
            #"header["v"] == "1.5.0" and semver(header["v"]) > semver("1.5")"#,
            #"path:match("^/pay/") and path:match("^/cart/") ~= nil"#, #"path:sub(1, 5) == "/pay/" and path == "/""#,
            #"path:match("^/pay/card") and not path:match("^/pay")"#, #"path == "/x" and path:match("^/y.*z$")"#,
            #"bucket(cookie.uid, "s") < 30 and bucket(cookie.uid, "s") >= 30"#, #"bucket(cookie.uid, "s") >= 10000"#,
            #"crc32(client.address) % 100 < 70 and 70 <= crc32(client.address) % 100"#, #"crc32(client.address) % 100 > 99"#,
            #"percent(cookie.uid, "s") < 0"#, #"bucket(cookie.uid, "s") == 0.5"#,
            #"tagged("a") and not tagged("a")"#, #"path:match("x+") and not (path:match("x+") ~= nil)"#,
            #"(cookie.a == "1" or cookie.a == "2") and (cookie.a == "3" or cookie.a == "4")"#, "false", #"cookie.a == "1" and false"#,
        ]) func neverMatches(_ condition: String) throws
    {
        #expect(try Self.verdicts([condition]) == [.neverMatches])
    }

    @Test(
        "what always matches",
        arguments: [
            "true", #"cookie.a == "1" or cookie.a ~= "1""#, #"not (cookie.a and not cookie.a)"#, #"cookie.a or cookie.a == nil"#,
            #"tagged("a") or not tagged("a")"#, #"inCIDR(client.address, "10.0.0.0/8") or not inCIDR(client.address, "10.0.0.0/9")"#,
        ]) func alwaysMatches(_ condition: String) throws
    {
        #expect(try Self.verdicts([condition]) == [.alwaysMatches])
    }

    @Test(
        "what may match, or may not",
        arguments: [
            #"cookie.a == "1" and cookie.b == "2""#, #"inCIDR(client.address, "10.0.0.0/8") and not inCIDR(client.address, "10.0.0.0/9")"#,
            #"semver(header["v"]) >= semver("2.0.0") or semver(header["v"]) < semver("2.0.0")"#,  // no version: an error
            #"path:match("^/a") or not path:match("^/a")"#, #"bucket(cookie.uid, "s") < 10000"#,  // no key: an error
            #"path:match("^/pay/") and path:match("card$")"#, #"bucket(cookie.uid, "s") < 30 and bucket(cookie.uid, "t") >= 30"#,
            #"cookie.a ~= "1""#, #"semver(header["v"]) > semver("1.0.0") and semver(header["v"]) < semver("1.0.1")"#,
            #"bucket(cookie.uid, "s") > 10 and bucket(cookie.uid, "s") < 12"#, #"now() > 5 and now() < 3 or tagged("a")"#,
            #"percent(cookie.uid, "s") > 0 and percent(cookie.uid, "s") < 1"#, #"client.address == "10.0.0.1""#,
        ]) func nothingIsSaid(_ condition: String) throws
    {
        #expect(try Self.verdicts([condition]) == [nil])
    }

    @Test func whatIsShadowedIsSaidWithTheRuleAbove() throws {
        func last(_ conditions: String...) throws -> RuleSet.Verdict? { try Self.verdicts(conditions)[conditions.count - 1] }
        #expect(try last(#"cookie.a == "1""#, #"cookie.a == "1" and path == "/""#) == .shadowed(by: ["r0"]))
        #expect(try last(#"cookie.a"#, #"cookie.b == "1""#, #"cookie.a == "1""#) == .shadowed(by: ["r0"]))
        #expect(try last(#"inCIDR(client.address, "10.0.0.0/8")"#, #"inCIDR(client.address, "10.1.0.0/16")"#) == .shadowed(by: ["r0"]))
        #expect(try last(#"inCIDR(client.address, "10.0.0.0/8")"#, #"client.address == "10.1.2.3""#) == .shadowed(by: ["r0"]))
        #expect(
            try last(#"semver(header["v"]) >= semver("1.0.0")"#, #"semver(header["v"]) > semver("2.0.0")"#) == .shadowed(by: ["r0"]))
        #expect(try last(#"path:match("^/pay/") ~= nil"#, #"path:match("^/pay/card/")"#) == .shadowed(by: ["r0"]))
        #expect(try last(#"bucket(cookie.uid, "s") < 3000"#, #"bucket(cookie.uid, "s") < 1000"#) == .shadowed(by: ["r0"]))
        #expect(try last(#"path:match("^/v%d/")"#, #"path:match("^/v%d/") and cookie.a == "1""#) == .shadowed(by: ["r0"]))
        #expect(try last(#"cookie.a == "1""#, #"cookie.a == "2""#, #"oneOf(cookie.a, {"1", "2"})"#) == .shadowed(by: ["r0", "r1"]))
        #expect(try last(#"cookie.z == "1""#, "true", #"cookie.a == "2""#) == .shadowed(by: ["r1"]))
        // Not implied.
        #expect(try last(#"cookie.a == "1" and path == "/""#, #"cookie.a == "1""#) == nil)
        #expect(try last(#"semver(header["v"]) >= semver("1.0.0")"#, #"header["v"]"#) == nil)
        #expect(try last(#"bucket(cookie.uid, "s") < 1000"#, #"bucket(cookie.uid, "s") < 3000"#) == nil)
        // The patterns of a condition share their steps: one may run out of them in one condition and not in the other.
        #expect(try last(#"path:match("x+y")"#, #"path:match("x+y") and cookie.a == "1""#) == nil)
        #expect(try last(#"path:match("a*b*c") or path:match("x+y")"#, #"path:match("x+y")"#) == nil)
    }

    @Test func aRuleWithAWeightOrATimeShadowsOnlyWhatItTakes() throws {
        var slots = RequestSlots()
        let node = try RequestPredicate(#"cookie.a == "1""#, slots: &slots, place: "r").node
        func last(_ first: (Weight?, String?), _ second: (Weight?, String?)) -> RuleSet.Verdict? {
            var set = RuleSet()
            set.add(RoutingRule(name: "r0", when: "", to: "canary", weight: first.0, during: first.1), node)
            set.add(RoutingRule(name: "r1", when: "", to: "canary", weight: second.0, during: second.1), node)
            return set.verdict(1)
        }
        let night = "02:00-06:00 UTC"
        let shadowed = RuleSet.Verdict.shadowed(by: ["r0"])
        #expect(last((Weight(basisPoints: 3000), nil), (nil, nil)) == nil)
        #expect(last((.full, nil), (Weight(basisPoints: 3000), nil)) == shadowed)
        #expect(last((nil, night), (nil, nil)) == nil)
        #expect(last((nil, night), (nil, night)) == shadowed)
        #expect(last((nil, nil), (nil, night)) == shadowed)
        #expect(last((nil, night), (nil, "02:00-05:00 UTC")) == nil)
    }

    @Test func beyondItsLimitsItSaysNothing() throws {
        let many = (0..<21).map { "cookie.c\($0) == \"1\"" }.joined(separator: " and ")
        #expect(try Self.verdicts([many + " and cookie.c0 == \"2\""]) == [nil])
        // Sixty-four rules of many atoms end soon.
        let conditions = (0..<64).map { index in
            (0..<8).map { "(cookie.a\(($0 * 7 + index) % 10) == \"\($0)\" or header[\"h\(($0 + index) % 9)\"] ~= \"\(index % 5)\")" }
                .joined(separator: " and ")
        }
        let clock = ContinuousClock()
        let took = try clock.measure { _ = try Self.verdicts(conditions) }
        #expect(took < .seconds(20))
    }

    // MARK: - Never a false word

    static let atoms = [
        #"cookie.a == "1""#, #"cookie.a == "2""#, #"cookie.a ~= "1""#, "cookie.a", "cookie.a == nil", #"oneOf(cookie.a, {"1", "2", "3"})"#,
        #"inCIDR(client.address, "10.0.0.0/8")"#, #"inCIDR(client.address, "10.0.0.0/9", "10.128.0.0/9")"#,
        #"client.address == "10.0.0.0""#,
        #"inCIDR(client.address, "10.128.0.0/9", "2001:db8::/32")"#, #"semver(header["v"]) >= semver("2.0.0")"#,
        #"semver(header["v"]) < semver("1.0.0")"#, #"semver(header["v"]) == semver("2.0.0")"#, #"header["v"] == "2.0.0""#,
        #"semver("1.5.0") < semver(header["v"])"#, #"path:match("^/pay/")"#, #"path:match("^/pay/card") ~= nil"#, #"path == "/pay/""#,
        #"path:sub(1, 4) == "/pay""#, #"path:find("card")"#, #"path:match("a.*d$")"#, #"bucket(cookie.uid, "s") < 3000"#,
        #"bucket(cookie.uid, "s") >= 5000"#, #"bucket(cookie.uid, "s") < 5000"#, #"percent(cookie.uid, "s") <= 50"#,
        #"crc32(cookie.uid) % 100 < 70"#, #"30 < crc32(cookie.uid) % 100"#, #"tagged("t")"#, #"cookie.a == cookie.uid"#, #"cookie.a < "2""#,
        #"bucket(cookie.uid, "s") == 17"#, #"cookie.uid == "user-1""#, #"cookie.uid == "user-2""#, #"#path > 5"#,
        #"(cookie.a or cookie.uid) == "1""#, "true", #"tonumber(cookie.a) == 1"#, #"cookie.a:upper() == "1""#,
    ]

    /// A condition of up to `depth` levels over the atoms.
    static func condition(depth: Int, _ random: inout SplitMix) -> String {
        switch depth > 0 ? Int.random(in: 0..<8, using: &random) : 0 {
        case 0, 1: atoms.randomElement(using: &random)!
        case 2: "not (\(condition(depth: depth - 1, &random)))"
        case 3, 4, 5: "(\(condition(depth: depth - 1, &random))) and (\(condition(depth: depth - 1, &random)))"
        default: "(\(condition(depth: depth - 1, &random))) or (\(condition(depth: depth - 1, &random)))"
        }
    }

    @Test("claims about random rules hold for random requests", arguments: 0..<4) func neverFalse(seed: Int) throws {
        var random = SplitMix(state: UInt64(seed) &* 977 &+ 5)
        var claims = [0, 0, 0]
        for _ in 0..<250 {
            let conditions = (0..<3).map { _ in Self.condition(depth: 2, &random) }
            var (set, predicates, slots) = try Self.set(conditions)
            let verdicts = predicates.indices.map { set.verdict($0) }
            guard verdicts.contains(where: { $0 != nil }) else { continue }
            var sampler = RequestSampler(slots: slots, nodes: predicates.map(\.node), seed: random.next())
            for _ in 0..<300 {
                let values = sampler.next()
                let view = RequestView(slots, values: values)
                var failures = 0
                let matches = predicates.map { $0.matches(view, failures: &failures) }
                for (index, verdict) in verdicts.enumerated() {
                    switch verdict {
                    case .neverMatches: #expect(!matches[index], "\(conditions[index]) matches \(values)")
                    case .alwaysMatches: #expect(matches[index], "\(conditions[index]) does not match \(values)")
                    case .shadowed(let names):
                        let above = predicates.indices.filter { names.contains("r\($0)") }
                        #expect(!matches[index] || above.contains { matches[$0] }, "\(conditions): r\(index) alone matches \(values)")
                    case nil: break
                    }
                }
            }
            for verdict in verdicts {
                switch verdict {
                case .neverMatches: claims[0] += 1
                case .alwaysMatches: claims[1] += 1
                case .shadowed: claims[2] += 1
                case nil: break
                }
            }
        }
        // The test would say nothing about a logic that says nothing.
        #expect(claims.allSatisfy { $0 >= 5 }, "\(claims)")
    }

    @Test("blocks of addresses against every address of a small world") func networks() throws {
        var random = SplitMix(state: 3)
        func block() -> IPNetwork {
            let length = Int.random(in: 28...32, using: &random)
            let address = IPAddress("10.0.0.\(Int.random(in: 0..<16, using: &random))")!
            return IPNetwork(enclosing: address, prefixLength: length)!
        }
        let world = (0..<16).map { IPAddress("10.0.0.\($0)")! }
        var full = 0
        for _ in 0..<3000 {
            let inside = (0..<Int.random(in: 1...2, using: &random)).map { _ in
                (0..<Int.random(in: 1...3, using: &random)).map { _ in block() }
            }
            let outside = (0..<Int.random(in: 0...3, using: &random)).map { _ in
                (0..<Int.random(in: 1...4, using: &random)).map { _ in block() }
            }
            let room = world.contains { address in
                inside.allSatisfy { $0.contains { $0.contains(address) } } && outside.allSatisfy { !$0.contains { $0.contains(address) } }
            }
            #expect(NetworkCover.leavesRoom(inside: inside, outside: outside) == room)
            full += room ? 0 : 1
        }
        #expect(full > 300)
    }

    @Test("ranges of integers against every integer of a small world") func ranges() {
        var random = SplitMix(state: 4)
        for _ in 0..<3000 {
            var range = OpenRange<Double>()
            range.add(.less, 0, holds: false)
            range.add(.lessOrEqual, 9, holds: true)
            var members = Array(0...9).map(Double.init)
            for _ in 0..<Int.random(in: 0...8, using: &random) {
                let bound = Double(Int.random(in: -2...22, using: &random)) / 2
                let relation = [RuleAtom.Relation.less, .lessOrEqual, .equal, .equal].randomElement(using: &random)!
                let holds = relation == .equal ? Int.random(in: 0..<6, using: &random) == 0 : Bool.random(using: &random)
                range.add(relation, bound, holds: holds)
                members.removeAll { member in
                    switch relation {
                    case .less: (member < bound) != holds
                    case .lessOrEqual: (member <= bound) != holds
                    case .equal: (member == bound) != holds
                    }
                }
            }
            #expect(range.isEmptyOfIntegers == members.isEmpty)
        }
    }
}

/// SplitMix64 by Sebastiano Vigna.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }
}
