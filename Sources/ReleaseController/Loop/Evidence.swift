import ReleaseModel
import RolloutEngine

/// What a decision was made from: the engine's whole input, and the samples and plugin states behind it. Replaying the event on
/// the state at the time gives the decision again.
struct Evidence: Sendable {
    static let format = "tidegate/evidence/v1"

    var release: ReleaseID
    var policyDigest: String
    var event: RolloutEvent
    var before: RolloutState
    var now: Timestamp
    /// For an evaluation: the window, its samples, log counts and queries, and each plugin's identity, configuration and state.
    var details: JSONValue?

    var canonicalBytes: [UInt8] {
        do {
            var document: [String: JSONValue] = [
                "format": .string(Self.format),
                "release": .string(release),
                "policyDigest": .string(policyDigest),
                "now": .string(now.description),
                "event": try JSONValue(encoding: event),
                "before": try JSONValue(encoding: before),
            ]
            document["details"] = details
            return JSONValue.object(document).canonicalBytes
        } catch {
            preconditionFailure("every value of an event can be written as JSON: \(error)")
        }
    }
}
