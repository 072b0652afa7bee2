import ReleaseModel

extension Turn {
    /// A person or a pipeline asks for something. What makes no sense now is recorded as refused and changes nothing.
    mutating func command(_ command: Command) {
        if state.state.isFinal || state.state.isRetreating {
            if command.kind == .supersede { return }
            refuse(command, "the release is \(state.state.rawValue)")
            return
        }
        let cause = Cause(kind: .promote, because: "command", reason: command.reason, actor: command.actor)
        switch command.kind {
        case .pause: pause(command)
        case .resume: resume(command)
        case .promote: promote(command, cause: cause)
        case .promoteFull: promoteFull(command, cause: cause)
        case .abort: abort(command)
        case .approve: approve(command)
        case .reject: reject(command)
        case .supersede: supersede(command)
        }
    }

    private mutating func refuse(_ command: Command, _ why: String) {
        decide(.refuse, from: before, because: "command", reason: "\(command.kind.rawValue) refused: \(why)", actor: command.actor)
    }

    private mutating func pause(_ command: Command) {
        guard state.state != .paused else { return refuse(command, "the release is paused already") }
        let before = self.before
        state.resumeTo = state.state
        state.state = .paused
        decide(.pause, from: before, because: "command", reason: command.reason, actor: command.actor)
        effects.append(.notify(.pause, because: "command"))
    }

    private mutating func resume(_ command: Command) {
        guard state.state == .paused, let target = state.resumeTo else { return refuse(command, "the release is not paused") }
        let cause = Cause(kind: .resume, because: "command", reason: command.reason, actor: command.actor)
        if target == .pending {
            state.beganAt = now
            enter(stage: 0, cause: cause, approved: false)
            return
        }
        if target == .awaitingApproval, let approval = state.approval {
            // Asked anew, with a new deadline.
            ask(stage: approval.stage, role: approval.role, expires: approvalSpan(of: approval), why: approval.why, cause: cause)
            return
        }
        let before = self.before
        state.state = target
        state.resumeTo = nil
        state.holdClock = nil
        decide(.resume, from: before, because: "command", reason: command.reason, actor: command.actor)
        effects.append(.notify(.resume, because: "command"))
    }

    private mutating func promote(_ command: Command, cause: Cause) {
        switch effectiveState {
        case .progressing where isAtLastStageOfExperiment:
            refuse(command, Self.experimentEnd)
        case .progressing:
            enter(stage: (state.stage ?? -1) + 1, cause: cause, approved: false)
        case .baking where state.state == .baking && state.isCarried:
            complete(cause)
        case .baking:
            refuse(command, "full weight is not yet read back, or the release is paused")
        case .awaitingApproval:
            refuse(command, "it waits for an approval: approve or reject it")
        default:
            refuse(command, "the release is \(state.state.rawValue)")
        }
    }

    private mutating func promoteFull(_ command: Command, cause: Cause) {
        switch effectiveState {
        case .progressing where policy.isExperiment, .awaitingApproval where policy.isExperiment:
            refuse(command, Self.experimentEnd)
        case .progressing:
            let next = (state.stage ?? -1) + 1
            if let gate = policy.stages.indices.dropFirst(next).first(where: { policy.stages[$0].approval != nil }),
                let approval = policy.stages[gate].approval
            {
                ask(
                    stage: policy.stages.count, role: approval.role, expires: approval.expires,
                    why: "full weight skips stage \(gate + 1), which needs the approval of role '\(approval.role)'", cause: cause)
                return
            }
            enter(stage: policy.stages.count, cause: cause, approved: true)
        case .awaitingApproval:
            refuse(command, "it waits for an approval: approve or reject it")
        default:
            refuse(command, "the release is \(state.state.rawValue)")
        }
    }

    private mutating func abort(_ command: Command) {
        if effectiveState == .pending {
            let before = self.before
            if state.state == .paused {
                // Nothing was ever applied, yet only the retreat leads out of paused; it is confirmed at once by reading back.
                retreat(
                    to: .aborting, cause: Cause(kind: .abort, because: "command", reason: command.reason, actor: command.actor))
                return
            }
            state.state = .aborted
            decide(.abort, from: before, because: "command", reason: command.reason, actor: command.actor)
            effects.append(.notify(.abort, because: "command"))
            return
        }
        retreat(to: .aborting, cause: Cause(kind: .abort, because: "command", reason: command.reason, actor: command.actor))
    }

    private mutating func approve(_ command: Command) {
        guard state.state == .awaitingApproval, let approval = state.approval else {
            return refuse(command, "nothing waits for an approval")
        }
        let cause = Cause(kind: .approve, because: "command", reason: command.reason, actor: command.actor)
        guard approval.stage <= policy.stages.count else {
            guard state.isCarried else { return refuse(command, "full weight is not yet read back") }
            state.approval = nil
            complete(cause)
            return
        }
        // Who answers the tree's question does not answer for another role that guards the stage.
        let gate = policy.stages.indices.contains(approval.stage) ? policy.stages[approval.stage].approval : nil
        enter(stage: approval.stage, cause: cause, approved: gate.map { $0.role == approval.role } ?? true)
    }

    private mutating func reject(_ command: Command) {
        guard state.state == .awaitingApproval else { return refuse(command, "nothing waits for an approval") }
        let cause = Cause(kind: .reject, because: "command", reason: command.reason, actor: command.actor)
        retreat(to: .aborting, cause: cause)
    }

    /// A newer release wants the place; it waits until this one is out of its way.
    private mutating func supersede(_ command: Command) {
        let cause = Cause(kind: .supersede, because: "superseded", reason: command.reason, actor: command.actor)
        if state.state == .pending {
            let before = self.before
            state.state = .superseded
            decide(.supersede, from: before, because: cause.because, reason: cause.reason, actor: cause.actor)
            effects.append(.notify(.supersede, because: cause.because))
            return
        }
        retreat(to: .superseding, cause: cause)
    }

    /// Where the release stands, or would stand if it were not paused.
    var effectiveState: ReleaseState { state.state == .paused ? state.resumeTo ?? .paused : state.state }

    private func approvalSpan(of approval: RolloutState.PendingApproval) -> TimeSpan {
        let gate = policy.stages.indices.contains(approval.stage) ? policy.stages[approval.stage].approval : nil
        return gate?.expires ?? Self.askExpires
    }

    /// Of several arms none becomes stable by itself: a person looks at them and releases the one that won.
    static let experimentEnd = "a release with several arms has no full weight: start a release of the revision that won, or abort this one"

    var isAtLastStageOfExperiment: Bool { policy.isExperiment && (state.stage ?? -1) + 1 >= policy.stages.count }

    /// How long a question that no stage's approval describes stays open.
    static let askExpires = TimeSpan.seconds(4 * 3600)
}
