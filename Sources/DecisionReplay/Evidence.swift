import Hashing
public import ReleaseModel
public import RolloutEngine

/// What a decision was made from: the engine's whole input, and the samples and plugin states behind it. Replaying the event on
/// the state at the time gives the decision again.
///
/// It is stored as canonical JSON, addressed by its SHA-256. What was stored before a member was added lacks it.
public struct Evidence: Sendable, Hashable {
    public static let format = "tidegate/evidence/v1"
    /// Evidence that would be larger leaves its details out and says so; what the engine needs is always kept.
    public static let maximumBytes = 8 << 20

    public var release: ReleaseID
    public var policyDigest: String
    public var event: RolloutEvent
    public var before: RolloutState
    public var now: Timestamp
    /// What the policy's plugins may report, without the summaries: the schema that the tree was compiled against. Nil where it was not
    /// recorded yet.
    public var signals: [SignalDescriptor]?
    /// Why the release could not be judged, where the engine only held it (`RolloutEngine.holding`); nil otherwise.
    public var unjudged: String?
    /// For an evaluation: the window, its samples, log counts and queries, and each plugin's identity, configuration and state.
    public var details: JSONValue?

    public init(
        release: ReleaseID, policyDigest: String, event: RolloutEvent, before: RolloutState, now: Timestamp,
        signals: [SignalDescriptor]? = nil, unjudged: String? = nil, details: JSONValue? = nil
    ) {
        self.release = release
        self.policyDigest = policyDigest
        self.event = event
        self.before = before
        self.now = now
        self.signals = signals
        self.unjudged = unjudged
        self.details = details
    }
}

extension Evidence {
    /// As it is stored. Details that make it larger than `maximumBytes` are replaced by their size and digest.
    public var canonicalBytes: [UInt8] {
        do {
            var document: [String: JSONValue] = [
                "format": .string(Self.format),
                "release": .string(release),
                "policyDigest": .string(policyDigest),
                "now": .string(now.description),
                "event": try JSONValue(encoding: event),
                "before": try JSONValue(encoding: before),
            ]
            if let signals { document["signals"] = try JSONValue(encoding: signals.map(\.withoutSummary)) }
            if let unjudged { document["unjudged"] = .string(unjudged) }
            guard let details, !details.isNull else { return JSONValue.object(document).canonicalBytes }
            document["details"] = details
            let whole = JSONValue.object(document).canonicalBytes
            if whole.count <= Self.maximumBytes { return whole }
            let omitted = details.canonicalBytes
            document["details"] = [
                "omitted": .string("the details have \(omitted.count) bytes, and evidence has at most \(Self.maximumBytes)"),
                "sha256": .string(details.digest.hex),
            ]
            return JSONValue.object(document).canonicalBytes
        } catch {
            preconditionFailure("every value of an event can be written as JSON: \(error)")
        }
    }

    /// Reads what was stored.
    ///
    /// - Throws: `ReplayProblem` for what is no evidence, or is written in a form that this program does not know.
    public init(_ document: JSONValue) throws(ReplayProblem) {
        guard let format = document["format"]?.string else { throw .notEvidence("it does not name its format") }
        guard format == Self.format else { throw .notEvidence("its format is \(format), and this program reads \(Self.format)") }
        guard let release = document["release"]?.string, let policyDigest = document["policyDigest"]?.string,
            let now = document["now"]?.string.flatMap(Timestamp.init(rfc3339:)), let event = document["event"],
            let before = document["before"]
        else { throw .notEvidence("release, policyDigest, now, event or before is missing") }
        do {
            self.init(
                release: release, policyDigest: policyDigest, event: try event.decoded(as: RolloutEvent.self),
                before: try before.decoded(as: RolloutState.self), now: now,
                signals: try document["signals"]?.decoded(as: [SignalDescriptor].self), unjudged: document["unjudged"]?.string,
                details: document["details"])
        } catch {
            throw .notEvidence("its event or state cannot be read: \(error)")
        }
    }
}

extension SignalDescriptor {
    /// The summary explains the signal to people; no tree depends on it.
    fileprivate var withoutSummary: SignalDescriptor {
        var descriptor = self
        descriptor.summary = ""
        return descriptor
    }
}
