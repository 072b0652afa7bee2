import ArgumentParser
import PolicyLanguage
import ReleaseModel
import ReleaseServer
import ReportText

struct TargetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "target", abstract: "Describe data planes: their nodes, and the servers behind them.",
        discussion: """
            A target is one document, YAML (kind: Target) or JSON:

              {"name": "edge", "plugin": "nginx",
               "nodes": [{"name": "edge-1", "configuration": {"prefix": "/etc/nginx"}}],
               "services": [{"name": "checkout", "stable": "v41",
                             "revisions": [{"name": "v41", "servers": ["10.0.0.1:8080"]},
                                           {"name": "v42", "servers": ["10.0.0.2:8080"]}]}]}

              tidegate target apply edge.yaml
            """,
        subcommands: [TargetApplyCommand.self, TargetListCommand.self, TargetShowCommand.self])
}

struct TargetApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply", abstract: "Store a target, new or as it is to be from now on.",
        discussion: "  tidegate target apply edge.json")

    @Argument(help: ArgumentHelp("The document, or - for standard input.", valueName: "file"))
    var file: String

    @Option(help: "Why; kept in the history.")
    var reason: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let input = InputFile(file)
        let text = try input.text()
        // JSON is YAML as well; a document that begins like JSON gets JSON's messages.
        let isJSON = text.first { !$0.isWhitespace } == "{"
        let target: Target = isJSON ? try input.json(text) : try TargetParser.target(text, file: input.place)
        let stored = try await connection.withClient { try await $0.applyTarget(ApplyTarget(target: target, reason: reason)) }
        try output.print(stored) { style in
            let (nodes, services) = (stored.nodes.count, stored.services.count)
            return [
                "stored target \(style(stored.name.printable, .bold)): \(nodes) \(nodes == 1 ? "node" : "nodes"), "
                    + "\(services) \(services == 1 ? "service" : "services")"
            ]
        }
    }
}

struct TargetListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the targets and the services on them.", discussion: "  tidegate target list")

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let page = try await connection.withReader { try await $0.targets() }
        try output.print(page) { Self.lines(of: page.items, $0) }
    }

    static func lines(of targets: [Target], _ style: Style) -> [String] {
        guard !targets.isEmpty else { return ["no targets; describe one with `tidegate target apply FILE`"] }
        var table = Table([.init("TARGET"), .init("PLUGIN"), .init("NODES", .right), .init("SERVICE"), .init("STABLE"), .init("REVISIONS")])
        for target in targets {
            let services = target.services.isEmpty ? [TargetService(name: "", stable: "", revisions: [])] : target.services
            for (index, service) in services.enumerated() {
                table.add([
                    .init(index == 0 ? target.name : ""), .init(index == 0 ? target.plugin : ""),
                    .init(index == 0 ? "\(target.nodes.count)" : ""), .init(service.name), .init(service.stable),
                    .init(service.revisions.map(\.name).joined(separator: ", ")),
                ])
            }
        }
        return table.lines(style)
    }
}

struct TargetShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one target.", discussion: "  tidegate target show edge -o json > edge.json")

    @Argument(help: "The target.")
    var name: String

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let target = try await connection.withReader { try await $0.target(name) }
        try output.print(target) { Self.lines(of: target, $0) }
    }

    static func lines(of target: Target, _ style: Style) -> [String] {
        var lines = ["\(style(target.name.printable, .bold))  plugin \(target.plugin.printable)", ""]
        var nodes = Table([.init("NODE"), .init("CONFIGURATION")])
        for node in target.nodes { nodes.add([.init(node.name), .init(node.configuration.canonicalText)]) }
        lines += nodes.lines(style) + [""]
        var services = Table([.init("SERVICE"), .init("REVISION"), .init("SERVERS")])
        for service in target.services {
            for revision in service.revisions {
                let isStable = revision.name == service.stable
                services.add([
                    .init(service.name), .init(revision.name + (isStable ? " (stable)" : ""), isStable ? .green : nil),
                    .init(revision.servers.joined(separator: ", ")),
                ])
            }
        }
        return lines + services.lines(style)
    }
}
