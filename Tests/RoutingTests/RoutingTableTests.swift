import Predicates
import ReleaseModel
import Routing
import Testing

@Suite("Routing table") struct RoutingTableTests {
    static let routing = RoutingPolicy(
        plugin: "weighted", coloring: "coloring", key: #"header["x-user-id"] or cookie.uid"#, tagHeader: "x-gray-tag",
        colors: [
            ColorRule(tag: "beta", when: #"header["x-beta"] == "1""#),
            ColorRule(tag: "sh", when: #"cookie.region == "sh""#),
            ColorRule(tag: "beta", when: #"query.beta == "1""#),
        ],
        rules: [
            RoutingRule(name: "pay stays", when: #"path:match("^/pay/") ~= nil"#, to: "stable"),
            RoutingRule(name: "testers", when: #"header["x-canary"] == "true" and inCIDR(client.address, "10.0.0.0/8")"#, to: "canary"),
            RoutingRule(name: "beta in Shanghai", when: #"tagged("beta") and tagged("sh")"#, to: "canary"),
            RoutingRule(name: "new app", when: #"semver(header["x-app"]) >= semver("2.0.0")"#, to: "canary"),
        ])

    private func table(canary: Int) throws -> RoutingTable {
        try RoutingTable(
            routing: Self.routing, salt: "checkout-1",
            arms: [
                ArmWeight(arm: "stable", weight: .init(basisPoints: 10_000 - canary)),
                ArmWeight(arm: "canary", weight: .init(basisPoints: canary)),
            ])
    }

    @Test func theFirstRuleThatHoldsDecides() throws {
        let table = try table(canary: 1)
        let tester = RoutingRequest(target: "/cart", clientAddress: "10.1.2.3", headers: [("x-canary", "true"), ("x-app", "1.0.0")])
        #expect(table.assign(tester).rule == "testers")
        #expect(table.assign(tester).arm == "canary")
        var paying = tester
        paying.target = Array("/pay/now?x=1".utf8)
        #expect(table.assign(paying).rule == "pay stays")
        #expect(table.assign(paying).arm == "stable")
        var outsider = tester
        outsider.clientAddress = Array("192.0.2.1".utf8)
        #expect(table.assign(outsider).rule == nil)
    }

    @Test func coloursComeFromConditionsAndRulesReadThem() throws {
        let table = try table(canary: 100)
        let both = table.assign(RoutingRequest(target: "/?beta=1", headers: [("cookie", "a=b; region=sh"), ("x-app", "1.0.0")]))
        #expect(both.colors == ["beta", "sh"])
        #expect(both.colorBits == 0b110)
        #expect(both.rule == "beta in Shanghai")
        #expect(table.assign(RoutingRequest(headers: [("x-beta", "1"), ("x-app", "1.0.0")])).colors == ["beta"])
        // A client cannot colour itself.
        #expect(table.assign(RoutingRequest(headers: [("x-gray-tag", "beta,sh"), ("x-app", "1.0.0")])).colors == [])
    }

    @Test func atWeightZeroRulesAndColoursAreOff() throws {
        let table = try table(canary: 0)
        let request = RoutingRequest(
            target: "/?beta=1", clientAddress: "10.1.2.3", headers: [("x-canary", "true"), ("cookie", "region=sh"), ("x-app", "3.0.0")])
        let assignment = table.assign(request)
        #expect(assignment.arm == "stable")
        #expect(assignment.rule == nil)
        #expect(assignment.colors == [])
    }

    @Test func anErrorIsNoMatchAndCounted() throws {
        let table = try table(canary: 0)
        #expect(table.assign(RoutingRequest(headers: [("x-app", "banana")])).failures == 0)  // the rule is off
        let live = try self.table(canary: 1)
        let assignment = live.assign(RoutingRequest(headers: [("x-app", "banana")]))
        #expect(assignment.failures == 1)
        #expect(assignment.rule == nil)
    }

    @Test func theKeyFallsThroughEmptyValues() throws {
        let table = try table(canary: 5000)
        let byHeader = table.assign(RoutingRequest(headers: [("x-user-id", "u1"), ("cookie", "uid=u2"), ("x-app", "1.0.0")]))
        let byCookie = table.assign(RoutingRequest(headers: [("x-user-id", ""), ("cookie", "uid=u1"), ("x-app", "1.0.0")]))
        #expect(byHeader.bucket == byCookie.bucket)
        #expect(byHeader.bucket == StickyBucket.bucket(of: murmurHash2("checkout-1:u1")))
        #expect(table.assign(RoutingRequest(headers: [("x-app", "1.0.0")])).bucket == nil)
    }

    @Test func aBrokenExpressionIsRefusedByItsRule() {
        var routing = Self.routing
        routing.rules[1].when = #"header["x" =="#
        let error = #expect(throws: ReleaseError.self) {
            try RoutingTable(
                routing: routing, salt: "s", arms: [ArmWeight(arm: "stable", weight: .full), ArmWeight(arm: "canary", weight: .zero)])
        }
        #expect(error?.place == "rule 'testers'")
        routing = Self.routing
        routing.rules[0].to = "cannary"
        let unknown = #expect(throws: ReleaseError.self) {
            try RoutingTable(
                routing: routing, salt: "s", arms: [ArmWeight(arm: "stable", weight: .full), ArmWeight(arm: "canary", weight: .zero)])
        }
        #expect(unknown?.reason.contains("stable, canary") == true)
    }
}
