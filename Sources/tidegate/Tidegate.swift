import ArgumentParser
import Foundation

/// `tidegate`: the whole command line.
@main
struct Tidegate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tidegate",
        abstract: "Opens traffic to a new revision step by step, and closes the gate when users are being hurt.",
        discussion: """
            Try it:           tidegate demo
            Run it:           tidegate serve
            Start a release:  tidegate release start checkout --to v42 --policy checkout --reason "new basket"
            Watch it:         tidegate release watch checkout

            Every command prints JSON with -o json. `tidegate help <command>` explains one command.
            """,
        version: Version.text,
        subcommands: [
            DemoCommand.self, ServeCommand.self, ReleaseCommand.self, PolicyCommand.self, TargetCommand.self, AuditCommand.self,
            PluginCommand.self, TokenCommand.self, ExprCommand.self, RouteCommand.self, EdgeCommand.self, DatabaseCommand.self,
            StatusCommand.self, AnalyzeCommand.self, LogsCommand.self,
        ])

    static func main() async {
        Foundation.exit(await Invocation().run(Array(CommandLine.arguments.dropFirst())))
    }
}
