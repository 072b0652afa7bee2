public import ReleaseModel

/// One entry of the history.
public struct EntryView: Codable, Sendable, Hashable {
    /// Its place in the order of writing.
    public var position: Int64
    public var kind: String
    public var release: ReleaseID?
    public var service: String?
    /// Number of the decision that it belongs to.
    public var decision: Int64?
    /// Its leaf in the log; nil until it is numbered.
    public var leafIndex: Int64?
    public var recordedAt: Timestamp
    /// Canonical JSON, as it was written.
    public var entry: JSONValue

    public init(
        position: Int64, kind: String, release: ReleaseID?, service: String?, decision: Int64?, leafIndex: Int64?, recordedAt: Timestamp,
        entry: JSONValue
    ) {
        self.position = position
        self.kind = kind
        self.release = release
        self.service = service
        self.decision = decision
        self.leafIndex = leafIndex
        self.recordedAt = recordedAt
        self.entry = entry
    }
}

/// What the population of a period comes to, and who could change anything in it.
public struct PopulationSummary: Codable, Sendable, Hashable {
    /// The entries of one kind of change, and the rows of its own table, where it has one: equal, or something is missing.
    public struct Total: Codable, Sendable, Hashable {
        public var kind: String
        public var entries: Int
        public var recorded: Int?

        public init(kind: String, entries: Int, recorded: Int?) {
            self.kind = kind
            self.entries = entries
            self.recorded = recorded
        }

        public var isReconciled: Bool { recorded.map { $0 == entries } ?? true }
    }

    /// How far the history is numbered: gapless where `numbered` equals `size`.
    public struct Log: Codable, Sendable, Hashable {
        public var entries: Int64
        public var numbered: Int64
        public var size: Int64
        /// The signed head over all that is numbered, a note; nil before the first one.
        public var checkpoint: String?

        public init(entries: Int64, numbered: Int64, size: Int64, checkpoint: String?) {
            self.entries = entries
            self.numbered = numbered
            self.size = size
            self.checkpoint = checkpoint
        }
    }

    /// A token that was in force at some time of the period.
    public struct Access: Codable, Sendable, Hashable {
        public var name: String
        public var role: String
        /// What the role allows, in the words of the API: `operate`, `approve`, `changePolicies`, ...
        public var may: [String]
        public var createdAt: Timestamp
        public var createdBy: String
        public var reason: String
        public var revokedAt: Timestamp?
        public var revokedBy: String?
        public var commands: Int
        public var approvals: Int

        public init(
            name: String, role: String, may: [String], createdAt: Timestamp, createdBy: String, reason: String, revokedAt: Timestamp?,
            revokedBy: String?, commands: Int, approvals: Int
        ) {
            self.name = name
            self.role = role
            self.may = may
            self.createdAt = createdAt
            self.createdBy = createdBy
            self.reason = reason
            self.revokedAt = revokedAt
            self.revokedBy = revokedBy
            self.commands = commands
            self.approvals = approvals
        }
    }

    /// A login of the database server with one of Tidegate's roles, as it is at `now`; no history of these is kept.
    public struct DatabaseLogin: Codable, Sendable, Hashable {
        public var login: String
        public var role: String

        public init(login: String, role: String) {
            self.login = login
            self.role = role
        }
    }

    public var from: Timestamp
    public var to: Timestamp
    public var now: Timestamp
    public var totals: [Total]
    public var log: Log
    public var access: [Access]
    public var databaseLogins: [DatabaseLogin]

    public init(
        from: Timestamp, to: Timestamp, now: Timestamp, totals: [Total], log: Log, access: [Access], databaseLogins: [DatabaseLogin]
    ) {
        self.from = from
        self.to = to
        self.now = now
        self.totals = totals
        self.log = log
        self.access = access
        self.databaseLogins = databaseLogins
    }

    /// True where both counts agree for every kind and no leaf of the log is missing.
    public var isComplete: Bool { totals.allSatisfy(\.isReconciled) && log.numbered == log.size }
    public var size: Int { totals.reduce(0) { $0 + $1.entries } }
}

/// One change of a period.
public struct ChangeView: Codable, Sendable, Hashable {
    /// What a person asked of the release.
    public struct Act: Codable, Sendable, Hashable {
        public var command: String
        public var actor: Actor
        public var reason: String
        public var at: Timestamp

        public init(command: String, actor: Actor, reason: String, at: Timestamp) {
            self.command = command
            self.actor = actor
            self.reason = reason
            self.at = at
        }
    }

    public var entry: EntryView
    /// Where a release stands now; nil for other changes.
    public var state: ReleaseState?
    public var endedAt: Timestamp?
    public var decisions: Int?
    public var acts: [Act]

    public init(entry: EntryView, state: ReleaseState?, endedAt: Timestamp?, decisions: Int?, acts: [Act]) {
        self.entry = entry
        self.state = state
        self.endedAt = endedAt
        self.decisions = decisions
        self.acts = acts
    }
}

/// `PUT` and `DELETE /v1/holds/{release}`: why a hold is placed or lifted.
public struct HoldRequest: Codable, Sendable, Hashable {
    public var reason: String

    public init(reason: String) { self.reason = reason }
}

/// A release whose evidence does not expire.
public struct HoldView: Codable, Sendable, Hashable {
    public var release: ReleaseID
    public var placedAt: Timestamp
    public var placedBy: Actor
    public var reason: String

    public init(release: ReleaseID, placedAt: Timestamp, placedBy: Actor, reason: String) {
        self.release = release
        self.placedAt = placedAt
        self.placedBy = placedBy
        self.reason = reason
    }
}

/// `PUT /v1/retention`.
public struct RetentionRequest: Codable, Sendable, Hashable {
    public var evidenceMonths: Int
    public var reason: String

    public init(evidenceMonths: Int, reason: String) {
        self.evidenceMonths = evidenceMonths
        self.reason = reason
    }
}

/// How long evidence is kept. Decisions and entries of the history are kept for ever.
public struct RetentionView: Codable, Sendable, Hashable {
    /// Counted from the end of the evidence's own month.
    public var evidenceMonths: Int
    public var oldestEvidence: Timestamp?
    public var holds: Int

    public init(evidenceMonths: Int, oldestEvidence: Timestamp?, holds: Int) {
        self.evidenceMonths = evidenceMonths
        self.oldestEvidence = oldestEvidence
        self.holds = holds
    }
}
