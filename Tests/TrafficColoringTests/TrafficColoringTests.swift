import PluginKit
import ReleaseModel
import Testing
import TrafficColoring

@Suite("TrafficColoring") struct TrafficColoringTests {
    private func table(_ colors: [ColorRule], header: String = "X-Gray-Tag") throws -> TrafficPlan {
        let plan = TrafficPlan(
            release: "checkout-1", service: "checkout", generation: 1, leaseTerm: 1, salt: "s",
            routing: RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: "client.address", tagHeader: header, colors: colors, rules: []),
            arms: [TrafficArm(name: "stable", revision: "v41", weight: .full, servers: ["127.0.0.1:1"])])
        return try TrafficColoring().table(TableRequest(plan: plan), CallContext(deadline: .now + .seconds(5))).plan
    }

    @Test func theHeaderIsCompleted() throws {
        let colors = [ColorRule(tag: "user-v2", when: #"cookie.v == "2""#)]
        #expect(try table(colors).routing.tagHeader == "x-gray-tag")
        #expect(try table(colors, header: "").routing.tagHeader == TrafficColoring.defaultHeader)
        #expect(try table(colors).routing.colors == colors)
    }

    @Test(
        "what is refused",
        arguments: [
            (ColorRule(tag: "a b", when: "true"), "x-gray-tag", "a b"), (ColorRule(tag: "a,b", when: "true"), "x-gray-tag", "a,b"),
            (ColorRule(tag: "v2", when: "header["), "x-gray-tag", "colour 'v2'"),
            (ColorRule(tag: "v2", when: #"not (path == "/" and tagged("v1"))"#), "x-gray-tag", "cannot read colours"),
            (ColorRule(tag: "v2", when: #"path == "/""#), "x gray", "tag header"),
            (ColorRule(tag: "v2", when: #"path == "/""#), "Host", "tag header"),
        ]) func refused(_ color: ColorRule, _ header: String, _ word: String)
    {
        let failure = #expect(throws: PluginFailure.self) { try table([color], header: header) }
        #expect(failure?.reason.contains(word) == true, "\(failure?.reason ?? "")")
        #expect(failure?.code == "invalid_input")
    }

    @Test(
        "how colours travel is checked before it reaches a node",
        arguments: [
            (Propagation(trust: ["10.0.0.0/33"]), "10.0.0.0/33"), (Propagation(keys: [ColorKey(id: "k1", secret: "hunter2")]), "'k1'"),
            (Propagation(maximumHops: 0), "hops"), (Propagation(baggage: "gray tag"), "gray tag"),
        ]) func propagation(_ propagation: Propagation, _ word: String)
    {
        var plan = TrafficPlan(
            release: "checkout-1", service: "checkout", generation: 1, leaseTerm: 1, salt: "s",
            routing: RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: "client.address", tagHeader: "", colors: [], rules: []),
            arms: [TrafficArm(name: "stable", revision: "v41", weight: .full, servers: ["127.0.0.1:1"])])
        plan.routing.propagation = propagation
        let failure = #expect(throws: PluginFailure.self) {
            try TrafficColoring().table(TableRequest(plan: plan), CallContext(deadline: .now + .seconds(5)))
        }
        #expect(failure?.reason.contains(word) == true, "\(failure?.reason ?? "")")
        #expect(failure?.reason.contains("hunter2") == false)
    }

    @Test func soundPropagationIsCarried() throws {
        var plan = TrafficPlan(
            release: "checkout-1", service: "checkout", generation: 1, leaseTerm: 1, salt: "s",
            routing: RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: "client.address", tagHeader: "", colors: [], rules: []),
            arms: [TrafficArm(name: "stable", revision: "v41", weight: .full, servers: ["127.0.0.1:1"])])
        plan.routing.propagation = Propagation(
            trust: ["10.0.0.0/8"], keys: [ColorKey(id: "k1", secret: "env:COLOR_KEY")], maximumHops: 4, baggage: "gray-tag")
        let carried = try TrafficColoring().table(TableRequest(plan: plan), CallContext(deadline: .now + .seconds(5))).plan
        #expect(carried.routing.propagation == plan.routing.propagation)
    }
}
