internal import PluginKit
internal import ReleaseModel

extension CollectResponse {
    /// The answer to a collection with one result for each subject, in their order.
    ///
    /// Samples of another arm, from after the window's end or with impossible figures are left out, and the result says so.
    func checked(for request: CollectRequest) -> CollectResponse {
        let results = request.subjects.map { subject -> CollectResult in
            let given = self.results.filter { $0.release == subject.release }
            guard given.count == 1, var result = given.first else {
                return CollectResult(
                    release: subject.release, samples: [], state: subject.state ?? .null,
                    problem: "the plugin gave \(given.count) answers for this release")
            }
            let arms = subject.arms.map(\.name)
            let size = result.state.canonicalBytes.count
            guard size <= PluginDescriptor.maximumStateBytes else {
                return CollectResult(
                    release: subject.release, samples: [], state: subject.state ?? .null,
                    problem: "the plugin's state has \(size) bytes, more than \(PluginDescriptor.maximumStateBytes)")
            }
            let sound = result.samples.filter { arms.contains($0.arm) && $0.time <= request.windowEnd(of: subject) && $0.value.isPossible }
            if sound.count < result.samples.count {
                let problem = "\(result.samples.count - sound.count) samples were impossible and left out"
                result.problem = result.problem.map { "\($0); \(problem)" } ?? problem
                result.samples = sound
            }
            return result
        }
        return CollectResponse(results: results, queries: queries, provider: provider)
    }
}

extension SampleValue {
    /// Counters do not shrink, and a cumulative histogram neither falls nor exceeds its count.
    fileprivate var isPossible: Bool {
        switch self {
        case .delta(let value): return value >= 0
        case .gauge: return true
        case .histogram(let edges, let cumulative, let count, _):
            guard count >= 0, cumulative.allSatisfy({ $0 >= 0 && $0 <= count }) else { return false }
            return zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 } && zip(cumulative, cumulative.dropFirst()).allSatisfy { $0 <= $1 }
        }
    }
}
