import ArgumentParser
import PolicyLanguage
import ReleaseModel
import ServiceLevels

struct PolicyRulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules", abstract: "Print the Prometheus rules that say the same as a policy's objectives.",
        discussion: """
            Recording rules for the ratio of bad requests by service and revision, over every window of the objectives, and an alert for each page
            and ticket rule. They watch a service also when no release is under way. Names and labels of the series are those of the policy's
            `metrics`; a latency objective needs a histogram with an edge at its limit.

              tidegate policy rules checkout.yaml --service checkout > checkout.rules.yaml
              promtool check rules checkout.rules.yaml
              tidegate policy rules checkout.yaml -o json
            """)

    @Argument(help: ArgumentHelp("The policy, or - for standard input.", valueName: "file"))
    var file: String

    @Option(help: "Only the series of this service.")
    var service: String?

    @OptionGroup
    var output: OutputOptions

    func run() throws {
        let input = InputFile(file)
        let policy = try PolicyParser.policy(try input.text(), file: input.place)
        let (levels, problems) = ServiceLevels.read(policy.health.configuration)
        if let problem = problems.first {
            throw ReleaseError(.invalidInput, "health.\(problem.setting) \(problem.reason)", place: input.place)
        }
        if let service, let reason = Name.problem(with: service) {
            throw ReleaseError(.invalidInput, "'\(service.prefix(64))' \(reason)", place: "--service")
        }
        let rules = AlertingRules(
            levels, source: SeriesNames(policy.metrics.source.configuration), policy: policy.name, service: service)
        try output.print(rules) { _ in
            var lines = rules.yaml.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
            lines.removeLast()
            return lines
        }
    }
}
