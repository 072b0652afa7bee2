import ArgumentParser
import ReleaseModel

/// Which entries of the history are wanted.
struct AuditFilterOptions: ParsableArguments, Sendable {
    @Option(help: ArgumentHelp("Only of this release.", valueName: "release"))
    var release: String?

    @Option(help: ArgumentHelp("Only of releases of this service.", valueName: "service"))
    var service: String?

    @Option(help: ArgumentHelp("Only by this actor, or on its behalf; 'controller' for what followed from the policy.", valueName: "name"))
    var actor: String?

    @Option(
        help: ArgumentHelp(
            "Kinds of entries (decision, command, policy, ...) or of decisions (rollback, advance, ...), separated by commas.",
            valueName: "kinds"))
    var kind: String?

    @Option(
        help: ArgumentHelp(
            "How the release ended (promoted, rolledBack, aborted, superseded, unfinished) or the attempt at an effect "
                + "(done, retry, failed, dropped).", valueName: "outcome"))
    var outcome: String?

    @Option(help: ArgumentHelp("Recorded at this time or later: 2026-11-21 or 2026-11-21T02:00:00Z.", valueName: "time"))
    var from: TimeArgument?

    @Option(help: ArgumentHelp("Recorded before this time.", valueName: "time"))
    var to: TimeArgument?

    init() {}

    /// The words of --kind that are kinds of decisions; `command` and the like are kinds of entries.
    var decisionKinds: [String] { words.filter { Decision.Kind(rawValue: $0) != nil } }
    var entryKinds: [String] { words.filter { Decision.Kind(rawValue: $0) == nil } }
    private var words: [String] { kind?.split(separator: ",").map(String.init) ?? [] }

    func validate() throws {
        guard decisionKinds.isEmpty || entryKinds.isEmpty else {
            throw ValidationError(
                "--kind names either kinds of entries (\(entryKinds[0])) or of decisions (\(decisionKinds[0])), not both.")
        }
    }

    /// - Parameter kinds: what is wanted where --kind names nothing.
    func query(otherwise kinds: [String] = []) -> [(String, String?)] {
        let entries = entryKinds.isEmpty && decisionKinds.isEmpty ? kinds : entryKinds
        return [
            ("release", release), ("service", service), ("actor", actor), ("kind", entries.isEmpty ? nil : entries.joined(separator: ",")),
            ("decision", decisionKinds.isEmpty ? nil : decisionKinds.joined(separator: ",")), ("outcome", outcome),
            ("from", from?.time.description), ("to", to?.time.description),
        ]
    }
}

/// A time on the command line: a date (its midnight in UTC) or RFC 3339.
struct TimeArgument: ExpressibleByArgument, Sendable, Hashable {
    let time: Timestamp

    init?(argument: String) {
        guard let time = Timestamp(rfc3339: argument) ?? Timestamp(rfc3339: argument + "T00:00:00Z") else { return nil }
        self.time = time
    }
}
