import Hashing
public import ReleaseModel

/// One file of migrations/: `0007_controller_functions.sql`. It never changes once it has landed.
public struct Migration: Sendable, Hashable {
    public let number: Int
    public let name: String
    public let sql: String
    /// SHA-256 of the file's bytes, in hexadecimal.
    public let sha256: String

    /// - Throws: `invalidInput` when the file's name is not four digits, an underscore and a name.
    public init(file: String, sql: String) throws(ReleaseError) {
        let stem = file.hasSuffix(".sql") ? file.dropLast(4) : Substring(file)
        let digits = stem.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ ("0"..."9").contains($0) }), let number = Int(digits), number > 0,
            stem.dropFirst(4).hasPrefix("_"), stem.count > 5
        else { throw ReleaseError(.invalidInput, "a migration is called like 0001_name.sql, not '\(file)'") }
        self.number = number
        self.name = String(stem.dropFirst(5))
        self.sql = sql
        self.sha256 = SHA256Digest(of: sql).hex
    }

    /// `0007_controller_functions`
    public var title: String { String(repeating: "0", count: 4 - String(number).count) + "\(number)_\(name)" }
}

/// A migration of this program, and since when the database has it.
public struct MigrationStatus: Sendable, Hashable {
    public let migration: Migration
    /// nil while it is pending.
    public let appliedAt: Timestamp?
}

/// A migration as the database remembers it.
struct AppliedMigration: Sendable, Hashable {
    var number: Int
    var name: String
    var sha256: String
    var appliedAt: Timestamp
}
