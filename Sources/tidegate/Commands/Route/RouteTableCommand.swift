import ArgumentParser
import ReleaseModel
import Routing

struct RouteTableCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "table", abstract: "Show a whole routing: rules in their order, colours, key, split and arms.",
        discussion: """
              tidegate route table policies/demo/policy.yaml --weight 10%
              tidegate route table --release checkout -o json
            """)

    @OptionGroup
    var routing: RoutingOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let report = RoutingReport(try await routing.subject())
        try output.print(report) { RoutingView(style: $0).lines(report) }
    }
}
