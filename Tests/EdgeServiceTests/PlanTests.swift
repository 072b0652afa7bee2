import Foundation
import Logging
import PluginKit
import ReleaseModel
import Routing
import Testing

@testable import EdgeService

/// Plans come, go, and are refused, while requests go on.
@Suite struct PlanTests {
    @Test func theStatusIsThePlan() async throws {
        let plan = TrafficPlan.sample()
        try await EdgeSite.run([plan]) { site in
            let status = try site.status("checkout")
            #expect(status.release == "checkout-7")
            #expect(status.generation == 3)
            #expect(status.leaseTerm == 2)
            #expect(status.salt == "s7")
            #expect(status.arms.map(\.weight.description) == ["70%", "30%"])
            #expect(status.arms.map(\.revision) == ["v41", "v42"])
            #expect(status.problem == nil)
            #expect(try site.get("/status?service=search").status == 404)
            #expect(try site.get("/status?other=1").status == 400)
        }
    }

    @Test func aNewWeightNeedsNoNewConnection() async throws {
        try await EdgeSite.run([.sample(weight: "0%")]) { site in
            let client = try site.client()
            try client.send(decide([("x-user-id", "ada")]))
            #expect(try client.answer()["x-tidegate-arm"] == "stable")
            try site.put(.sample(generation: 4, weight: "100%"))
            try await site.wait(for: "generation 4") { try site.status("checkout").generation == 4 }
            try client.send(decide([("x-user-id", "ada")]))
            let answer = try client.answer()
            #expect(answer["x-tidegate-arm"] == "canary")
            #expect(answer["x-tidegate-generation"] == "4")
        }
    }

    /// While the weight grows under load, every answer is that of the generation which it names, and no user goes back to stable.
    @Test func plansAreReplacedUnderLoad() async throws {
        let weights = (0...12).map { Weight(basisPoints: $0 * 800) }
        let plans = weights.enumerated().map { TrafficPlan.sample(generation: Int64($0.offset), weight: $0.element.description) }
        let tables = try plans.map { plan in
            try RoutingTable(
                routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        }
        try await EdgeSite.run([plans[0]]) { site in
            let load = Task.detached {
                let client = try site.client()
                var seen: Set<Int> = []
                var generation = 0
                for round in 0..<200_000 where generation < plans.count - 1 {
                    let user = "user-\(round % 97)"
                    try client.send(decide([("x-user-id", user)]))
                    let answer = try client.answer()
                    let named = try #require(answer["x-tidegate-generation"].flatMap { Int($0) })
                    #expect(answer.status == 200 && named >= generation)
                    generation = named
                    seen.insert(named)
                    let expected = tables[named].assign(
                        RoutingRequest(host: "shop.example", headers: [("x-user-id", user)]), now: EdgeSite.now)
                    #expect(answer["x-tidegate-arm"] == expected.arm)
                }
                return (generation, seen)
            }
            for plan in plans.dropFirst() {
                try site.put(plan)
                try await site.wait(for: "generation \(plan.generation)") { try site.status("checkout").generation == plan.generation }
            }
            let (last, seen) = try await load.value
            #expect(last == plans.count - 1)
            #expect(seen.count > 3, "\(seen)")
        }
    }

    @Test(arguments: [
        ("{", "no traffic plan"), ("[]", "no traffic plan"), ("", "no traffic plan"),
        (#"{"service":"checkout"}"#, "is missing"),
    ])
    func aBrokenPlanKeepsTheLastGoodOne(_ text: String, _ reason: String) async throws {
        try await EdgeSite.run([.sample()]) { site in
            try site.put(text, as: "checkout")
            try await site.wait(for: "the problem") { try site.status("checkout").problem != nil }
            let problem = try site.status("checkout").problem
            #expect(problem?.contains(reason) == true, "\(problem ?? "")")
            let client = try site.client()
            try client.send(decide())
            #expect(try client.answer()["x-tidegate-generation"] == "3")
            #expect(try site.get("/metrics").body.contains("tidegate_edge_plans_refused_total{service=\"checkout\"} 1\n"))
            try site.put(.sample(generation: 4))
            try await site.wait(for: "the next plan") { try site.status("checkout").generation == 4 }
            #expect(try site.status("checkout").problem == nil)
        }
    }

    @Test func aPlanThatCannotBeCompiledIsRefusedWithItsPlace() async throws {
        var plan = TrafficPlan.sample(generation: 4)
        plan.routing.rules = [RoutingRule(name: "typo", when: "hedaer.x == 1", to: "canary")]
        var other = TrafficPlan.sample(generation: 5)
        other.service = "search"
        try await EdgeSite.run([.sample()]) { site in
            try site.put(plan)
            try await site.wait(for: "the problem") { try site.status("checkout").problem != nil }
            #expect(try site.status("checkout").problem?.contains("rule 'typo'") == true)
            try site.put(try JSONValue(encoding: other).canonicalText, as: "checkout")
            try await site.wait(for: "the other problem") { try site.status("checkout").problem?.contains("'search'") == true }
            let all = try JSONDecoder().decode(EdgeStatus.self, from: Data(try site.get("/status").body.utf8))
            #expect(all.services.map(\.generation) == [3])
            #expect(all.problems.map(\.service) == ["checkout"])
        }
    }

    /// Terms and generations of one release only grow, and a release that was replaced does not come back.
    @Test func anOlderPlanIsRefused() async throws {
        try await EdgeSite.run([.sample(generation: 5, leaseTerm: 3)]) { site in
            for (plan, reason) in [
                (TrafficPlan.sample(generation: 4, leaseTerm: 3), "generation 4"), (.sample(generation: 9, leaseTerm: 2), "lease term 2"),
            ] {
                try site.put(plan)
                try await site.wait(for: reason) { try site.status("checkout").problem?.contains(reason) == true }
                #expect(try site.status("checkout").generation == 5)
            }
            try site.put(.sample(release: "checkout-8", generation: 1, leaseTerm: 1))
            try await site.wait(for: "the next release") { try site.status("checkout").release == "checkout-8" }
            try site.put(.sample(generation: 6, leaseTerm: 3))
            try await site.wait(for: "the refusal") { try site.status("checkout").problem?.contains("was replaced") == true }
            #expect(try site.status("checkout").release == "checkout-8")
        }
    }

    @Test func servicesComeAndGo() async throws {
        try await EdgeSite.run([.sample()]) { site in
            try site.put(.sample(service: "search", release: "search-1"))
            try await site.wait(for: "search") { try site.get("/status?service=search").status == 200 }
            try site.remove("search")
            try await site.wait(for: "its end") { try site.get("/status?service=search").status == 404 }
            let client = try site.client()
            try client.send(decide(service: "search"))
            #expect(try client.answer().status == 404)
            try client.send(decide())
            #expect(try client.answer().status == 200)
        }
    }

    @Test func aFolderThatIsNotThereIsSaidSo() async {
        await #expect(throws: ReleaseError(.notFound, "")) {
            _ = try await EdgeServer.start(
                EdgeConfiguration(plans: "/nonexistent/plans", port: 0),
                logger: .init(label: "x", factory: { _ in SwiftLogNoOpLogHandler() }),
                now: { EdgeSite.now })
        }
    }
}
