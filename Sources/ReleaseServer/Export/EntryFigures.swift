public import ReleaseModel

/// What most readers want of an entry, whatever its kind.
public struct EntryFigures: Sendable, Hashable {
    public var actor: Actor
    /// What was done, in one word: a decision's kind, a command, an action, a result.
    public var action: String
    /// Done, retry, failed or dropped for an attempt at an effect; the verdict for a decision; nil otherwise.
    public var outcome: String?
    public var reason: String
    /// One plain sentence.
    public var sentence: String

    public init(kind: String, entry: JSONValue) {
        let body = entry["body"]
        // An entry's own actor, or that of the decision in it; what names none was done by the controller.
        let said = entry["actor"] ?? (kind == "decision" ? body?["actor"] : nil)
        // Rows that none of our functions has changed: the database's login did it.
        let login = kind == "rows" ? entry["login"]?.string : nil
        actor = said.flatMap { try? $0.decoded(as: Actor.self) } ?? login.map { Actor(name: $0, means: .local) } ?? .controller
        reason = entry["reason"]?.string ?? (kind == "decision" ? body?["reason"]?.string : nil) ?? ""
        let release = entry["release"]?.string
        let name = entry["name"]?.string ?? ""
        var outcome: String?
        var action = entry["action"]?.string ?? kind
        var sentence: String
        switch kind {
        case "decision":
            action = body?["kind"]?.string ?? kind
            outcome = body?["verdict"]?.string
            sentence = "\(action) of \(release ?? "?"), because \"\(body?["because"]?.string ?? "")\"" + Self.change(in: body)
        case "command":
            action = entry["command"]?.string ?? kind
            sentence = "\(action) asked of \(release ?? "?")"
        case "effect":
            action = entry["effect"]?.string ?? kind
            sentence = "\(action) begun for \(release ?? "?") (\(entry["key"]?.string ?? ""))"
        case "outcome":
            action = "attempt"
            outcome = entry["result"]?.string
            sentence = "attempt \(Self.number(entry["attempt"])) at effect \(Self.number(entry["effect"])): \(outcome ?? "?")"
        case "release":
            action = "start"
            let arms = (entry["arms"]?.array ?? []).compactMap { $0["revision"]?.string }
            let revision = entry["revision"]?.string ?? arms.joined(separator: ", ")
            sentence = "release \(release ?? "?") of \(revision) begun under policy \(entry["policy"]?.string ?? "?")"
        case "stable": sentence = "\(entry["to"]?.string ?? "?") became the stable revision of \(entry["service"]?.string ?? "?")"
        case "policy": sentence = "policy \(name), version \(Self.number(entry["version"])), applied"
        case "target": sentence = "target \(name) applied"
        case "plugin": sentence = "plugin \(name) \(entry["version"]?.string ?? "") pinned"
        case "token": sentence = "token \(name) \(action)"
        case "logKey": sentence = "a signing key of the log \(action)"
        case "loginFailure": sentence = "calls without a valid token were refused"
        case "rows":
            let tables = Set((entry["rows"]?.array ?? []).compactMap { $0["table"]?.string }).sorted().joined(separator: ", ")
            sentence = "rows of \(tables.isEmpty ? "?" : tables) changed"
        case "hold": sentence = "legal hold on \(release ?? "?") \(action)"
        case "retention": sentence = "evidence is kept for \(Self.number(entry["evidenceMonths"])) months"
        case "expiry": sentence = "evidence of \(entry["month"]?.string ?? "?") expired: \(Self.number(entry["documents"])) documents"
        default: sentence = [kind, name, action == kind ? "" : action].filter { !$0.isEmpty }.joined(separator: " ")
        }
        self.action = action
        self.outcome = outcome
        self.sentence = sentence
    }

    private static func number(_ value: JSONValue?) -> String { value?.number.map { "\(Int64($0))" } ?? value?.string ?? "?" }

    /// ` (5% -> 0%)` where the canary's share changes.
    private static func change(in body: JSONValue?) -> String {
        guard let from = body?["fromWeights"].flatMap({ try? $0.decoded(as: [ArmWeight].self) }),
            let to = body?["toWeights"].flatMap({ try? $0.decoded(as: [ArmWeight].self) }), !to.isEmpty, from.canary != to.canary
        else { return "" }
        return " (\(from.canary) -> \(to.canary))"
    }
}
