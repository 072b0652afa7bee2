import ArgumentParser
import Foundation
import PolicyLanguage
import ReleaseModel
import RolloutScripts

struct PolicySimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate", abstract: "Run a policy against generated traffic and faults, many times.",
        discussion: """
            The engine, the release loop and the scoring and log plugins are the real ones; traffic, faults and the data plane are generated
            from a seed, so that the same command gives the same table. What is told of each scenario: how releases ended, how long after
            the fault began they were rolled back, and how many requests of users it spoiled (failed, or slower than half a second).

              tidegate policy simulate checkout.yaml
              tidegate policy simulate checkout.yaml --scenario healthy --scenario errors --runs 200 --rate 50
              tidegate policy simulate checkout.yaml --svg checkout.svg -o json

            Exits 1 when a scenario ends otherwise than a careful release manager wants in more than --tolerated of its runs.
            """)

    @Argument(help: ArgumentHelp("The policy, or - for standard input.", valueName: "file"))
    var file: String

    @Option(help: ArgumentHelp("Only this scenario; may be given several times. `--scenario list` shows them.", valueName: "name"))
    var scenario: [String] = []

    @Option(help: "Releases of each scenario, 1 to 10000.")
    var runs = 20

    @Option(help: "Seed of the first run; the next have the numbers after it.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Requests per second of the service.", valueName: "number"))
    var rate = 200.0

    @Option(help: ArgumentHelp("Share of requests that fail anyway, for example 0.1%.", valueName: "percent"))
    var errors = "0.1%"

    @Option(help: ArgumentHelp("Median latency.", valueName: "time"))
    var latency = "40ms"

    @Option(help: ArgumentHelp("How long a person takes to approve; never: nobody answers.", valueName: "time"))
    var approval = "1m"

    @Option(help: ArgumentHelp("Share of unwanted ends that does not fail the command, for example 5%.", valueName: "percent"))
    var tolerated = "5%"

    @Option(help: ArgumentHelp("Releases at the same time; by default one for each processor.", valueName: "number"))
    var jobs: Int?

    @Option(help: ArgumentHelp("Draw the table into this file.", valueName: "file"))
    var svg: String?

    @Option(help: ArgumentHelp("Folder with the plugins; by default that of this program.", valueName: "folder"))
    var plugins: String?

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        var policy: String
        var seed: UInt64
        var model: TrafficModel
        var scenarios: [ScenarioReport]
    }

    func validate() throws {
        guard (1...10_000).contains(runs) else { throw ValidationError("--runs is a number of 1 to 10000.") }
        guard rate > 0, rate <= 1e6 else { throw ValidationError("--rate is a number above 0 and at most 1000000.") }
        guard Self.share(errors) != nil else { throw ValidationError("--errors is a share such as 0.1%.") }
        guard Self.share(tolerated) != nil else { throw ValidationError("--tolerated is a share such as 5%.") }
        guard let latency = TimeSpan(latency), latency > .zero else { throw ValidationError("--latency is a length of time such as 40ms.") }
        guard approval == "never" || TimeSpan(approval) != nil else {
            throw ValidationError("--approval is a length of time such as 1m, or never.")
        }
        guard (1...64).contains(jobs ?? 1) else { throw ValidationError("--jobs is a number of 1 to 64.") }
        let names = SimulationScenario.all.map(\.name)
        for name in scenario where name != "list" && !names.contains(name) {
            throw ValidationError("There is no scenario '\(name)'; there are \(names.joined(separator: ", ")).")
        }
    }

    func run() async throws {
        if scenario.contains("list") {
            return try output.print(SimulationScenario.all) { style in
                var table = Table([.init("SCENARIO"), .init("WANTED"), .init("WHAT HAPPENS")])
                for scenario in SimulationScenario.all {
                    table.add([.init(scenario.name), .init(scenario.wanted.text), .init(scenario.summary)])
                }
                return table.lines(style)
            }
        }
        let model = TrafficModel(
            requestsPerSecond: rate, errorRate: Self.share(errors) ?? 0, latencySeconds: TimeSpan(latency)?.seconds ?? 0.04)
        let input = InputFile(file)
        let text = try input.text()
        let (name, scenarios) = try await LocalPlugins.with(plugins) { plugins in
            let policy = try PolicyParser.policy(text, file: input.place, signals: plugins.schema)
            return (policy.name, try await simulate(policy, model))
        }
        let report = Report(policy: name, seed: seed, model: model, scenarios: scenarios)
        if let svg {
            guard FileManager.default.createFile(atPath: svg, contents: Data(SimulationPicture(report: report).svg.utf8)) else {
                throw ReleaseError(.forbidden, "the picture cannot be written", place: svg)
            }
        }
        try output.print(report) { SimulationView(report: report).lines($0) }
        let limit = Self.share(tolerated) ?? 0
        if report.scenarios.contains(where: { Double($0.unwanted) > limit * Double($0.runs) }) { throw ExitCode(1) }
    }

    private func simulate(_ policy: Policy, _ model: TrafficModel) async throws -> [ScenarioReport] {
        let chosen = SimulationScenario.all.filter { candidate in
            scenario.isEmpty || scenario.contains(candidate.name)
        }.filter { $0.fault.exceptionsPerSecond == 0 || policy.logs != nil }
        let work = chosen.flatMap { scenario in (0..<runs).map { (scenario, seed &+ UInt64($0)) } }
        let answers = approval == "never" ? nil : TimeSpan(approval)
        let results = try await SimulationPool(folder: plugins, size: jobs ?? ProcessInfo.processInfo.activeProcessorCount).run(
            work, policy, model, answers: answers)
        return chosen.compactMap { scenario in
            let own = results.filter { $0.scenario == scenario.name }.map(\.run)
            return own.isEmpty ? nil : ScenarioReport(scenario, own)
        }
    }

    private static func share(_ text: String) -> Double? {
        guard text.hasSuffix("%"), let percent = Double(text.dropLast()), (0...100).contains(percent) else { return nil }
        return percent / 100
    }
}

extension SimulationScenario.Wanted {
    /// In the words of the table.
    var text: String {
        switch self {
        case .promoted: "promoted"
        case .rolledBack: "rolled back"
        case .notRolledBack: "no rollback"
        }
    }
}
