import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Say which server answers, with which database and controllers.", discussion: "  tidegate status")

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let status = try await connection.withClient { try await $0.status() }
        try output.print(status) { Self.lines(of: status, $0) }
    }

    static func lines(of status: ServerStatus, _ style: Style) -> [String] {
        var lines = [
            "tidegate \(status.version.printable), database \(status.databaseVersion.printable), up \(ReadingText.span(status.now - status.startedAt))",
            "you are \(style(status.caller.name.printable, .bold)) (\(status.caller.role.printable))",
            "releases under way: \(status.activeReleases)",
        ]
        guard !status.controllers.isEmpty else { return lines }
        var table = Table([.init("CONTROLLER"), .init("HOST"), .init("VERSION"), .init("SEEN")])
        for controller in status.controllers {
            table.add([
                .init(controller.id), .init(controller.host), .init(controller.version),
                .init("\(ReadingText.span(status.now - controller.seenAt)) ago"),
            ])
        }
        lines += [""] + table.lines(style)
        return lines
    }
}
