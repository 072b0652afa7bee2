import ReleaseModel
import Routing
import Testing

@Suite("Explanations") struct ExplanationTests {
    static let routing = RoutingPolicy(
        plugin: "weighted", coloring: "coloring", key: #"header["x-user-id"]"#, tagHeader: "x-gray-tag",
        colors: [
            ColorRule(tag: "beta", when: #"header["x-beta"] == "1""#),
            ColorRule(tag: "new", when: #"semver(header["x-app"]) >= semver("2.0.0")"#),
        ],
        rules: [
            RoutingRule(name: "off", when: "true", to: "c"),
            RoutingRule(name: "night", when: #"tagged("beta")"#, to: "a", during: "02:00-06:00 UTC"),
            RoutingRule(name: "some", when: #"header["x-some"] == "1""#, to: "b", weight: .init(basisPoints: 5000)),
            RoutingRule(name: "broken", when: #"semver(header["x-app"]) < semver("1.0.0")"#, to: "stable"),
            RoutingRule(name: "always last", when: #"path == "/last""#, to: "stable"),
        ],
        arms: [
            ArmShare(name: "a", share: .init(basisPoints: 4000)), ArmShare(name: "b", share: .init(basisPoints: 5000)),
            ArmShare(name: "c", share: .init(basisPoints: 1000)),
        ], strata: [#"header["x-region"]"#], layer: Layer(name: "ui", from: .init(basisPoints: 1000), to: .init(basisPoints: 9000)))

    static func table(_ weights: [Int] = [4000, 3000, 3000, 0]) throws -> RoutingTable {
        try RoutingTable(
            routing: routing, salt: "checkout-1",
            arms: zip(["stable", "a", "b", "c"], weights).map { ArmWeight(arm: $0, weight: .init(basisPoints: $1)) })
    }

    @Test("it says where the request really goes") func agreement() throws {
        var random = SplitMix(seed: 11)
        for weights in [[4000, 3000, 3000, 0], [10_000, 0, 0, 0], [0, 4000, 5000, 1000], [9999, 1, 0, 0]] {
            let table = try Self.table(weights)
            for index in 0..<400 {
                var headers: [(String, String)] = []
                if index % 7 > 0 { headers.append(("x-user-id", "user-\(index)")) }
                for (name, values) in [
                    ("x-beta", ["1", "0"]), ("x-some", ["1", "2"]), ("x-app", ["0.9.0", "1.5.0", "2.1.0", "none"]),
                    ("x-region", ["sh", "bj"]),
                ] where Bool.random(using: &random) {
                    headers.append((name, values.randomElement(using: &random)!))
                }
                let request = RoutingRequest(target: index % 11 == 0 ? "/last" : "/", headers: headers)
                let now = Bool.random(using: &random) ? RoutingTable.noon : RoutingTable.noon - .seconds(9 * 3600)
                let inbound = index % 5 == 0 ? InboundColors(tags: ["beta", "x"], hops: 1) : .none
                let (assignment, said) = (
                    table.assign(request, now: now, inbound: inbound), table.explanation(of: request, now: now, inbound: inbound)
                )
                #expect(said.arm == assignment.arm && said.rule == assignment.rule && said.carried == assignment.colors)
                #expect(said.failures == assignment.failures && said.participation.bucket == assignment.bucket)
                #expect(said.rules.first { $0.outcome == .matched }?.name == assignment.rule)
                #expect(said.rules.filter(\.decides).map(\.name) == [assignment.rule].compactMap { $0 })
                #expect(said.because.contains(assignment.arm))
                if assignment.rule == nil, assignment.arm != Arm.stable { #expect(said.participation.takesPart) }
            }
        }
    }

    @Test func everyStepIsTold() throws {
        let table = try Self.table()
        let request = RoutingRequest(
            target: "/last",
            headers: [("x-user-id", "user-3"), ("x-beta", "1"), ("x-some", "1"), ("x-app", "banana"), ("x-region", "sh")])
        let said = table.explanation(of: request, now: RoutingTable.noon, inbound: InboundColors(tags: ["other"], hops: 1))
        #expect(
            said.rules.map(\.outcome) == [.off, .outsideTime, said.rules[2].bucket! < 5000 ? .matched : .outsideWeight, .error, .matched])
        #expect(said.rules[3].error?.contains("banana") == true)
        #expect(said.rules[1].during == "02:00-06:00 UTC")
        #expect(said.key.source == #"header["x-user-id"]"# && said.key.value == "user-3" && said.key.error == nil)
        #expect(said.strata.map(\.value) == ["sh"])
        #expect(said.colors.map(\.holds) == [true, false])
        #expect(said.colors[1].error?.contains("banana") == true)
        #expect(said.carried == ["beta", "other"])
        #expect(said.participation.layer == "ui")
        #expect(said.participation.from == 1000 && said.participation.to == 7000)
        // c is at weight 0: its share of the participants is on stable.
        #expect(said.division == nil || said.division?.shares.map(\.name) == ["a", "b", "stable"])
        // What is written down can be read back.
        let json = try JSONValue(encoding: said)
        #expect(try json.decoded(as: RoutingExplanation.self) == said)
    }

    @Test func theReasonIsASentence() throws {
        let table = try Self.table()
        func because(_ headers: [(String, String)], target: String = "/") -> String {
            table.explanation(of: RoutingRequest(target: target, headers: headers), now: RoutingTable.noon).because
        }
        let app = ("x-app", "1.5.0")
        #expect(because([app], target: "/last") == "the rule 'always last' matches first and leads to stable")
        #expect(because([app]) == "no rule matches and the request has no key, so it goes to stable")
        let outside = (0..<100).map { "user-\($0)" }.first { !table.split.outcome(forKey: Array($0.utf8)).takesPart }!
        let bucket = table.split.outcome(forKey: Array(outside.utf8)).bucket!
        #expect(
            because([app, ("x-user-id", outside)])
                == "no rule matches, and its bucket \(bucket) in the layer 'ui' is not from 1000 up to 7000, so it goes to stable")
        let off = try Self.table([10_000, 0, 0, 0])
        #expect(
            off.explanation(of: RoutingRequest(headers: [app, ("x-user-id", "u")]), now: RoutingTable.noon).because
                == "no canary arm has any weight, so every request goes to stable")
    }
}
