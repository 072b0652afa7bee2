public import PluginKit
public import ReleaseModel

/// A metrics source without a clock of its own: traffic follows the declared weights, and the canary fails 5% of its requests
/// as soon as it has half of them.
public struct ScriptedMetrics: MetricsPlugin {
    public static let descriptor = PluginDescriptor(
        name: "ScriptedMetrics", alias: "scripted", kind: .metrics, version: "1",
        summary: "Traffic that depends on nothing but the weights.",
        settings: [SettingDescriptor("faulty", .bool, default: true, summary: "whether the canary fails at half of the traffic")])

    static let requestsPerSecond = 2000.0

    public init() {}

    public func collect(_ request: CollectRequest, _ context: CallContext) throws -> CollectResponse {
        let isFaulty = request.configuration["faulty"]?.bool ?? true
        return CollectResponse(
            results: try request.subjects.map { subject in
                let end = request.windowEnd(of: subject)
                let last = try subject.state?["through"]?.decoded(as: Timestamp.self)
                let seconds = last.map { (end - $0).seconds } ?? 0
                var samples: [Sample] = []
                for arm in subject.arms {
                    let share = Double(arm.weight.basisPoints) / 10_000
                    let requests = (Self.requestsPerSecond * share * seconds).rounded()
                    let fails = isFaulty && arm.name == Arm.canary && arm.weight.basisPoints >= 5000
                    for (metric, value) in [(Metric.requests, requests), (Metric.errors, fails ? (requests / 20).rounded() : 0)] {
                        samples.append(
                            Sample(
                                metric: metric, arm: arm.name, instance: "\(arm.revision)-1", time: end, value: .delta(value))
                        )
                    }
                }
                return CollectResult(
                    release: subject.release, samples: samples, state: ["through": .string(end.description)])
            }, queries: [])
    }
}

@_cdecl("tidegate_plugin_ScriptedMetrics")
public func tidegatePluginScriptedMetrics() -> UnsafeRawPointer { PluginEntry.export(ScriptedMetrics.self) }
