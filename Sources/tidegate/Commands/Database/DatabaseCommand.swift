import ArgumentParser
import ReleaseModel
import ReleaseStore
import ReportText

struct DatabaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "db", abstract: "Bring the database up to date, or see where it stands.",
        discussion: """
              tidegate db status --database-url postgresql://admin@db/tidegate
              tidegate db migrate --database-url postgresql://admin@db/tidegate

            Migrations need the rights of the database's owner; the server then works with the login 'tidegate', which may only call
            the functions that it needs. A private database is migrated by `serve` itself.
            """,
        subcommands: [DatabaseMigrateCommand.self, DatabaseStatusCommand.self])
}

/// One migration, as `-o json` prints it.
struct MigrationShown: Codable, Sendable {
    var name: String
    var appliedAt: Timestamp?
}

struct DatabaseMigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Apply the migrations that are missing, and prepare the server's login.",
        discussion: "  tidegate db migrate --database-url postgresql://admin@db/tidegate")

    @Option(help: ArgumentHelp("The login that the server works with; it is made where it is missing.", valueName: "name"))
    var login = "tidegate"

    @OptionGroup(title: "Database")
    var database: DatabaseOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let options = try database.serveOptions(Invocation.current.environment)
        let applied = try await DatabaseSource.withAdministrator(options) { pool in
            let applied = try await ReleaseStore.migrate(pool, logger: options.logger)
            try await ReleaseStore.prepareRoles(pool, login: login)
            return applied.map(\.title)
        }
        try output.print(applied.map { MigrationShown(name: $0) }) { _ in
            applied.isEmpty ? ["the database is up to date"] : applied.map { "applied \($0)" }
        }
    }
}

struct DatabaseStatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "List the migrations and when they were applied.",
        discussion: "  tidegate db status --data /srv/tidegate")

    @OptionGroup(title: "Database")
    var database: DatabaseOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let options = try database.serveOptions(Invocation.current.environment)
        let migrations = try await DatabaseSource.withAdministrator(options) { pool in
            try await ReleaseStore.status(pool).map { MigrationShown(name: $0.migration.title, appliedAt: $0.appliedAt) }
        }
        try output.print(migrations) { Self.lines(of: migrations, $0) }
    }

    static func lines(of migrations: [MigrationShown], _ style: Style) -> [String] {
        var table = Table([.init("MIGRATION"), .init("APPLIED")])
        for migration in migrations {
            table.add([.init(migration.name), migration.appliedAt.map { .init(ReadingText.dateAndTime($0)) } ?? .init("pending", .yellow)])
        }
        return table.lines(style)
    }
}
