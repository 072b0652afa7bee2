import ArgumentParser
import Hashing
import ReleaseModel
import ReleaseServer

struct AuditPopulationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "population", abstract: "Every change between two dates, who could make one, and a sample to look at.",
        discussion: """
              tidegate audit population --from 2026-10-01 --to 2027-01-01
              tidegate audit population --from 2026-10-01 --to 2027-01-01 --sample 25 --seed 7
              tidegate audit population --from 2026-10-01 --to 2027-01-01 -o json > q4.json

            A change is a release, a stable revision, a policy, a target, a plugin, a token, a key, a hold or the retention. The
            totals are counted twice, from the history and from the tables: where the two differ, the population is not complete,
            and the command exits 1. A sample holds the changes whose SHA-256 of "SEED:PLACE" is smallest, so that anybody can
            draw it again.
            """)

    @Option(help: ArgumentHelp("Begin of the period: 2026-10-01 or 2026-10-01T00:00:00Z.", valueName: "time"))
    var from: TimeArgument

    @Option(help: ArgumentHelp("End of the period, not part of it.", valueName: "time"))
    var to: TimeArgument

    @Option(help: ArgumentHelp("Show only a sample of so many changes.", valueName: "number"))
    var sample: Int?

    @Option(help: ArgumentHelp("What the sample is drawn with; the same seed draws the same sample.", valueName: "text"))
    var seed = "1"

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        guard from.time < to.time else { throw ValidationError("--from is earlier than --to.") }
        if let sample, !(1...10_000).contains(sample) { throw ValidationError("--sample is a number of 1 to 10000.") }
    }

    func run() async throws {
        let console = Invocation.current.console
        let isComplete = try await connection.withReader { client in
            let summary = try await client.populationSummary(from: from.time, to: to.time)
            let view = PopulationView(summary: summary)
            if output.format == .table { console.lines(view.heading(console.style)) } else { try printHead(summary, console) }
            var drawn = sample.map { PopulationSample(size: $0, seed: seed) }
            var isFirst = true
            var after: String?
            repeat {
                let page = try await client.population(from: from.time, to: to.time, after: after)
                after = page.next
                if drawn != nil {
                    for change in page.items { drawn?.take(change) }
                } else {
                    try show(page.items, console, isFirst: &isFirst)
                }
            } while after != nil
            if let drawn { try show(drawn.changes, console, isFirst: &isFirst) }
            if output.format == .json { console.line("]}") } else { console.lines(view.closing(drawn, seed: seed, console.style)) }
            return summary.isComplete
        }
        guard isComplete else { throw ExitCode(1) }
    }

    /// One JSON object, written as the changes come, so that a large population needs no memory.
    private func printHead(_ summary: PopulationSummary, _ console: Console) throws {
        console.line("{\"summary\":\(try JSONOutput.line(of: summary)),")
        if let sample { console.line("\"sample\":{\"size\":\(sample),\"seed\":\(try JSONOutput.line(of: seed))},") }
        console.line("\"changes\":[")
    }

    private func show(_ changes: [ChangeView], _ console: Console, isFirst: inout Bool) throws {
        guard output.format == .json else {
            return console.lines(PopulationView.lines(of: changes, withHeading: isFirst, console.style, &isFirst))
        }
        for change in changes {
            console.line((isFirst ? "" : ",") + (try JSONOutput.line(of: change)))
            isFirst = false
        }
    }
}

/// The changes whose SHA-256 of `SEED:PLACE` is smallest: a sample that anybody can draw again, and that no order of the list can steer.
struct PopulationSample {
    let size: Int
    let seed: String
    /// Smallest digests first.
    private var drawn: [(digest: SHA256Digest, change: ChangeView)] = []
    private(set) var population = 0

    init(size: Int, seed: String) {
        self.size = size
        self.seed = seed
    }

    mutating func take(_ change: ChangeView) {
        population += 1
        let digest = SHA256Digest(of: "\(seed):\(change.entry.position)")
        if drawn.count == size, let last = drawn.last, last.digest.hex <= digest.hex { return }
        let place = drawn.firstIndex { $0.digest.hex > digest.hex } ?? drawn.count
        drawn.insert((digest, change), at: place)
        if drawn.count > size { drawn.removeLast() }
    }

    /// In the order in which they were recorded.
    var changes: [ChangeView] { drawn.map(\.change).sorted { $0.entry.position < $1.entry.position } }
}
