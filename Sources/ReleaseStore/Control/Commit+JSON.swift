import Foundation
import ReleaseModel

extension Commit {
    /// The argument of `tidegate.commit`. Documents travel as texts, so that the database keeps their bytes.
    func json() throws -> JSONValue {
        var members: [String: JSONValue] = [
            "release": .string(lease.release), "controller": .string(lease.controller), "term": .integer(lease.term),
            "expectedVersion": .integer(expectedVersion), "state": .string(state.rawValue), "weights": weights.json,
            "generation": .integer(generation), "dueAt": .optional(dueAt), "promote": .optional(promote),
            "releaseLease": .bool(releaseLease),
            "rolling": .array(
                rolling.map { ["plugin": .string($0.plugin), "version": .string($0.version), "state": .string($0.state.canonicalText)] }),
            "decisions": .array(try decisions.map { try $0.json() }),
            "effects": .array(effects.map(\.json)),
            "consumed": .array(
                consumedCommands.map { ["id": .integer($0.id), "decision": $0.decisionIndex.map { .integer($0) } ?? .null] }),
        ]
        members["engineState"] = engineState.map { .string($0.canonicalText) }
        if let poll {
            members["poll"] = [
                "windowEnd": .string(poll.windowEnd.description), "verdict": .optional(poll.verdict?.rawValue),
                "outcome": .string(poll.outcome.canonicalText),
            ]
        }
        return .object(members)
    }

    /// - Throws: `limitExceeded` for what the database would refuse as too large, before it is sent.
    func checkLimits() throws {
        for item in rolling where item.state.canonicalBytes.count > RollingState.maximumBytes {
            throw ReleaseError(
                .limitExceeded, "the state of plugin \(item.plugin) is larger than \(RollingState.maximumBytes) bytes",
                place: "release \(lease.release)")
        }
        if let poll, poll.outcome.canonicalBytes.count > PollRow.maximumOutcomeBytes {
            throw ReleaseError(
                .limitExceeded, "the outcome of the window is larger than \(PollRow.maximumOutcomeBytes) bytes",
                place: "release \(lease.release)")
        }
        for item in decisions where (item.evidence?.count ?? 0) > NewDecision.maximumEvidenceBytes {
            throw ReleaseError(
                .limitExceeded, "the evidence of a decision is larger than \(NewDecision.maximumEvidenceBytes) bytes",
                place: "release \(lease.release)")
        }
        let indexes = effects.compactMap(\.decisionIndex) + consumedCommands.compactMap(\.decisionIndex)
        precondition(indexes.allSatisfy(decisions.indices.contains), "an effect or command names a decision of its own commit")
    }
}

extension NewDecision {
    func json() throws -> JSONValue {
        var members: [String: JSONValue] = ["body": .string(try JSONValue(encoding: decision).withoutNUL.canonicalText)]
        members["evidence"] = evidence.map { .string(Data($0).base64EncodedString()) }
        return .object(members)
    }
}

extension NewEffect {
    var json: JSONValue {
        [
            "key": .string(key), "kind": .string(kind), "payload": .string(payload.canonicalText),
            "decision": decisionIndex.map { .integer($0) } ?? .null, "replaces": .bool(replacesEarlier),
        ]
    }
}

extension [ArmWeight] {
    var json: JSONValue { .array(map { ["arm": .string($0.arm), "weight": .integer($0.weight.basisPoints)] }) }
}
