import CPluginABI
import PluginKit
import ReleaseModel
import Routing
import Testing
import WeightedCanary

@Suite("WeightedCanary") struct WeightedCanaryTests {
    static func plan(canary: Int = 2500, servers: [String] = ["127.0.0.1:2"]) -> TrafficPlan {
        TrafficPlan(
            release: "checkout-1", service: "checkout", generation: 1, leaseTerm: 1, salt: "s",
            routing: RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: #"header["x-user-id"]"#, tagHeader: "x-gray-tag",
                colors: [ColorRule(tag: "beta", when: "query.beta == \"1\"")],
                rules: [
                    RoutingRule(name: "testers", when: #"header["x-canary"] == "true""#, to: "canary"),
                    RoutingRule(name: "new app", when: #"semver(header["x-app"]) >= semver("2.0.0")"#, to: "canary"),
                ]),
            arms: [
                TrafficArm(name: "stable", revision: "v41", weight: Weight(basisPoints: 10_000 - canary), servers: ["127.0.0.1:1"]),
                TrafficArm(name: "canary", revision: "v42", weight: Weight(basisPoints: canary), servers: servers),
            ])
    }

    private let context = CallContext(deadline: .now + .seconds(5))

    @Test func aSoundPlanComesBackAsItIs() throws {
        #expect(try WeightedCanary().table(TableRequest(plan: Self.plan()), context).plan == Self.plan())
    }

    @Test func whatIsWrongIsNamed() {
        func reason(_ plan: TrafficPlan) -> String {
            do {
                _ = try WeightedCanary().table(TableRequest(plan: plan), context)
                return "accepted"
            } catch { return "\(error)" }
        }
        #expect(reason(Self.plan(servers: [])).contains("revision 'v42' has no servers"))
        #expect(reason(Self.plan(canary: 0, servers: [])) == "accepted")
        var plan = Self.plan()
        plan.arms[0].weight = .zero
        #expect(reason(plan).contains("sum to 25.0%"))
        plan = Self.plan()
        plan.routing.rules[0].when = "heder.x"
        #expect(reason(plan).contains("rule 'testers'"))
    }

    /// Asks the exported C functions, as a process that routes would.
    private func route(_ plan: TrafficPlan, path: String, headers: [(String, String)]) throws -> tidegate_assignment {
        let exported = tidegatePluginWeightedCanary().assumingMemoryBound(to: tidegate_plugin.self).pointee
        let message = try JSONValue(encoding: plan).canonicalBytes
        var handle: UnsafeMutableRawPointer?
        var error: UnsafeMutablePointer<UInt8>?
        var length = 0
        let created = exported.route_create(exported.context, message, message.count, &handle, &error, &length)
        #expect(created == Int32(TIDEGATE_OK))
        defer { exported.route_destroy(handle) }
        var assignment = tidegate_assignment()
        assignment.struct_size = UInt32(MemoryLayout<tidegate_assignment>.size)
        withSlices(["GET", path, "localhost", "http", "127.0.0.1"] + headers.flatMap { [$0.0, $0.1] }) { slices in
            let flat = stride(from: 5, to: slices.count, by: 2).map { tidegate_header(name: slices[$0], value: slices[$0 + 1]) }
            flat.withUnsafeBufferPointer { buffer in
                var request = tidegate_request(
                    struct_size: UInt32(MemoryLayout<tidegate_request>.size), header_count: UInt32(buffer.count), method: slices[0],
                    path: slices[1],
                    host: slices[2], scheme: slices[3], client_address: slices[4], headers: buffer.baseAddress)
                #expect(exported.route(handle, &request, &assignment) == Int32(TIDEGATE_OK))
            }
        }
        return assignment
    }

    private func withSlices(_ texts: [String], _ body: ([tidegate_slice]) -> Void) {
        let bytes = texts.map { Array($0.utf8) }
        func next(_ index: Int, _ slices: [tidegate_slice]) {
            guard index < bytes.count else { return body(slices) }
            bytes[index].withUnsafeBufferPointer { next(index + 1, slices + [tidegate_slice(bytes: $0.baseAddress, length: $0.count)]) }
        }
        next(0, [])
    }

    @Test("the routing path over the C boundary is the routing table") func routingPath() throws {
        let plan = Self.plan()
        let table = try RoutingTable(
            routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        for index in 0..<200 {
            let headers = [("X-User-Id", "user-\(index)"), ("X-App", ["1.0.0", "none", "2.1.0"][index % 3])]
            let path = index % 5 == 0 ? "/cart?beta=1" : "/cart"
            let expected = table.assign(RoutingRequest(target: path, headers: headers), now: Timestamp(microseconds: 0))
            let assignment = try route(plan, path: path, headers: headers)
            #expect(assignment.arm == Int32(expected.armIndex))
            #expect(assignment.rule == Int32(expected.ruleIndex ?? -1))
            #expect(assignment.bucket == Int32(expected.bucket ?? -1))
            #expect(assignment.colors == expected.colorBits)
            #expect(assignment.errors == UInt32(expected.failures))
        }
        #expect(try route(plan, path: "/", headers: [("x-canary", "true")]).rule == 0)
        #expect(try route(plan, path: "/", headers: []).bucket == -1)
    }

    /// A plan with everything that routing has.
    static func experiment(keys: [ColorKey] = []) -> TrafficPlan {
        var plan = plan()
        plan.routing.arms = [
            ArmShare(name: "a", share: Weight(basisPoints: 3333)), ArmShare(name: "b", share: Weight(basisPoints: 6667)),
        ]
        plan.routing.strata = [#"header["x-region"]"#]
        plan.routing.layer = Layer(name: "ui", from: Weight(basisPoints: 1000), to: Weight(basisPoints: 6000))
        plan.routing.propagation = Propagation(trust: ["10.0.0.0/8", "127.0.0.1"], keys: keys, maximumHops: 2)
        plan.routing.rules = [
            RoutingRule(name: "beta", when: #"tagged("beta")"#, to: "a", weight: Weight(basisPoints: 5000)),
            RoutingRule(name: "never now", when: #"header["x-canary"] == "true""#, to: "b", during: "00:00-00:01 UTC"),
        ]
        plan.arms = [("stable", 6000), ("a", 1333), ("b", 2667)].map {
            TrafficArm(name: $0.0, revision: "v-\($0.0)", weight: Weight(basisPoints: $0.1), servers: ["127.0.0.1:1"])
        }
        return plan
    }

    @Test("arms, strata, layers, rule weights and inbound colours over the C boundary") func experiments() throws {
        var plan = Self.experiment()
        #expect(try WeightedCanary().table(TableRequest(plan: plan), context).plan == plan)
        // The plugin asks the clock of the machine; a rule with a time would make this test depend on it.
        plan.routing.rules.removeLast()
        let table = try RoutingTable(
            routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        var arms: Set<Int32> = []
        for index in 0..<300 {
            var headers = [("X-User-Id", "user-\(index)"), ("X-Region", ["sh", "bj"][index % 2])]
            var inbound = InboundColors.none
            if index % 3 == 0 {
                headers.append(("X-Gray-Tag", "beta"))
                headers.append(("x-gray-tag-hops", "\(index % 4)"))
                if index % 4 < 2 { inbound = InboundColors(tags: ["beta"], hops: index % 4) }
            }
            let expected = table.assign(
                RoutingRequest(target: "/", headers: headers), now: Timestamp(microseconds: 0), inbound: inbound)
            let assignment = try route(plan, path: "/", headers: headers)
            #expect(assignment.arm == Int32(expected.armIndex) && assignment.rule == Int32(expected.ruleIndex ?? -1))
            arms.insert(assignment.arm)
        }
        #expect(arms == [0, 1, 2])
    }

    @Test func aKeyWithoutItsSecretMakesNoRouter() {
        for secret in ["env:TIDEGATE_TESTS_SET_NO_SUCH_KEY", "hunter2"] {
            let failure = #expect(throws: PluginFailure.self) {
                _ = try WeightedCanary().router(for: Self.experiment(keys: [ColorKey(id: "k1", secret: secret)]))
            }
            #expect(failure?.reason.contains(secret.hasPrefix("env:") ? "TIDEGATE_TESTS_SET_NO_SUCH_KEY" : "'k1'") == true)
            #expect(failure?.reason.contains("hunter2") == false)
        }
    }

    @Test func aStageThatItsLayerCannotHoldIsRefused() {
        var plan = Self.experiment()
        plan.routing.layer = Layer(name: "ui", from: .zero, to: Weight(basisPoints: 3999))
        let failure = #expect(throws: PluginFailure.self) { try WeightedCanary().table(TableRequest(plan: plan), context) }
        #expect(failure?.reason.contains("40% do not fit into the layer 'ui'") == true)
    }
}
