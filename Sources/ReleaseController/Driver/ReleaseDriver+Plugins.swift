import DecisionReplay
import Hashing
import PluginHost
import PluginKit
import ReleaseModel
import ReleaseStore

extension ReleaseDriver {
    /// Has the routing and colouring plugins complete the plan, then every node carry it.
    func apply(_ plan: TrafficPlan, to target: Target, policy: PreparedPolicy) async -> [NodeReport] {
        do {
            var plan = plan
            for name in [plan.routing.plugin, plan.routing.coloring] {
                plan = try await plugins.plugin(name).table(TableRequest(plan: plan), within: configuration.readTimeout.duration).plan
            }
            let dataPlane = try plugins.plugin(target.plugin)
            guard try plugins.plugin(policy.traffic.plugin).name == dataPlane.name else {
                throw ReleaseError(
                    .conflict, "the policy wants data plane '\(policy.traffic.plugin)', but the target is run by '\(target.plugin)'",
                    place: "target \(target.name)")
            }
            let complete = plan
            return await eachNode(of: target) { node in
                let response = try await dataPlane.apply(
                    ApplyRequest(node: node, plan: complete), within: configuration.applyTimeout.duration)
                return NodeReport(
                    node: node.name, observed: response.observed, problem: response.applied ? nil : response.reason ?? "refused",
                    way: response.way)
            }
        } catch {
            return target.nodes.map { NodeReport(node: $0.name, observed: nil, problem: "\(error)") }
        }
    }

    func read(service: String, target: Target) async -> [NodeReport] {
        await eachNode(of: target) { node in
            let response = try await plugins.plugin(target.plugin).read(
                ReadRequest(node: node, service: service), within: configuration.readTimeout.duration)
            return NodeReport(node: node.name, observed: response.observed, problem: nil)
        }
    }

    /// Asks every node at the same time; the reports come in the order of the nodes.
    private func eachNode(
        of target: Target, _ ask: @escaping @Sendable (TargetNode) async throws -> NodeReport
    ) async -> [NodeReport] {
        await withTaskGroup(of: (Int, NodeReport).self) { group in
            for (index, node) in target.nodes.enumerated() {
                group.addTask {
                    do {
                        return (index, try await ask(node))
                    } catch {
                        return (index, NodeReport(node: node.name, observed: nil, problem: "\(error)"))
                    }
                }
            }
            var reports = [NodeReport?](repeating: nil, count: target.nodes.count)
            for await (index, report) in group { reports[index] = report }
            return reports.compactMap(\.self)
        }
    }

    /// - Throws: only where the store cannot give the log counts; a failing metrics plugin is a problem in the answer.
    func collect(_ policy: PreparedPolicy, _ request: CollectRequest, logs query: LogQuery?) async throws -> CollectedWindow {
        var window = CollectedWindow(result: nil, queries: [], logs: [], problems: policy.problem.map { [$0] } ?? [])
        if let query {
            let rows = try await store.logCounts(
                service: query.service, revisions: query.arms.map(\.revision), after: query.after, through: query.through)
            window.logs = rows.asLogCounts(arms: query.arms)
            if query.sequences {
                window.steps = try await store.logSteps(
                    service: query.service, arms: query.arms, after: query.after, through: query.through)
            }
        }
        do {
            let response = try await collector.collect(policy.metrics.plugin, request, within: configuration.collectTimeout.duration)
            window.result = response.results.first
            window.queries = response.queries
            window.provider = response.provider
            if let problem = window.result?.problem { window.problems.append(problem) }
            if window.result == nil { window.problems.append("\(policy.metrics.plugin) gave no answer for the release") }
        } catch {
            window.problems.append("\(error)")
        }
        return window
    }

    /// What the arms answered to probes. Where they could not be asked there is a note: the users' samples are judged all the same.
    func probe(_ policy: PreparedPolicy, _ request: CollectRequest?) async -> (result: CollectResult?, note: String?) {
        guard let request, let plugin = policy.probes?.plugin else { return (nil, nil) }
        do {
            let response = try await collector.collect(plugin, request, within: configuration.collectTimeout.duration)
            guard let result = response.results.first else { return (nil, "probes: \(plugin) gave no answer for the release") }
            return (result, result.problem.map { "probes: \($0)" })
        } catch {
            return (nil, "probes: \(error)")
        }
    }

    /// The answers of the further sources, in their order. One that fails says so in the notes.
    func collect(_ further: [FurtherCollection]) async -> [FurtherAnswer] {
        await withTaskGroup(of: (Int, FurtherAnswer).self) { group in
            for (index, source) in further.enumerated() {
                group.addTask {
                    do {
                        let response = try await collector.collect(
                            source.plugin, source.request, within: configuration.collectTimeout.duration)
                        return (index, FurtherAnswer(plugin: source.plugin, response: response, failure: nil))
                    } catch {
                        return (index, FurtherAnswer(plugin: source.plugin, response: nil, failure: "\(error)"))
                    }
                }
            }
            var answers = [FurtherAnswer?](repeating: nil, count: further.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers.compactMap(\.self)
        }
    }

    func evaluate(_ calls: [EvaluatorCall]) async -> [EvaluatorAnswer] {
        await withTaskGroup(of: (Int, EvaluatorAnswer).self) { group in
            for (index, call) in calls.enumerated() {
                group.addTask { (index, await evaluate(call)) }
            }
            var answers = [EvaluatorAnswer?](repeating: nil, count: calls.count)
            for await (index, answer) in group { answers[index] = answer }
            return answers.compactMap(\.self)
        }
    }

    private func evaluate(_ call: EvaluatorCall) async -> EvaluatorAnswer {
        do {
            let plugin = try plugins.plugin(call.plugin)
            let identity = PluginIdentity(name: plugin.name, version: plugin.version, sha256: plugin.sha256.hex)
            do {
                let response = try await plugin.evaluate(
                    EvaluateRequest(inputs: [call.input]), within: configuration.evaluateTimeout.duration)
                return EvaluatorAnswer(
                    plugin: identity, output: response.outputs.first, failure: response.outputs.isEmpty ? "no answer" : nil)
            } catch {
                return EvaluatorAnswer(plugin: identity, output: nil, failure: "\(error)")
            }
        } catch {
            return EvaluatorAnswer(
                plugin: PluginIdentity(name: call.plugin, version: "", sha256: ""), output: nil, failure: "\(error)")
        }
    }
}

extension TimeSpan {
    var duration: Duration { .microseconds(microseconds) }
}
