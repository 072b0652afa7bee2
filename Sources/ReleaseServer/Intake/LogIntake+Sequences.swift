import LogMining
import ReleaseModel
import ReleaseStore

// Events that the policies' log sequences wait for. Only they keep their order; everything else becomes counts.
extension LogIntake {
    /// Learns what to look for: the sequences of every release that goes on. What was looked for stays where the database is away.
    func watchSequences() async {
        do {
            var rules: [String: [SequenceRule]] = [:]
            var salt = ""
            for watched in try await store.watchedSequences() {
                rules[watched.service, default: []] += SequenceRule.read(watched.sequences).rules
                salt = watched.salt
            }
            collector.watch(rules.mapValues { SequenceWatch(rules: $0, salt: salt) })
        } catch {
            tell(error)
        }
    }

    func takeSteps() {
        for batch in collector.drainSteps() {
            if let index = pendingSteps.firstIndex(where: { $0.service == batch.service && $0.revision == batch.revision }) {
                pendingSteps[index].steps += batch.steps
            } else {
                pendingSteps.append(batch)
            }
        }
    }

    func flushSteps() async {
        let batches = pendingSteps
        pendingSteps = []
        for (index, batch) in batches.enumerated() {
            do {
                for start in stride(from: 0, to: batch.steps.count, by: Self.batchSize) {
                    let steps = Array(batch.steps[start..<min(start + Self.batchSize, batch.steps.count)])
                    try await store.addLogSteps(steps, service: batch.service, revision: batch.revision)
                    counters.steps.add(steps.count)
                }
            } catch let error as ReleaseError where error.code == .unavailable || error.code == .timedOut {
                tell(error)
                counters.flushFailures.add(1)
                // Those of one batch that were written may come again: a pattern's event may then count twice, and none is lost.
                pendingSteps = Array(batches[index...]) + pendingSteps
                return
            } catch {
                tell(error)
                counters.droppedSteps.add(batch.steps.count)
            }
        }
    }

    /// Gives the oldest events up where too many wait, and says so in their place: a sequence is then unknown and not absent.
    func boundSteps() {
        let total = pendingSteps.reduce(0) { $0 + $1.steps.count }
        guard total > Self.pendingStepLimit else { return }
        for index in pendingSteps.indices {
            let dropped = pendingSteps[index].steps.prefix(pendingSteps[index].steps.count / 2)
            counters.droppedSteps.add(dropped.count)
            var marks: [String: LogStep] = [:]
            for step in dropped { marks[step.sequence] = LogStep(arm: "", sequence: step.sequence, steps: 0, key: "", at: step.at) }
            pendingSteps[index].steps.removeFirst(dropped.count)
            pendingSteps[index].steps.insert(contentsOf: marks.values.sorted { $0.sequence < $1.sequence }, at: 0)
        }
    }
}
