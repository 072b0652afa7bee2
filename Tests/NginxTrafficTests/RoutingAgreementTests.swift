import Foundation
import PluginKit
import ReleaseModel
import Routing
import Testing

@testable import NginxTraffic

/// Arms, strata, layers, weights of rules, times of day and colours of an earlier hop: what nginx does is what the table says.
@Suite("nginx and the in-process table agree on everything a policy can say") struct RoutingAgreementTests {
    /// One way to cut up the traffic.
    struct Scenario: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var weights: [Int]
        var shares: [ArmShare]?
        var strata: [String]?
        var layer: Layer?
        var zone: String
    }

    private static let thirds = [
        ArmShare(name: "canary", share: Weight(basisPoints: 3333)), ArmShare(name: "b", share: Weight(basisPoints: 6667)),
    ]

    static let scenarios = [
        Scenario(testDescription: "shares", weights: [7000, 1000, 2000], shares: thirds, zone: "UTC"),
        Scenario(
            testDescription: "strata in a layer", weights: [6000, 1333, 2667], shares: thirds,
            strata: [#"header["x-region"]"#, #"cookie.device or header["x-device"]"#],
            layer: Layer(name: "ui", from: Weight(basisPoints: 2500), to: Weight(basisPoints: 7000)), zone: "Asia/Kolkata"),
        Scenario(
            testDescription: "the end of a layer", weights: [5000, 5000, 0],
            layer: Layer(name: "ui", from: Weight(basisPoints: 5000), to: .full), zone: "America/St_Johns"),
        Scenario(
            testDescription: "an arm that retreated", weights: [4000, 6000, 0], shares: thirds, strata: ["host"], zone: "Asia/Kathmandu"),
        Scenario(
            testDescription: "everybody", weights: [0, 10_000, 0], shares: nil,
            layer: Layer(name: "ui", from: .zero, to: Weight(basisPoints: 100)), zone: "Pacific/Auckland"),
    ]

    /// A time of day that holds now, or begins in three hours; its ends are an hour away at least, so that the clock does not matter.
    private static func window(_ hours: Range<Int>, _ zone: String, now: Timestamp) throws -> String {
        let zone = try #require(TimeZone(identifier: zone))
        let minute = (now.microseconds / 60_000_000 + Int64(zone.secondsFromGMT() / 60)) % 1440
        func clock(_ hour: Int) -> String {
            let time = (minute + Int64(hour) * 60 + 1440) % 1440
            return String(format: "%02d:%02d", time / 60, time % 60)
        }
        return "\(clock(hours.lowerBound))-\(clock(hours.upperBound)) \(zone.identifier)"
    }

    private static func routing(_ scenario: Scenario, now: Timestamp) throws -> RoutingPolicy {
        RoutingPolicy(
            plugin: "weighted", coloring: "coloring", key: #"header["x-user-id"] or cookie.uid"#, tagHeader: "x-gray-tag",
            colors: [
                ColorRule(tag: "beta", when: #"header["x-beta"] == "1""#),
                ColorRule(tag: "lucky", when: #"percent(header["x-user-id"], "luck") < 12.5"#),
            ],
            rules: [
                RoutingRule(name: "not now", when: #"path ~= "/x""#, to: "canary", during: try window(3..<5, "Asia/Shanghai", now: now)),
                RoutingRule(
                    name: "now, a third", when: #"header["x-beta"] == "1""#, to: "canary", weight: Weight(basisPoints: 3333),
                    during: try window(-2..<2, "Asia/Tokyo", now: now)),
                RoutingRule(name: "from another hop", when: #"tagged("user-v2") and tagged("region-sh")"#, to: "canary"),
                RoutingRule(name: "lucky", when: #"tagged("lucky") and bucket(header["x-user-id"]) >= 5000"#, to: "stable"),
                RoutingRule(name: "a tenth of pay", when: #"path:match("^/pay") ~= nil"#, to: "b", weight: Weight(basisPoints: 1000)),
            ], arms: scenario.shares, strata: scenario.strata, layer: scenario.layer,
            propagation: Propagation(trust: ["127.0.0.0/8"], maximumHops: 3, baggage: "gray-tag"))
    }

    private static func headers(_ index: Int) -> [(String, String)] {
        var headers: [(String, String)] = []
        if index % 7 != 0 {
            headers.append(index % 3 == 0 ? ("cookie", "uid=u\(index); device=d\(index % 4)") : ("x-user-id", "user-\(index)"))
        }
        if index % 5 == 0 { headers.append(("x-region", ["sh", "bj", "gz"][index % 3])) }
        if index % 4 == 0 { headers.append(("x-beta", "1")) }
        let inbound = [
            "user-v2,region-sh", "region-sh, user-v2", "unknown", "beta,unknown,lucky", "lucky", " a ,beta",
            "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p",
        ]
        if index % 2 == 0 { headers.append(("x-gray-tag", inbound[index / 2 % inbound.count])) }
        if index % 6 == 0 { headers.append(("x-gray-tag-hops", ["0", "1", "2", "3", "17", "x"][index / 6 % 6])) }
        let baggage = [
            "a=1", "gray-tag=evil", "a=1, gray-tag=evil;p ,b=2", "gray-tag=x,c=3", "d=4,gray-tag=y%2Cz", "grey-tag=1,xgray-tag=2",
        ]
        if index % 3 == 1 { headers.append(("baggage", baggage[index / 3 % baggage.count])) }
        return headers
    }

    @Test("2,500 requests of every kind", arguments: scenarios) func agreement(_ scenario: Scenario) async throws {
        let now = Timestamp(seconds: Date().timeIntervalSince1970)
        let backends = try Backends(["v41", "v42", "v43"])
        let node = try TrafficNode(workers: 2, zone: scenario.zone)
        var plan = plan(backends, canary: 0)
        plan.routing = try Self.routing(scenario, now: now)
        plan.arms[0].weight = Weight(basisPoints: scenario.weights[0])
        plan.arms[1].weight = Weight(basisPoints: scenario.weights[1])
        plan.arms.append(
            TrafficArm(name: "b", revision: "v43", weight: Weight(basisPoints: scenario.weights[2]), servers: backends.servers("v43")))
        let applied = try await node.apply(plan)
        #expect(applied.applied, "\(applied.reason ?? "")")
        #expect(applied.observed.drift == nil, "\(applied.observed.drift ?? "")")
        #expect(applied.way?.hasPrefix("reload: ") == true)

        let arms = plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }
        let table = try RoutingTable(routing: plan.routing, salt: plan.salt, arms: arms)
        let gate = try ColorGate(propagation: table.propagation, tagHeader: table.tagHeader, secrets: [:])
        let answers = try await node.answers(Array(0..<2500)) { node, index in
            try await node.get(index % 9 == 0 ? "/pay" : "/", Self.headers(index))
        }
        #expect(answers.count == 2500)
        let port = node.port
        let final = plan
        let (wrong, reached) = await blocking { Self.compare(answers, final, table, gate, port: port, now: now) }
        #expect(wrong.prefix(10) == [])
        #expect(reached["not now"] == nil)
        for name in ["now, a third", "from another hop"] + (scenario.weights[0] > 0 ? ["lucky"] : []) {
            #expect(reached[name, default: 0] > 10, "\(name): \(reached)")
        }
        if scenario.weights[2] > 0 { #expect(reached["a tenth of pay", default: 0] > 10) }
    }

    /// Which answers are not what the table says, and how many requests each rule or arm got.
    private static func compare(
        _ answers: [TrafficNode.Answer], _ plan: TrafficPlan, _ table: RoutingTable, _ gate: ColorGate, port: Int, now: Timestamp
    ) -> (wrong: [String], reached: [String: Int]) {
        var wrong: [String] = []
        var reached: [String: Int] = [:]
        for (index, answer) in answers.enumerated() {
            let request = RoutingRequest(target: index % 9 == 0 ? "/pay" : "/", host: "127.0.0.1:\(port)", headers: headers(index))
            let inbound = gate.admit(request, now: now).colors
            let assignment = table.assign(request, now: now, inbound: inbound)
            let baggage = request.headers.first { $0.name == Array("baggage".utf8) }?.value
            let out = gate.outgoing(assignment, inbound: inbound, baggage: baggage, now: now)
            reached[assignment.rule ?? assignment.arm, default: 0] += 1
            let isRight =
                answer.status == 200 && answer.revision == plan.arms[assignment.armIndex].revision
                && members(answer.tags) == members(out.tags ?? "") && answer.hops == out.hops.map { "\($0)" } ?? ""
                && members(answer.baggage) == members(String(decoding: out.baggage ?? [], as: UTF8.self))
            if !isRight { wrong.append("\(index): \(answer), and not \(assignment) with \(out)") }
        }
        return (wrong, reached)
    }

    /// The members of a list without the blanks around them, which nginx passes on and the table leaves out.
    private static func members(_ text: String) -> [String] {
        text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }
}
