import ArgumentParser

struct RouteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "route", abstract: "Show where requests go and why, and where colours are lost.",
        discussion: """
              tidegate route explain policies/demo/policy.yaml --weight 10% -H 'x-user-id: ada'
              tidegate route explain --release checkout -H 'x-user-id: ada'
              tidegate route table policies/demo/policy.yaml --weight 10%
              tidegate route coverage /var/log/nginx/coverage.log
            """,
        subcommands: [RouteExplainCommand.self, RouteTableCommand.self, RouteCoverageCommand.self])
}
