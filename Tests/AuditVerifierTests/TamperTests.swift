import AuditVerifier
import Foundation
import PostgresClient
import ReleaseModel
import Synchronization
import Testing

@testable import ReleaseStore

/// Somebody with all rights over the database, triggers and constraints gone, changes what was recorded: each change is found, and named.
///
/// TIDEGATE_TAMPERINGS says how many changes of columns are drawn (`make tamper` draws many more than a test run).
@Suite(.timeLimit(.minutes(30))) struct TamperTests {
    /// What the log does not vouch for: the memory that controllers work with between decisions. docs/audit.md says why for each.
    static let workingMemory: Set<String> = [
        "lease", "poll", "rolling_state", "log_template", "log_count", "controller_clock", "log_anchor", "row_image", "log_sample",
        "log_step", "log_template_alias", "log_collector",
        "log_salt",
    ]
    static let workingColumns: [String: Set<String>] = ["log_head": ["singleton", "sequencer", "term", "expires_at"]]
    static let tree: Set<String> = ["history_entry", "log_tile", "log_head"]

    /// How many changes are drawn; more than a run of all tests would be.
    static let asked = ProcessInfo.processInfo.environment["TIDEGATE_TAMPERINGS"].flatMap { Int($0) }
    static var isLongRun: Bool { asked != nil }

    struct Column: Sendable, Hashable, CustomStringConvertible {
        var table: String
        var name: String
        var type: String
        var description: String { "\(table).\(name) (\(type))" }
    }

    private struct RollBack: Error {}

    /// Every column of every table that is part of the history, as information_schema lists them.
    static func columns(_ site: Site) async throws -> [Column] {
        let rows = try await site.admin.query(
            """
            SELECT columns.table_name AS "table", column_name AS name, columns.udt_name AS type, coalesce(recorded.left_out, '{}') AS left_out,
                recorded.name IS NOT NULL AS is_recorded
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            LEFT JOIN tidegate.recorded_table AS recorded ON recorded.name = columns.table_name
            WHERE table_schema = 'tidegate' AND table_type = 'BASE TABLE' AND columns.table_name !~ '^evidence_'
            ORDER BY 1, ordinal_position
            """)
        var columns: [Column] = []
        for row in rows {
            let table = try row["table"].string()
            let name = try row["name"].string()
            let isRecorded = try row["is_recorded"].bool()
            #expect(
                isRecorded || tree.contains(table) || workingMemory.contains(table),
                "table \(table) is neither recorded (CALL tidegate.make_recorded) nor named as working memory")
            guard isRecorded || tree.contains(table), try !row["left_out"].strings().contains(name) || name == "body",
                workingColumns[table]?.contains(name) != true
            else { continue }
            columns.append(Column(table: table, name: name, type: try row["type"].string()))
        }
        return columns
    }

    /// Nothing in the database hinders: no triggers (a session setting), no constraints, no generated columns.
    static func disarm(_ site: Site) async throws {
        let rows = try await site.admin.query(
            "SELECT conrelid::regclass::text AS \"table\", conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE connamespace = 'tidegate'::regnamespace AND contype IN ('c', 'f') AND conislocal AND coninhcount = 0 AND conparentid = 0"
        )
        for row in rows {
            try await site.admin.execute(
                "ALTER TABLE \(try row["table"].string()) DROP CONSTRAINT \"\(try row["conname"].string())\" CASCADE")
        }
        try await site.admin.execute("ALTER TABLE tidegate.history_entry ALTER COLUMN leaf_hash DROP EXPRESSION")
    }

    /// Makes a change in a transaction that is rolled back, and verifies what it looks like meanwhile. nil when nothing was changed.
    private func report(_ site: Site, anchors: [String], _ change: @Sendable (PostgresTransaction) async throws -> Bool) async throws
        -> VerificationReport?
    {
        let export = Mutex<[UInt8]?>(nil)
        do {
            try await site.admin.transaction { transaction in
                try await transaction.execute("SET LOCAL session_replication_role = replica")
                guard try await change(transaction) else { throw RollBack() }
                let bytes = Mutex<[UInt8]>([])
                try await HistoryExport(withEvidence: true).write(transaction) { chunk in bytes.withLock { $0 += chunk } }
                export.withLock { $0 = bytes.withLock { $0 } }
                throw RollBack()
            }
        } catch is RollBack {} catch let error as PostgresError where error.sqlState != nil {
            return nil
        }
        return export.withLock { $0 }.map { Site.verify($0, anchors: anchors, keys: [site.key.verifier]) }
    }

    /// SQL that changes one byte, digit or element of a value.
    private static func changed(_ column: Column, _ random: inout SplitMix) -> String {
        let name = "\"\(column.name)\""
        switch column.type {
        case "bytea":
            let place = random.next(below: 1 << 20)
            let bit = 1 << random.next(below: 8)
            return "set_byte(\(name), \(place) % octet_length(\(name)), get_byte(\(name), \(place) % octet_length(\(name))) # \(bit))"
        case "bool": return "NOT \(name)"
        case "int2", "int4", "int8": return "\(name) + \(random.next(below: 2) == 0 ? 1 : -1)"
        case "timestamptz": return "\(name) + interval '1 microsecond'"
        case "jsonb": return "jsonb_set(\(name), '{0}', '\"x\"')"
        case "_text": return "\(name)[2:] || ARRAY['x']"
        default:
            let place = random.next(below: 1 << 20)
            let other = ["A", "b", "7"][random.next(below: 3)]
            let at = "1 + \(place) % char_length(\(name))"
            return
                "overlay(\(name)::text PLACING CASE WHEN substr(\(name)::text, \(at), 1) = '\(other)' THEN 'z' ELSE '\(other)' END FROM \(at) FOR 1)"
        }
    }

    @Test func everyChangeOfAColumnIsFoundAndNamed() async throws {
        try await Site.with { site in
            try await site.live()
            let anchor = try await site.sign()
            let columns = try await Self.columns(site)
            try await Self.disarm(site)
            let clean = try await site.verify(anchors: [anchor])
            #expect(clean.holds, "\(clean.findings)")
            let wanted = Self.asked ?? 150
            var random = SplitMix(state: UInt64(wanted) &* 7919)
            var made = 0
            var seen: Set<Column> = []
            var tries = 0
            while made < wanted, tries < wanted * 6 {
                // Every column in turn, then by chance.
                let column = tries < columns.count ? columns[tries] : columns[random.next(below: columns.count)]
                tries += 1
                let value = Self.changed(column, &random)
                let offset = random.next(below: 1000)
                let report = try await report(site, anchors: [anchor]) { transaction in
                    try await transaction.execute(
                        """
                        UPDATE tidegate."\(column.table)" SET "\(column.name)" = \(value) WHERE (tableoid, ctid) = (
                            SELECT tableoid, ctid FROM tidegate."\(column.table)" WHERE "\(column.name)" IS NOT NULL
                            ORDER BY ctid OFFSET \(offset) % greatest(1, (SELECT count(*) FROM tidegate."\(column.table)" WHERE "\(column.name)" IS NOT NULL)) LIMIT 1)
                            AND \(value) IS DISTINCT FROM "\(column.name)"
                        """) == 1
                }
                guard let report else { continue }
                made += 1
                seen.insert(column)
                #expect(!report.holds, "a change of \(column) was not found: \(value)")
                #expect(
                    report.findings.contains { $0.table == column.table },
                    "a change of \(column) was not named: \(report.findings.prefix(3))")
            }
            #expect(made >= wanted, "only \(made) changes could be made")
            #expect(seen.count > 100, "only \(seen.count) of \(columns.count) columns were changed")
            #expect(try await site.verify(anchors: [anchor]).holds)
        }
    }

    @Test func rowsThatWereDeletedInsertedOrSwappedAreFoundAndNamed() async throws {
        try await Site.with { site in
            try await site.live()
            let anchor = try await site.sign()
            let tables = Set(try await Self.columns(site).map(\.table)).sorted()
            try await Self.disarm(site)
            var changes = 0
            for table in tables {
                let inserted =
                    "INSERT INTO tidegate.\"\(table)\" OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(present, '%@')).* FROM tidegate.\"\(table)\" AS present LIMIT 1"
                for sql in [
                    "DELETE FROM tidegate.\"\(table)\" WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM tidegate.\"\(table)\" LIMIT 1)",
                    "DELETE FROM tidegate.\"\(table)\" WHERE (tableoid, ctid) = (SELECT tableoid, ctid FROM tidegate.\"\(table)\" ORDER BY ctid DESC LIMIT 1)",
                    "DELETE FROM tidegate.\"\(table)\"",
                    inserted.replacing(
                        "%@",
                        with:
                            #"{"id": 900001, "leaf_index": null, "seq": 77, "number": 900001, "index": 9, "name": "intruder", "ref": "intruder-1", "key": "1234567890abcdef", "service": "intruder", "from_state": "promoted", "verifier_key": "intruder"}"#
                    ),
                ] {
                    // The head is one row; a second one cannot be inserted.
                    if table == "log_head", sql.hasPrefix("INSERT") { continue }
                    guard let report = try await report(site, anchors: [anchor], { try await $0.execute(sql) > 0 }) else { continue }
                    changes += 1
                    #expect(!report.holds, "\(sql)")
                    #expect(report.findings.contains { $0.table == table }, "\(sql): \(report.findings.prefix(3))")
                }
            }
            #expect(changes > tables.count * 3)
            let swapped = try await report(site, anchors: [anchor]) { transaction in
                try await transaction.execute("UPDATE tidegate.history_entry SET leaf_index = -3 WHERE leaf_index = 3")
                try await transaction.execute("UPDATE tidegate.history_entry SET leaf_index = 3 WHERE leaf_index = 4")
                return try await transaction.execute("UPDATE tidegate.history_entry SET leaf_index = 4 WHERE leaf_index = -3") == 1
            }
            #expect(swapped?.findings.first?.entry == 3)
            // Two rows exchange their contents: each is a row of its own, and neither is what it was.
            let exchanged = try await report(site, anchors: [anchor]) { transaction in
                try await transaction.execute(
                    "UPDATE tidegate.command AS a SET (kind, actor, means, on_behalf_of, reason) = (SELECT kind, actor, 'other', on_behalf_of, reason FROM tidegate.command AS b WHERE b.id <> a.id LIMIT 1)"
                ) > 0
            }
            #expect(exchanged?.findings.contains { $0.table == "command" } == true)
        }
    }

    /// The head that was anchored knows more entries than the backup.
    @Test func anOlderBackupIsFound() async throws {
        try await Site.with { site in
            try await site.live()
            try await site.sign()
            let backup = try await site.export()
            try await site.begin("b", of: "search")
            let anchor = try await site.sign()
            #expect(try await site.verify(anchors: [anchor]).holds)
            let report = Site.verify(backup, anchors: [anchor], keys: [site.key.verifier])
            #expect(report.findings.contains { $0.code == .anchor && $0.table == "history_entry" })
            // Without what lies outside, the backup is whole.
            #expect(Site.verify(backup, keys: [site.key.verifier]).holds)
        }
    }

    /// Somebody who has the signing key too rewrites everything from an entry on, tiles and head included.
    @Test func aHistoryThatWasSignedAnewIsFoundByWhatWasAnchored() async throws {
        try await Site.with { site in
            try await site.live()
            let anchor = try await site.sign()
            try await Self.disarm(site)
            try await site.admin.transaction { transaction in
                try await transaction.execute("SET LOCAL session_replication_role = replica")
                try await transaction.execute(
                    "UPDATE tidegate.history_entry SET entry = convert_to(replace(convert_from(entry, 'UTF8'), 'new prices', 'old prices'), 'UTF8') WHERE kind = 'release'"
                )
                try await transaction.execute(
                    "UPDATE tidegate.history_entry SET leaf_index = NULL, leaf_hash = sha256('\\x00'::bytea || entry)")
                try await transaction.execute("DELETE FROM tidegate.log_tile")
                try await transaction.execute("UPDATE tidegate.log_head SET size = 0, checkpoint = NULL")
            }
            let forged = try await site.sign()
            #expect(forged != anchor)
            let report = try await site.verify(anchors: [anchor])
            #expect(report.findings.contains { $0.code == .anchor })
            #expect(!report.findings.contains { $0.code == .checkpoint })
        }
    }
}
