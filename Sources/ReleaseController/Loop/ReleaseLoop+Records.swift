import DecisionReplay
import PluginKit
import ReleaseModel
import ReleaseStore
import RolloutEngine

extension ReleaseLoop {
    /// Everything that follows from what happened in this visit, as one transaction.
    mutating func commit() -> LoopAction {
        guard let record else { preconditionFailure("a release is loaded before it is committed") }
        let version = record.version
        let effects = batch.effects.enumerated().flatMap { index, effect in newEffects(effect, index: index, version: version + 1) }
        return .commit(
            Commit(
                lease: lease, expectedVersion: version, state: state.state, engineState: json(of: state), weights: state.declared,
                generation: state.generation, rolling: batch.rolling, poll: batch.poll, decisions: batch.decisions, effects: effects,
                consumedCommands: batch.consumed, dueAt: effects.contains { $0.kind == EffectKind.setWeights } ? now : nextDue(),
                promote: batch.makesStable ? record.release.canaryArms.first?.revision : nil))
    }

    /// One outbox row for an effect, or one for each webhook where it is a notification.
    private func newEffects(_ effect: Batch.PendingEffect, index: Int, version: Int64) -> [NewEffect] {
        let key = effect.key ?? "version \(version) effect \(index)"
        guard effect.kind == EffectKind.notify else {
            return [
                NewEffect(
                    key: key, kind: effect.kind, payload: effect.payload, decisionIndex: effect.decisionIndex, replacesEarlier: true)
            ]
        }
        return (record?.policy.notify.indices ?? 0..<0).map { webhook in
            NewEffect(
                key: "\(key) webhook \(webhook)", kind: effect.kind,
                payload: ["webhook": .number(Double(webhook)), "body": effect.payload], decisionIndex: effect.decisionIndex)
        }
    }

    /// What people look at between decisions.
    func summary(signals: [Signal], collected: CollectedWindow) -> JSONValue {
        var document: [String: JSONValue] = [
            "state": .string(state.state.rawValue),
            "declared": state.declared.json,
            "applied": .bool(state.isCarried),
            "stageWatchedSeconds": .number(state.stageWatched.seconds),
            "signals": json(of: signals.map { Signal(name: $0.name, reading: $0.reading) }),
            "problems": .array(collected.problems.prefix(16).map(JSONValue.string)),
        ]
        let notes = collected.allNotes + (intervalNote(collected).map { [$0] } ?? [])
        if !notes.isEmpty { document["notes"] = .array(notes.prefix(16).map(JSONValue.string)) }
        document["provider"] = collected.provider.map(json(of:))
        document["forecast"] = policy?.engine.forecast(state).map(json(of:))
        document["canaryRequests"] = Self.canaryRequests(collected).map(JSONValue.number)
        document["stage"] = state.stage.map { .number(Double($0)) }
        document["observed"] = state.observed?.json
        document["samples"] = state.samples.map(JSONValue.number)
        if let outcome = state.lastOutcome {
            document["because"] = .string(outcome.because)
            document["action"] = json(of: outcome.action)
        }
        document["path"] = json(of: path)
        return .object(document)
    }

    /// The part of the evidence that only an evaluation has.
    func details(of window: Window, answers: [EvaluatorAnswer]) -> JSONValue {
        guard let collected = window.collected else { return .null }
        var details: [String: JSONValue] = [
            "service": .string(window.service),
            "arms": json(of: window.arms),
            "window": ["start": .string(window.start.description), "end": .string(window.end.description)],
            "samples": json(of: (collected.result?.samples ?? []) + (collected.probes?.samples ?? [])),
            "logs": json(of: collected.logs),
            "queries": json(of: collected.queries),
            "problems": .array(collected.problems.map(JSONValue.string)),
            "notes": .array(collected.allNotes.map(JSONValue.string)),
            "provider": collected.provider.map(json(of:)) ?? .null,
            "plugins": .array(
                zip(answers, window.inputs).map { answer, call in
                    var entry: [String: JSONValue] = [
                        "plugin": json(of: answer.plugin), "configuration": call.input.configuration, "state": call.input.state ?? .null,
                    ]
                    entry["failure"] = answer.failure.map(JSONValue.string)
                    return .object(entry)
                }),
        ]
        details["steps"] = collected.steps.map(json(of:))
        return .object(details)
    }

    private func json(of value: some Encodable) -> JSONValue {
        do {
            return try JSONValue(encoding: value)
        } catch {
            preconditionFailure("\(type(of: value)) can be written as JSON: \(error)")
        }
    }
}
