public import ReleaseModel

/// A period of the history: from a time, without its end.
public struct AuditPeriod: Sendable, Hashable, Codable {
    public var from: Timestamp
    public var to: Timestamp

    public init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = to
    }
}

/// What the population of a period comes to for one kind of change, counted twice.
public struct PopulationTotal: Sendable, Hashable, Codable {
    public var kind: String
    /// Entries of the history.
    public var entries: Int
    /// Rows of the kind's own table, where it has one. The two are equal, or something is missing.
    public var recorded: Int?

    public init(kind: String, entries: Int, recorded: Int?) {
        self.kind = kind
        self.entries = entries
        self.recorded = recorded
    }

    public var isReconciled: Bool { recorded.map { $0 == entries } ?? true }
}

/// How far the history is numbered.
public struct LogStanding: Sendable, Hashable, Codable {
    public var entries: Int64
    /// Of them those that have a leaf in the log.
    public var numbered: Int64
    /// How many the signed head covers, or one more than the largest leaf index; equal to `numbered` where no leaf is missing.
    public var size: Int64
    /// The signed head, a note; nil before the first one.
    public var checkpoint: String?

    public init(entries: Int64, numbered: Int64, size: Int64, checkpoint: String?) {
        self.entries = entries
        self.numbered = numbered
        self.size = size
        self.checkpoint = checkpoint
    }

    public var isGapless: Bool { numbered == size }
}

/// One change of a period: a release, or a change of the rules or of who may do what.
public struct PopulationChange: Sendable, Hashable {
    /// What somebody asked of a release: an approval, a promotion, an abort.
    public struct Act: Sendable, Hashable, Codable {
        public var command: String
        public var actor: String
        public var means: String
        public var onBehalfOf: String?
        public var reason: String
        public var at: Timestamp
    }

    public var entry: AuditEntry
    /// Where the release stands; nil for other changes.
    public var state: ReleaseState?
    public var endedAt: Timestamp?
    public var decisions: Int?
    /// At most the first hundred.
    public var acts: [Act]
}

/// Who could call the API in a period, as what, and how often it was used.
public struct AccessGrant: Sendable, Hashable {
    public var name: String
    public var role: TokenRole
    public var createdAt: Timestamp
    public var createdBy: String
    public var reason: String
    public var revokedAt: Timestamp?
    public var revokedBy: String?
    /// What the bearer asked of releases in the period, and how many of that were approvals.
    public var commands: Int
    public var approvals: Int
}

/// A login of the database server with one of Tidegate's roles, or a superuser, as it is now.
public struct DatabaseGrant: Sendable, Hashable, Codable {
    public var login: String
    public var role: String

    public init(login: String, role: String) {
        self.login = login
        self.role = role
    }
}
