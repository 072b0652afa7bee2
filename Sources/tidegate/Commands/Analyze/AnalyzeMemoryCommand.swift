import ArgumentParser
import ReleaseModel
import Statistics

struct AnalyzeMemoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "memory", abstract: "Tell whether the memory of a canary grows away from its baseline.",
        discussion: """
            The columns are time_seconds, and bytes of each instance, with names that begin with canary and baseline; a cell may be empty. The lowest value of each
            block of time counts, which is the floor after a collection, and the median of the baselines is taken from it.

              tidegate analyze memory heap.csv --limit 30 --block 10m

            From a Prometheus the figures are gauges, one series for each instance.

              tidegate analyze memory --prometheus http://127.0.0.1:9090 --from -2h --step 1m \
                --query-canary 'go_memstats_heap_inuse_bytes{revision="v42"}' \
                --query-baseline 'go_memstats_heap_inuse_bytes{revision="v41"}'
            """)

    @Argument(help: ArgumentHelp("A table, or a saved range as JSON; - is standard input.", valueName: "file"))
    var file: String?

    @Option(help: "Growth in MB an hour that is tolerated.")
    var limit = 30.0

    @Option(help: "Length of a block; it must span a collection.")
    var block = "10m"

    @Option(help: "Chance of calling a good canary degraded, however long it is watched.")
    var alpha = 0.01

    @OptionGroup(title: "From Prometheus")
    var range: RangeOptions

    @Option(help: ArgumentHelp("Gauges of the canary.", valueName: "promql"))
    var queryCanary: String?

    @Option(help: ArgumentHelp("Gauges of the baseline.", valueName: "promql"))
    var queryBaseline: String?

    @Option(
        help: ArgumentHelp(
            "Draw a canary less the baseline into this file: the first that is proven to grow, or the one that grows fastest.",
            valueName: "file"))
    var svg: String?

    @OptionGroup
    var output: OutputOptions

    func settings() throws(ReleaseError) -> MemoryAnalysis.Settings {
        var settings = MemoryAnalysis.Settings()
        guard alpha > 0, alpha <= 0.5 else { throw RateAnalysisOptions.error("--alpha", "must be above 0 and at most 0.5", "such as 0.01") }
        guard limit >= 0, limit <= 1e6 else {
            throw RateAnalysisOptions.error("--limit", "must be from 0 to 10^6 MB an hour", "such as 30")
        }
        guard let span = TimeSpan(block), span.seconds >= 1, span.seconds <= 86400 else {
            throw RateAnalysisOptions.error("--block", "'\(block.prefix(40))' is not a length of time from 1s to 1d", "such as 10m")
        }
        (settings.alpha, settings.limitPerHour, settings.blockSeconds) = (alpha, limit, span.seconds)
        return settings
    }

    func run() async throws {
        let settings = try settings()
        let input = try await AnalysisInput.read(
            file: file, range,
            [(MemoryRows.ranges[0], "--query-canary", queryCanary), (MemoryRows.ranges[1], "--query-baseline", queryBaseline)])
        let (names, canaries, baselines) =
            switch input {
            case .table(let table): try MemoryRows.series(table)
            case .ranges(let place, let answers): try MemoryRows.series(answers, place: place)
            }
        let times = (canaries + baselines).joined().map(\.time)
        guard ((times.max() ?? 0) - (times.min() ?? 0)) / settings.blockSeconds <= Double(MemoryAnalysis.maximumBlocks) - 1 else {
            throw RateAnalysisOptions.error(
                "--block", "gives more than \(MemoryAnalysis.maximumBlocks) blocks", "take a longer block or a shorter range")
        }
        let analysis = MemoryAnalysis(canaries: canaries, baselines: baselines, settings)
        if let svg {
            let shown = analysis.steepest ?? 0
            let figure = LineFigure(
                title: "Memory of \(names[shown]) less the baseline: \(analysis.verdict.rawValue)", horizontal: "block of \(block)",
                vertical: "MB",
                values: analysis.polls.filter { $0.instance == shown }.map(\.megabytes), threshold: nil, thresholdLabel: "")
            try AnalysisView.write(figure.svg, to: svg)
        }
        try output.print(analysis) { style in Self.lines(analysis, names, style) }
    }

    static func lines(_ analysis: MemoryAnalysis, _ names: [String], _ style: Style) -> [String] {
        var table = Table([
            .init("instance"), .init("until s", .right), .init("MB over baseline", .right), .init("MB/h", .right), .init("chance", .right),
            .init("allowed", .right),
        ])
        for poll in analysis.polls.suffix(AnalysisView.shownPolls) {
            table.add([
                .init(names[poll.instance]), .init(AnalysisView.figure(poll.time, "%.0f")),
                .init(AnalysisView.figure(poll.megabytes, "%.1f")),
                .init(AnalysisView.figure(poll.slopePerHour, "%.1f")), .init(AnalysisView.figure(poll.probability, "%.2g")),
                .init(AnalysisView.figure(poll.allowed, "%.2g"), poll.isProven ? .red : nil),
            ])
        }
        func slope(_ perHour: Double?) -> String { AnalysisView.figure(perHour, "%.1f") }
        let because =
            switch analysis.verdict {
            case .degraded:
                "the floor grew by \(slope(analysis.proof?.slopePerHour)) MB/h, above the limit of \(analysis.limitPerHour), and steadily: "
                    + "\(names[analysis.proof?.instance ?? 0]) until \(AnalysisView.figure(analysis.proof?.time, "%.0f")) s"
            case .healthy: "no steady growth above \(analysis.limitPerHour) MB/h is proven (\(slope(analysis.slopePerHour)) MB/h now)"
            case .inconclusive: "there are too few blocks to prove a growth"
            case .noData: "there is no block with measurements of both arms"
            }
        return (analysis.polls.isEmpty ? [] : table.lines(style)) + [AnalysisView.verdict(analysis.verdict, because, style)]
    }
}
