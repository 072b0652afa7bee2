import Foundation
import ReleaseModel
import RolloutScripts
import Synchronization

/// Runs simulated releases side by side. A plugin answers one call at a time, so that every worker has plugins of its own.
struct SimulationPool: Sendable {
    let folder: String?
    let size: Int

    struct Result: Sendable {
        var scenario: String
        var run: SimulationRun
    }

    /// - Throws: what the first run that failed threw; the others are given up.
    func run(
        _ work: [(scenario: SimulationScenario, seed: UInt64)], _ policy: Policy, _ model: TrafficModel, answers: TimeSpan?
    ) async throws -> [Result] {
        let next = RunningNumber()
        let progress = SimulationProgress(total: work.count)
        let results = try await withThrowingTaskGroup(of: [Result].self) { group in
            for _ in 0..<max(1, min(size, work.count)) {
                group.addTask {
                    try await LocalPlugins.with(folder) { plugins in
                        let fleet = try await plugins.fleet(for: policy)
                        var results: [Result] = []
                        while true {
                            let index = next.take()
                            guard index < work.count else { return results }
                            try Task.checkCancellation()
                            let (scenario, seed) = work[index]
                            let run = try await SimulationRun.run(
                                policy, evaluators: fleet, scenario: scenario, model: model, seed: seed, answers: answers)
                            results.append(Result(scenario: scenario.name, run: run))
                            progress.step(scenario.name)
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        progress.end()
        // Workers end in any order; the table does not depend on it.
        return results.sorted { ($0.scenario, $0.run.seed) < ($1.scenario, $1.run.seed) }
    }
}

/// How far a simulation has come, on a terminal only.
struct SimulationProgress: Sendable {
    private let total: Int
    private let done = RunningNumber()
    private let console = Invocation.current.console

    init(total: Int) { self.total = total }

    func step(_ scenario: String) {
        let count = done.take() + 1
        console.transient("\(count) of \(total) releases, \(scenario)")
    }

    func end() { console.transient("") }
}

/// 0, 1, 2, ...: each number once, whoever asks.
final class RunningNumber: Sendable {
    private let next = Mutex(0)

    func take() -> Int {
        next.withLock { number in
            defer { number += 1 }
            return number
        }
    }
}
