import ArgumentParser
import Hashing
import Logging
import PluginHost
import PluginKit
import ReleaseModel
import ReleaseServer
import ReportText

struct PluginCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plugin", abstract: "See, check and allow plugins.",
        discussion: """
              tidegate plugin list
              tidegate plugin check /usr/lib/tidegate/libHealthScore.so
              tidegate plugin pin /usr/lib/tidegate/libHealthScore.so --reason "version 1.2, reviewed"
            """,
        subcommands: [PluginListCommand.self, PluginCheckCommand.self, PluginPinCommand.self])
}

struct PluginListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the plugins that the server found or that are pinned.", discussion: "  tidegate plugin list")

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let page = try await connection.withReader { try await $0.plugins() }
        try output.print(page) { Self.lines(of: page.items, $0) }
    }

    static func lines(of plugins: [PluginView], _ style: Style) -> [String] {
        guard !plugins.isEmpty else { return ["no plugins; `serve --plugins FOLDER` says where they lie"] }
        var table = Table([
            .init("PLUGIN"), .init("ALIAS"), .init("KIND"), .init("VERSION"), .init("SHA256"), .init("ISOLATION"), .init("STATE"),
        ])
        for plugin in plugins {
            table.add([
                .init(plugin.name), .init(plugin.alias), .init(plugin.kind), .init(plugin.version),
                .init(String((plugin.sha256 ?? plugin.pinnedSHA256 ?? "").prefix(12))),
                .init(plugin.trusted ? "not isolated" : "child process", plugin.trusted ? .yellow : nil),
                plugin.problem.map { .init($0, .red) } ?? .init("running", .green),
            ])
        }
        return table.lines(style)
    }
}

struct PluginCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Run the conformance checks on a plugin's file; exits 1 when one fails.",
        discussion: "  tidegate plugin check .build/debug/libHealthScore.so")

    @Argument(help: ArgumentHelp("lib<Name>.so", valueName: "file"))
    var file: String

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let host = PluginHost(logger: .quiet)
        let report: ConformanceReport
        do {
            report = try await PluginConformance.run(file, host: host)
        } catch {
            await host.shutDown()
            throw error
        }
        await host.shutDown()
        try output.print(report) { Self.lines(of: report, $0) }
        if !report.passed { throw ExitCode(1) }
    }

    static func lines(of report: ConformanceReport, _ style: Style) -> [String] {
        var table = Table([.init("CHECK"), .init("RESULT"), .init("DETAIL")])
        for check in report.checks {
            table.add([.init(check.name), check.passed ? .init("passed", .green) : .init("failed", .red), .init(check.detail)])
        }
        return [
            "\(style(report.name.printable, .bold)) \(report.version.printable), \(report.kind.printable), sha256 \(report.sha256)", "",
        ]
            + table.lines(style)
    }
}

struct PluginPinCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin", abstract: "Allow exactly this file to be loaded under its plugin's name.",
        discussion: """
            The file is described in a process of its own, and its SHA-256 is stored; a file with another content is refused from then
            on, on every controller of the database.

              tidegate plugin pin /usr/lib/tidegate/libHealthScore.so --reason "version 1.2, reviewed"
            """)

    @Argument(help: ArgumentHelp("lib<Name>.so", valueName: "file"))
    var file: String

    @Option(help: "Why; kept in the history.")
    var reason: String

    @Flag(help: "Let it run inside the server's own process, not isolated.")
    var trusted = false

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let host = PluginHost(logger: .quiet)
        let inspection: PluginInspection
        do {
            inspection = try await host.inspect(file)
        } catch {
            await host.shutDown()
            throw error
        }
        await host.shutDown()
        let request = PinPlugin(
            name: inspection.file.name, version: inspection.descriptor.version, kind: inspection.descriptor.kind.rawValue,
            sha256: inspection.file.sha256.hex, trusted: trusted, reason: reason)
        let pin = try await connection.withClient { try await $0.pin(request) }
        try output.print(pin) { style in
            ["pinned \(style(pin.name.printable, .bold)) \(pin.version.printable) to sha256 \(pin.sha256)"]
        }
    }
}

extension Logger {
    /// For commands that say everything by themselves.
    static let quiet = Logger(label: "tidegate", factory: { _ in SwiftLogNoOpLogHandler() })
}
