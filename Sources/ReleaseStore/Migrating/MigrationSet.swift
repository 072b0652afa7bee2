public import ReleaseModel

/// The migrations of one program, in the order of their numbers. Numbers may be left out; none is used twice.
public struct MigrationSet: Sendable {
    public let migrations: [Migration]

    /// - Throws: `invalidInput` for a number used twice.
    public init(_ migrations: [Migration]) throws(ReleaseError) {
        let ordered = migrations.sorted { ($0.number, $0.name) < ($1.number, $1.name) }
        for (earlier, later) in zip(ordered, ordered.dropFirst()) where earlier.number == later.number {
            throw ReleaseError(
                .invalidInput, "\(earlier.title) and \(later.title) have the same number", place: "migrations/",
                advice: "give the newer one the next free number")
        }
        self.migrations = ordered
    }

    /// The `.sql` files of a folder.
    public init(folder: String) throws(ReleaseError) {
        var migrations: [Migration] = []
        for file in try StoreResources.sqlFiles(in: folder) { migrations.append(try Migration(file: file.name, sql: file.text)) }
        try self.init(migrations)
    }

    /// Those that were built with the program.
    public static func shipped() throws(ReleaseError) -> MigrationSet { try MigrationSet(folder: StoreResources.folder("migrations")) }

    /// Checks that what the database has is a beginning of this set, byte for byte.
    ///
    /// - Throws: `versionMismatch` when it is not.
    func check(_ applied: [AppliedMigration]) throws(ReleaseError) {
        for (index, row) in applied.enumerated() {
            guard index < migrations.count else {
                throw ReleaseError(
                    .versionMismatch,
                    "the database is newer than this program: it has migration \(row.number) (\(row.name)), and the program knows \(migrations.count)",
                    place: "database", advice: "Use the newer Tidegate that wrote it; nothing was changed.")
            }
            let known = migrations[index]
            if row.number != known.number {
                throw ReleaseError(
                    .versionMismatch, "the database has migration \(row.number) (\(row.name)) where \(known.title) should be",
                    place: "database",
                    advice:
                        "Restore tidegate.schema_migration from a backup if it was changed by hand; otherwise use the Tidegate that wrote it."
                )
            }
            if known.name != row.name || known.sha256 != row.sha256 {
                throw ReleaseError(
                    .versionMismatch,
                    "migration \(known.title) is not the one that was applied to the database as number \(row.number) (\(row.name))",
                    place: "migrations/\(known.title).sql",
                    advice: "An applied migration is never edited: put the file back and add a new one.")
            }
        }
    }
}
