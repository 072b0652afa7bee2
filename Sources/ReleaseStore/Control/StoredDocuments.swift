import Foundation
import ReleaseModel

// What the queries hand over as JSON. Documents within are texts, as the tables keep them.

struct StoredNode: Decodable {
    var name: String
    var configuration: String
}

struct StoredRolling: Decodable {
    var plugin: String
    var version: String
    var state: String

    func rollingState() throws -> RollingState { RollingState(plugin: plugin, version: version, state: try JSONValue(parsing: state.utf8)) }
}

struct StoredCommand: Decodable {
    var id: Int64
    var kind: Command.Kind
    var actor: String
    var means: Actor.Means
    var onBehalfOf: String?
    var reason: String
    var at: Timestamp
    var by: ReleaseID?

    func queued() throws -> QueuedCommand {
        QueuedCommand(
            id: id, command: Command(kind: kind, actor: Actor(name: actor, means: means, onBehalfOf: onBehalfOf), reason: reason), at: at,
            by: by)
    }
}

struct StoredEffect: Decodable {
    var id: Int64
    var release: ReleaseID
    var decision: Int64?
    var kind: String
    var key: String
    var payload: String
    var state: EffectRecord.State
    var attempts: Int
    var nextAttemptAt: Timestamp?
    var leaseTerm: Int64
    var createdAt: Timestamp
    var outcome: String?

    func record() throws -> EffectRecord {
        EffectRecord(
            id: id, release: release, decision: decision, kind: kind, key: key, payload: try JSONValue(parsing: payload.utf8), state: state,
            attempts: attempts, nextAttemptAt: nextAttemptAt, leaseTerm: leaseTerm, createdAt: createdAt, doneAt: nil,
            outcome: try outcome.map { try JSONValue(parsing: $0.utf8) })
    }
}
