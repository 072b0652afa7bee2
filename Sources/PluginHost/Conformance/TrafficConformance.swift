internal import PluginKit
internal import ReleaseModel

// Promises of kinds `metrics`, `routing`, `coloring` and `dataPlane`.
extension ConformanceChecks {
    mutating func runForMetrics() async {
        let plugin = plugin
        let configuration = configuration
        await check("no subjects give no results", "an empty batch") {
            let request = CollectRequest(
                configuration: configuration, windowEnd: Timestamp(microseconds: 1_760_000_000_000_000), subjects: [])
            // Without a source it may also say that it has none.
            let raw = try await plugin.collectOrFailure(request)
            return raw.map { $0.results.isEmpty } ?? true ? nil : "results came for nothing"
        }
    }

    mutating func runForTables() async {
        let plugin = plugin
        await check("a plan keeps its arms and weights", "stable and canary at 90% and 10%, at 100% and 0%, at 0% and 100%") {
            for canary in [1000, 0, 10_000] {
                _ = try await plugin.table(TableRequest(plan: Self.plan(canary: canary)))
            }
            return nil
        }
        await check("the same plan gives the same bytes", "two calls") {
            guard case .success(let payload) = PluginMessage.encode(TableRequest(plan: Self.plan(canary: 2500))) else {
                return "the request could not be written"
            }
            let first = try await Self.raw(plugin, PluginOperation.table.rawValue, payload).get()
            let second = try await Self.raw(plugin, PluginOperation.table.rawValue, payload).get()
            return first == second ? nil : "two answers differ"
        }
        await check("completing a plan twice changes nothing", "its own answer as the request") {
            let once = try await plugin.table(TableRequest(plan: Self.plan(canary: 2500)))
            let twice = try await plugin.table(TableRequest(plan: once.plan))
            return once == twice ? nil : "the second answer differs from the first"
        }
        await check("a rule that cannot be read is refused", "an unfinished expression") {
            var plan = Self.plan(canary: 1000)
            plan.routing.rules = [RoutingRule(name: "broken", when: "header[ ==", to: Arm.canary)]
            plan.routing.colors = [ColorRule(tag: "broken", when: "header[ ==")]
            let request = plan
            do throws(ReleaseError) {
                _ = try await plugin.table(TableRequest(plan: request))
                return "it took 'header[ =='"
            } catch {
                return error.code == .pluginFailed ? nil : error.reason
            }
        }
    }

    mutating func runForDataPlanes() async {
        let plugin = plugin
        await check("an unknown node is an error", "a node without configuration") {
            let node = TargetNode(name: "nowhere", configuration: [:])
            do throws(ReleaseError) {
                _ = try await plugin.read(ReadRequest(node: node, service: "conformance"))
                return "it read a node that does not exist"
            } catch {
                if error.code == .timedOut { return "it stalled" }
                if case .running = plugin.state { return nil }
                return "it did not survive: \(error.reason)"
            }
        }
    }

    private static func plan(canary: Int) -> TrafficPlan {
        TrafficPlan(
            release: "conformance-1", service: "conformance", generation: 7, leaseTerm: 3, salt: "salt",
            routing: RoutingPolicy(
                plugin: "", coloring: "", key: "header[\"x-user-id\"] or client.address", tagHeader: "x-tidegate-tags", colors: [],
                rules: []),
            arms: [
                TrafficArm(
                    name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 10_000 - canary), servers: ["127.0.0.1:9001"]),
                TrafficArm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: canary), servers: ["127.0.0.1:9002"]),
            ])
    }
}

extension PluginHandle {
    /// The answer, or nil when the plugin itself said that it cannot collect.
    fileprivate func collectOrFailure(_ request: CollectRequest) async throws(ReleaseError) -> CollectResponse? {
        do throws(ReleaseError) {
            return try await collect(request)
        } catch {
            if error.code == .pluginFailed, case .running = state { return nil }
            throw error
        }
    }
}
