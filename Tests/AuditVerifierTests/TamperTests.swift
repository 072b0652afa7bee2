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

    private struct RollBack: Error {}

    /// Every table that is part of the history with its columns, as information_schema lists them.
    static func tables(_ site: Site) async throws -> [TamperedTable] {
        let rows = try await site.admin.query(
            """
            SELECT columns.table_name AS "table", column_name AS name, columns.udt_name AS type, coalesce(recorded.left_out, '{}') AS left_out,
                recorded.name IS NOT NULL AS is_recorded, coalesce(recorded.key, ARRAY(
                    SELECT attname::text FROM pg_index JOIN pg_attribute ON attrelid = indrelid AND attnum = ANY (indkey)
                    WHERE indrelid = format('tidegate.%I', columns.table_name)::regclass AND indisprimary)) AS key
            FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
            LEFT JOIN tidegate.recorded_table AS recorded ON recorded.name = columns.table_name
            WHERE table_schema = 'tidegate' AND table_type = 'BASE TABLE' AND columns.table_name !~ '^evidence_'
            ORDER BY 1, ordinal_position
            """)
        var tables: [TamperedTable] = []
        for row in rows {
            let table = try row["table"].string()
            let name = try row["name"].string()
            let isRecorded = try row["is_recorded"].bool()
            #expect(
                isRecorded || tree.contains(table) || workingMemory.contains(table),
                "table \(table) is neither recorded (CALL tidegate.make_recorded) nor named as working memory")
            guard isRecorded || tree.contains(table) else { continue }
            if tables.last?.name != table { tables.append(TamperedTable(name: table, key: try row["key"].strings(), columns: [])) }
            let isLeftOut = try row["left_out"].strings().contains(name) && name != "body"
            tables[tables.count - 1].columns.append(
                TamperedTable.Column(
                    name: name, type: try row["type"].string(),
                    isCovered: !isLeftOut && workingColumns[table]?.contains(name) != true))
        }
        return tables
    }

    /// Nothing in the database hinders: no triggers (a session setting), no constraints but keys, no generated columns.
    static func disarm(_ site: Site) async throws {
        let constraints = try await site.admin.query(
            "SELECT conrelid::regclass::text AS \"table\", conname FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE connamespace = 'tidegate'::regnamespace AND contype IN ('c', 'f', 'u') AND conislocal AND coninhcount = 0 AND conparentid = 0"
        )
        for row in constraints {
            try await site.admin.execute(
                "ALTER TABLE \(try row["table"].string()) DROP CONSTRAINT IF EXISTS \"\(try row["conname"].string())\" CASCADE")
        }
        let indexes = try await site.admin.query(
            "SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE relnamespace = 'tidegate'::regnamespace AND indisunique AND NOT indisprimary"
        )
        for row in indexes { try await site.admin.execute("DROP INDEX IF EXISTS \(try row["name"].string())") }
        try await site.admin.execute("ALTER TABLE tidegate.history_entry ALTER COLUMN leaf_hash DROP EXPRESSION")
    }

    /// A history that went on after a backup was taken; what was anchored at the end, and what can be changed.
    private static func prepared(_ site: Site) async throws -> (anchor: String, tables: [TamperedTable]) {
        try await site.live()
        try await site.sign()
        let tables = try await tables(site)
        try await site.admin.execute("CREATE SCHEMA \(TamperedTable.backup)")
        for table in tables {
            try await site.admin.execute(
                "CREATE TABLE \(TamperedTable.backup).\"\(table.name)\" AS SELECT * FROM tidegate.\"\(table.name)\"")
        }
        try await site.begin("b", of: "search")
        _ = try await site.store.createToken(name: "late", role: .auditor, actor: Example.bob)
        let anchor = try await site.sign()
        try await disarm(site)
        let clean = try await site.verify(anchors: [anchor])
        #expect(clean.holds, "\(clean.findings)")
        return (anchor, tables)
    }

    /// Makes a change in a transaction that is rolled back, and verifies what it looks like meanwhile. nil when nothing was changed.
    private func report(_ site: Site, anchor: String, _ tampering: Tampering) async throws -> VerificationReport? {
        let export = Mutex<[UInt8]?>(nil)
        do {
            try await site.admin.transaction { transaction in
                try await transaction.execute("SET LOCAL session_replication_role = replica")
                var changed: Int64 = 0
                for statement in tampering.statements { changed += Int64(try await transaction.execute(statement)) }
                guard changed > 0 else { throw RollBack() }
                let bytes = Mutex<[UInt8]>([])
                try await HistoryExport(withEvidence: true).write(transaction) { chunk in bytes.withLock { $0 += chunk } }
                export.withLock { $0 = bytes.withLock { $0 } }
                throw RollBack()
            }
        } catch is RollBack {} catch let error as PostgresError where error.sqlState != nil {
            return nil
        }
        return export.withLock { $0 }.map { Site.verify($0, anchors: [anchor], keys: [site.key.verifier]) }
    }

    /// - Returns: true when the change could be made; then it is found and named, or an issue is recorded.
    private func isMade(_ tampering: Tampering, _ site: Site, anchor: String) async throws -> Bool {
        guard let report = try await report(site, anchor: anchor, tampering) else { return false }
        let what = "\(tampering.kind) of \(tampering.table)\(tampering.column.map { ".\($0)" } ?? "")"
        #expect(!report.holds, "not found: \(what): \(tampering.statements)")
        #expect(
            report.findings.contains { $0.table == tampering.table },
            "not named: \(what): \(tampering.statements): \(report.findings.prefix(3))")
        return true
    }

    @Test func everyChangeOfAColumnIsFoundAndNamed() async throws {
        try await Site.with { site in
            let (anchor, tables) = try await Self.prepared(site)
            let columns = tables.flatMap { table in table.columns.filter(\.isCovered).map { (table: table, column: $0) } }
            let wanted = Self.asked.map { $0 * 2 / 3 } ?? 150
            var random = SplitMix(state: UInt64(wanted) &* 7919)
            var made = 0
            var seen: Set<String> = []
            var tries = 0
            while made < wanted, tries < wanted * 6 {
                // Every column in turn, then by chance.
                let (table, column) = tries < columns.count ? columns[tries] : columns[random.next(below: columns.count)]
                tries += 1
                guard try await isMade(table.change(column, &random), site, anchor: anchor) else { continue }
                made += 1
                seen.insert("\(table.name).\(column.name)")
            }
            #expect(made >= wanted, "only \(made) changes could be made")
            #expect(seen.count > 100, "only \(seen.count) of \(columns.count) columns were changed")
            print("tamperings: \(made) changes of \(seen.count) columns of \(tables.count) tables")
            #expect(try await site.verify(anchors: [anchor]).holds)
        }
    }

    @Test func rowsThatWereDeletedInsertedReorderedOrRestoredAreFoundAndNamed() async throws {
        try await Site.with { site in
            let (anchor, tables) = try await Self.prepared(site)
            let kinds = Tampering.Kind.allCases.filter { $0 != .change }
            var restorable: Set<String> = []
            for table in tables where try await Self.differsFromBackup(table, site) { restorable.insert(table.name) }
            #expect(restorable.isSuperset(of: ["history_entry", "log_tile", "log_head", "decision", "release", "token"]), "\(restorable)")
            let wanted = Self.asked.map { $0 / 3 } ?? 0
            var random = SplitMix(state: UInt64(wanted) &+ 104_729)
            var made: [Tampering.Kind: Int] = [:]
            // Every table in every way, then by chance.
            let turns = tables.flatMap { table in kinds.map { (table: table, kind: $0) } }
            var tries = 0
            while tries < turns.count || (made.values.reduce(0, +) < wanted && tries < wanted * 6) {
                let (table, kind) = tries < turns.count ? turns[tries] : turns[random.next(below: turns.count)]
                tries += 1
                guard kind != .restore || restorable.contains(table.name), let tampering = table.draw(kind, &random),
                    try await isMade(tampering, site, anchor: anchor)
                else { continue }
                made[kind, default: 0] += 1
            }
            // All of it is that of the backup.
            let whole = Tampering(
                kind: .restore, table: "history_entry", statements: tables.flatMap { $0.draw(.restore, &random)?.statements ?? [] })
            #expect(try await isMade(whole, site, anchor: anchor))
            #expect(made[.delete, default: 0] >= tables.count && made[.truncate, default: 0] >= tables.count, "\(made)")
            #expect(made[.insert, default: 0] >= tables.count - 2 && made[.reorder, default: 0] >= 12, "\(made)")
            #expect(made[.restore, default: 0] >= 10, "\(made) of \(restorable.sorted())")
            print(
                "tamperings: \(made.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.value) \($0.key)" }.joined(separator: ", "))")
            #expect(try await site.verify(anchors: [anchor]).holds)
        }
    }

    /// True when what the log vouches for is another than in the backup.
    private static func differsFromBackup(_ table: TamperedTable, _ site: Site) async throws -> Bool {
        let names = table.columns.filter(\.isCovered).map { "\"\($0.name)\"" }.joined(separator: ", ")
        guard !names.isEmpty else { return false }
        let rows = try await site.admin.query(
            """
            SELECT EXISTS (SELECT \(names) FROM tidegate."\(table.name)" EXCEPT SELECT \(names) FROM \(TamperedTable.backup)."\(table.name)") AS more
            """)
        return try rows.only()["more"].bool()
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
