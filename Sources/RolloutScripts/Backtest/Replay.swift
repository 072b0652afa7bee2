import DecisionReplay
import ReleaseModel
import RolloutEngine

/// One release's recording, gone through under a policy.
struct Replay {
    let engine: RolloutEngine
    let policy: Policy
    let recording: ReleaseRecording
    let began: Timestamp
    private(set) var caveats: [String] = []
    private(set) var decisions: [Decision] = []
    private(set) var differsFrom: Timestamp?
    /// When a window was judged, by its end, as far as a decision tells.
    private let judgedAt: [Timestamp: Timestamp]
    private var state: RolloutState
    private var end: BacktestResult.Ending?

    init(engine: RolloutEngine, policy: Policy, recording: ReleaseRecording) {
        self.engine = engine
        self.policy = policy
        self.recording = recording
        state = RolloutState(canaryArms: recording.release.canaryArms.map(\.name))
        began = recording.decisions.first { $0.decision.kind == .start }?.decision.time ?? recording.release.createdAt
        judgedAt = Self.judgingTimes(recording)
    }

    /// When each window with a decision was judged, by the window's end. A window is stored a moment after it was judged, and a decision
    /// bears the time of the judging itself; the replay keeps to that, so that the same decision has the same time.
    private static func judgingTimes(_ recording: ReleaseRecording) -> [Timestamp: Timestamp] {
        var times: [Timestamp: Timestamp] = [:]
        let slack = recording.policy.metrics.every * 0.5
        for recorded in recording.decisions where !recorded.decision.path.isEmpty {
            let time = recorded.decision.time
            if let evidence = recorded.evidence.flatMap({ try? Evidence($0) }), case .evaluated(let evaluation) = evidence.event {
                times[evaluation.windowEnd] = time
            } else if let window = recording.windows.first(where: { $0.at >= time }), window.at - time < slack {
                // Without evidence, the window that was stored next.
                times[window.end] = time
            }
        }
        return times
    }

    /// How it ends; `open` where the recording is over before.
    var ending: BacktestResult.Ending? {
        if let end { return end }
        guard let last = decisions.last else { return nil }
        return .init(
            end: .open, after: (recording.windows.last?.at ?? last.time) - began, because: last.because,
            reason: "the recording ends with the release in \(state.state.rawValue) at \(state.canaryWeight)")
    }

    mutating func run() {
        feed(.begin, at: began)
        var start = began
        var measuredAt = recording.decisions.first { $0.decision.kind == .start }?.decision.toWeights.canary ?? .zero
        for window in recording.windows where window.end > began && end == nil {
            let time = judgedAt[window.end] ?? window.at
            if state.canaryWeight != measuredAt, differsFrom == nil { differsFrom = time }
            feed(.evaluated(evaluation(window, from: start)), at: time)
            start = window.end
            measuredAt = window.declared.canary
        }
    }

    private mutating func evaluation(_ window: ReleaseRecording.Window, from start: Timestamp) -> RolloutEvent.Evaluation {
        RolloutEvent.Evaluation(
            windowStart: start, windowEnd: window.end, signals: window.signals, sinceMark: sinceMark(window),
            canaryRequests: window.canaryRequests)
    }

    /// What came since the running observation began: recorded where the release observed since the same time and something was decided
    /// on the window.
    private mutating func sinceMark(_ window: ReleaseRecording.Window) -> [Signal] {
        guard let observation = state.observation else { return [] }
        for decision in recording.decisions {
            guard let document = decision.evidence, let evidence = try? Evidence(document),
                case .evaluated(let recorded) = evidence.event, recorded.windowEnd == window.end,
                evidence.before.observation?.since == observation.since
            else { continue }
            return recorded.sinceMark
        }
        if window.end >= observation.until {
            note("what came since '\(observation.node)' began to observe is not recorded, so that it goes on observing")
        }
        return window.signals.map { Signal(name: $0.name, reading: .missing("what came since the mark was not recorded")) }
    }

    private mutating func feed(_ event: RolloutEvent, at time: Timestamp) {
        take(engine.handle(event, state, now: time), at: time)
        // Weights are carried at once; how long the data plane took then says nothing of other weights.
        let observation = RolloutEvent.Observation(generation: state.generation, weights: state.declared, draining: false, drift: nil)
        take(engine.handle(.observed(observation), state, now: time), at: time)
        if state.state == .awaitingApproval, end == nil {
            note("approvals are taken as given at once (\(state.approval?.why ?? "asked"))")
            let approval = Command(
                kind: .approve, actor: Actor(name: state.approval?.role ?? "approver", means: .local), reason: "assumed by the backtest")
            feed(.command(approval), at: time)
        }
    }

    private mutating func take(_ step: Step, at time: Timestamp) {
        state = step.state
        decisions += step.decisions
        guard end == nil else { return }
        for decision in step.decisions {
            let kind: BacktestResult.End
            switch decision.kind {
            case .rollback: kind = .rolledBack
            case .complete: kind = .promoted
            case .pause: kind = .paused
            default: continue
            }
            end = .init(end: kind, after: time - began, because: decision.because, reason: decision.reason)
            return
        }
    }

    private mutating func note(_ text: String) {
        if !caveats.contains(text) { caveats.append(text) }
    }
}
