internal import ReleaseModel

/// Every signal of the plugin, in the order in which it gives them.
enum SignalDescriptors {
    static let all: [SignalDescriptor] = [
        SignalDescriptor(
            name: "score", kind: .number, unit: "1", minimum: 0, maximum: 100, worse: .lower,
            summary: "Health of the canary: weighted mean of latency, errors, GC and memory"),
        SignalDescriptor(
            name: "scoreDrop", kind: .number, unit: "1", minimum: -100, maximum: 100, worse: .higher,
            summary: "How far the canary's score lies below stable's, over the parts that both have"),
        SignalDescriptor(
            name: "scoreDrop.low", kind: .number, unit: "1", minimum: -100, maximum: 100, worse: .higher,
            summary: "Anytime-valid lower bound of the drop over the whole release"),
        SignalDescriptor(
            name: "coverage", kind: .number, unit: "1", minimum: 0, maximum: 1, worse: .lower,
            summary: "Share of the score's weight whose part was seen"),
        SignalDescriptor(
            name: "complete", kind: .bool, worse: .false,
            summary: "Every required part is there, and no part that was once seen has vanished"),
        SignalDescriptor(name: "errors.guilty", kind: .bool, worse: .true, summary: "The canary's error rate is proven above stable's"),
        SignalDescriptor(
            name: "latency.guilty", kind: .bool, worse: .true, summary: "The canary's rate of slow requests is proven above stable's"),
        SignalDescriptor(
            name: "gc.guilty", kind: .bool, worse: .true, summary: "The canary's rate of long GC pauses is proven above stable's"),
        SignalDescriptor(
            name: "memory.guilty", kind: .bool, worse: .true, summary: "A canary instance's memory floor grows away from stable's"),
        SignalDescriptor(
            name: "slo.breached", kind: .bool, worse: .true,
            summary: "The canary burns the error budget at page speed, and stable does not burn it alike"),
        SignalDescriptor(
            name: "slo.burn_fast", kind: .number, unit: "1", minimum: 0, worse: .higher,
            summary: "The canary's burn rate: the smaller one of 1 h and 5 min; 1 uses exactly the budget"),
        SignalDescriptor(
            name: "slo.burn_slow", kind: .number, unit: "1", minimum: 0, worse: .higher,
            summary: "The canary's burn rate: the smaller one of 6 h and 30 min"),
        SignalDescriptor(
            name: "slo.budget_left", kind: .number, unit: "1", maximum: 1, worse: .lower,
            summary: "Share of the budget of the canary's requests that is left; negative when overspent"),
        SignalDescriptor(
            name: "slo.ticket", kind: .bool, worse: .true,
            summary: "The canary burns the error budget at ticket speed or faster, and stable does not burn it alike"),
        SignalDescriptor(
            name: "slo.stable_burning", kind: .bool, worse: .true,
            summary: "Stable burns the error budget at page speed too: it was burning already"),
        SignalDescriptor(
            name: "samples", kind: .number, unit: "1", minimum: 0, worse: .none, summary: "Canary requests since the release began"),
        SignalDescriptor(
            name: "checks.failed", kind: .bool, worse: .true, summary: "A check of the policy's own failed more often than it may"),
        SignalDescriptor(
            name: "checks.passed", kind: .bool, worse: .false,
            summary: "The newest measurement of every check of the policy's own is a success"),
    ]
}
