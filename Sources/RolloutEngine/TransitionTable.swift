public import ReleaseModel

/// Which state a release may enter from which: the one table of legal transitions.
///
/// The database enforces the same edges (`tidegate.legal_transition`). `sql` prints the table as migrations write it; a test compares the
/// newest migration with it, and another the edges of a migrated database.
public enum TransitionTable {
    public struct Edge: Sendable, Hashable {
        public let from: ReleaseState
        public let to: ReleaseState
    }

    /// Every state with those that it may enter, in the order of their declaration.
    static let table: [(from: ReleaseState, to: [ReleaseState])] = [
        (.pending, [.progressing, .awaitingApproval, .paused, .aborted, .superseded]),
        (.progressing, [.paused, .awaitingApproval, .baking, .rollingBack, .aborting, .superseding]),
        (.paused, [.progressing, .awaitingApproval, .baking, .rollingBack, .aborting, .superseding]),
        (.awaitingApproval, [.progressing, .paused, .baking, .promoted, .rollingBack, .aborting, .superseding]),
        (.baking, [.progressing, .paused, .awaitingApproval, .promoted, .rollingBack, .aborting, .superseding]),
        (.rollingBack, [.rolledBack]),
        (.aborting, [.aborted]),
        (.superseding, [.superseded]),
        (.promoted, []), (.rolledBack, []), (.aborted, []), (.superseded, []),
    ]

    /// Every legal edge, in the order of the states' declaration.
    public static let edges: [Edge] = table.flatMap { row in row.to.map { Edge(from: row.from, to: $0) } }

    public static func successors(of state: ReleaseState) -> [ReleaseState] { table.first { $0.from == state }?.to ?? [] }

    public static func allows(_ from: ReleaseState, to: ReleaseState) -> Bool { successors(of: from).contains(to) }

    /// The statement by which a migration brings the database's table up to this one. Edges are only ever added: a release that has taken
    /// one stays explicable.
    public static var sql: String {
        let rows = table.filter { !$0.to.isEmpty }.map { row in
            "    ('\(row.from.rawValue)', ARRAY[\(row.to.map { "'\($0.rawValue)'" }.joined(separator: ", "))])"
        }
        return """
            INSERT INTO tidegate.legal_transition (from_state, to_state)
            SELECT from_state, unnest(to_states)
            FROM (VALUES
            \(rows.joined(separator: ",\n"))
            ) AS edges(from_state, to_states)
            ON CONFLICT DO NOTHING;
            """
    }
}
