import Foundation
import PluginKit
import ReleaseModel
import Routing
import Testing

@testable import NginxPrinting
@testable import NginxTraffic

@Suite("nginx and the in-process table agree") struct AgreementTests {
    private static func table(_ plan: TrafficPlan) throws -> RoutingTable {
        try RoutingTable(routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
    }

    private static func request(_ request: ExpressionGenerator.Request, port: Int) -> RoutingRequest {
        RoutingRequest(target: request.target, host: "127.0.0.1:\(port)", clientAddress: "127.0.0.1", headers: request.headers)
    }

    @Test("20,000 users, three arms, rules and colours") func twentyThousand() async throws {
        let backends = try Backends(["v41", "v42", "v43"])
        let node = try TrafficNode(workers: 2)
        var plan = plan(
            backends, canary: 3000,
            colors: [
                ColorRule(tag: "beta", when: #"header["x-beta"] == "1""#),
                ColorRule(tag: "new-app", when: #"semver(header["x-app"]) >= semver("2.1")"#),
            ],
            rules: [
                RoutingRule(name: "pay stays", when: #"path:match("^/pay/") ~= nil"#, to: "stable"),
                RoutingRule(name: "beta", when: #"tagged("beta") and tagged("new-app")"#, to: "b"),
            ])
        plan.arms[0].weight = Weight(basisPoints: 6333)
        plan.arms.append(TrafficArm(name: "b", revision: "v43", weight: Weight(basisPoints: 667), servers: backends.servers("v43")))
        let applied = try await node.apply(plan)
        #expect(applied.applied, "\(applied.reason ?? "")")
        let table = try Self.table(plan)
        let answers = try await node.answers(Array(0..<20_000)) { node, index in
            let request = Self.user(index)
            return try await node.get(request.target, request.headers)
        }
        let port = node.port
        let outcome = await blocking { Self.compare(answers, table, port: port) }
        #expect(outcome.disagreements == 0)
        #expect(outcome.portDisagreements == 0)
        #expect(answers.count == 20_000)
        let reached = outcome.reached
        for name in ["stable", "canary", "b", "pay stays", "beta"] {
            #expect(reached[name, default: 0] > 100, "\(name) was hardly reached")
        }
    }

    private struct Outcome: Sendable {
        /// Answers that are not what the table says.
        var disagreements = 0
        /// Answers by weight that are not what the port of nginx's arithmetic says.
        var portDisagreements = 0
        /// Requests by the rule or arm that they came to.
        var reached: [String: Int] = [:]
    }

    private static func compare(_ answers: [TrafficNode.Answer], _ table: RoutingTable, port: Int) -> Outcome {
        let revisions = ["stable": "v41", "canary": "v42", "b": "v43"]
        let arithmetic = NginxArithmetic.Table(table.split)
        var outcome = Outcome()
        for (index, answer) in answers.enumerated() {
            let assignment = table.assign(request(user(index), port: port), now: Timestamp(microseconds: 0))
            if answer.revision != revisions[assignment.arm] || answer.tags != assignment.colors.joined(separator: ",") {
                outcome.disagreements += 1
            }
            if assignment.rule == nil, let key = key(index), revisions[table.arms[arithmetic.arm(ofKey: key)].arm] != answer.revision {
                outcome.portDisagreements += 1
            }
            outcome.reached[assignment.rule ?? assignment.arm, default: 0] += 1
        }
        return outcome
    }

    private static func key(_ index: Int) -> [UInt8]? {
        index % 7 == 0 ? nil : Array((index % 3 == 0 ? "u\(index)" : "user-\(index)").utf8)
    }

    private static func user(_ index: Int) -> ExpressionGenerator.Request {
        var headers = [index % 3 == 0 ? ("cookie", "x=1; uid=u\(index)") : ("x-user-id", "user-\(index)")]
        if index % 5 == 0 { headers.append(("x-beta", index % 2 == 0 ? "1" : "0")) }
        if index % 7 == 0 { headers = headers.filter { $0.0 == "x-beta" } }  // no key at all
        headers.append(("x-app", ["1.0.0", "2.1.0", "3.0.0-rc.1", "none"][index % 4]))
        return .init(target: index % 11 == 0 ? "/pay/\(index)" : "/cart", headers: headers)
    }

    @Test("16 random conditions at a time over random requests", arguments: 1...8) func randomConditions(_ seed: UInt64)
        async throws
    {
        let backends = try Backends(["v41", "v42"])
        let node = try TrafficNode()
        var generator = ExpressionGenerator(seed: seed)
        var plan = plan(backends, canary: 5000)
        var refused = 0
        while plan.routing.colors.count < ColorHeader.maximumTags {
            let color = ColorRule(tag: "c\(plan.routing.colors.count)", when: generator.condition())
            var candidate = plan
            candidate.routing.colors.append(color)
            do {
                _ = try FragmentPrinter(plan: candidate, options: FragmentOptions(statusListen: "127.0.0.1:1", now: .init(microseconds: 0)))
                    .fragment()
                plan = candidate
            } catch is PrintingRefusal {
                refused += 1
            } catch is ReleaseError {
                continue  // the language itself refuses it: a comparison that can never hold
            }
        }
        #expect(refused < 20, "too many conditions were refused: \(refused)")
        let applied = try await node.apply(plan)
        #expect(applied.applied, "\(applied.reason ?? "")")
        let table = try Self.table(plan)
        let requests = (0..<400).map { _ in generator.request() }
        let answers = try await node.answers(requests) { try await $0.get($1.target, $1.headers) }
        let port = node.port
        let final = plan
        let wrong = await blocking { Self.compare(answers, requests, final, table, port: port) }
        #expect(wrong.prefix(10) == [])
    }

    private static func compare(
        _ answers: [TrafficNode.Answer], _ requests: [ExpressionGenerator.Request], _ plan: TrafficPlan, _ table: RoutingTable, port: Int
    ) -> [String] {
        var wrong: [String] = []
        for (request, answer) in zip(requests, answers) {
            let assignment = table.assign(Self.request(request, port: port), now: Timestamp(microseconds: 0))
            if answer.status != 200 || answer.revision != (assignment.arm == "canary" ? "v42" : "v41") {
                wrong.append("\(answer), and not \(assignment.arm), for \(request)")
            }
            let ours = Set(assignment.colors)
            let theirs = Set(answer.tags.split(separator: ",").map(String.init))
            for tag in ours.symmetricDifference(theirs).sorted() {
                let condition = plan.routing.colors.first { $0.tag == tag }?.when ?? tag
                wrong.append("\(condition) is \(theirs.contains(tag)) in nginx for \(request)")
            }
        }
        return wrong
    }
}
