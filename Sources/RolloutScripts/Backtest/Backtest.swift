import DecisionReplay
public import ReleaseModel
import RolloutEngine

/// Replays a policy over the recording of a past release: the real engine on the recorded signals, window by window.
///
/// Nothing is guessed. A signal that was not recorded is missing, so that the conditions that read it are unknown. What came since an
/// observation began is known only where the release observed at the same time. Weights are taken as carried at once, and approvals as
/// given when they are asked for; both are said.
public struct Backtest {
    /// The most caveats of one release.
    private static let maximumCaveats = 12

    private let policy: Policy
    private let engine: RolloutEngine
    private let signals: [SignalDescriptor]

    /// - Parameter signals: what the policy's plugins may report.
    /// - Throws: where the tree does not fit the signals.
    public init(_ policy: Policy, signals: [SignalDescriptor]) throws {
        self.policy = policy
        self.signals = signals
        engine = try RolloutEngine(policy: policy, signals: signals)
    }

    public func run(_ recording: ReleaseRecording) -> BacktestResult {
        var replay = Replay(engine: engine, policy: policy, recording: recording)
        replay.run()
        let recorded = Self.recordedEnding(recording, began: replay.began)
        let ending = replay.ending
        var caveats = replay.caveats
        if policy.health != recording.policy.health {
            caveats.append("the health settings differ; the signals are those that the recorded settings made")
        }
        if policy.logs != recording.policy.logs {
            caveats.append("the log settings differ; the signals are those that the recorded settings made")
        }
        if recording.windows.isEmpty { caveats.append("no windows are recorded; they are kept for two weeks") }
        let unrecorded = unrecordedSignals(recording)
        if !unrecorded.isEmpty { caveats.append("not recorded: \(unrecorded.joined(separator: ", "))") }
        return BacktestResult(
            release: recording.release.id, service: recording.release.service, recorded: recorded, replayed: ending,
            comparison: Self.compare(recorded, ending), differsFrom: replay.differsFrom.map { $0 - replay.began },
            windows: recording.windows.count, caveats: Array(caveats.prefix(Self.maximumCaveats)), decisions: replay.decisions)
    }

    private static func compare(_ recorded: BacktestResult.Ending?, _ replayed: BacktestResult.Ending?) -> BacktestResult.Comparison {
        guard let replayed, replayed.end != .open else { return .unknown }
        guard let recorded else { return .otherwise }
        return recorded.end == replayed.end && recorded.after == replayed.after ? .same : .otherwise
    }

    private static func recordedEnding(_ recording: ReleaseRecording, began: Timestamp) -> BacktestResult.Ending? {
        for decision in recording.decisions.map(\.decision) {
            let end: BacktestResult.End
            switch decision.kind {
            case .rollback: end = .rolledBack
            case .abort, .supersede: end = .stopped
            case .complete: end = .promoted
            default: continue
            }
            return .init(end: end, after: decision.time - began, because: decision.because, reason: decision.reason)
        }
        guard let last = recording.decisions.last?.decision else { return nil }
        return .init(end: .open, after: last.time - began, because: last.because, reason: last.reason)
    }

    /// Signals that the tree's conditions name and no window has.
    private func unrecordedSignals(_ recording: ReleaseRecording) -> [String] {
        let known = Set(recording.windows.flatMap { $0.signals.map(\.name) })
        let text = policy.tree.compactMap(\.condition).joined(separator: " ")
        return signals.map(\.name).filter { !known.contains($0) && text.contains($0) }.sorted()
    }
}
