import ArgumentParser
import ReleaseModel
import Statistics

struct AnalyzeLatencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "latency", abstract: "Compare latency histograms at every edge, poll by poll.",
        discussion: """
            The columns are the cumulative buckets of both arms, canary_le_0.1 to canary_le_+inf and baseline_le_0.1 to baseline_le_+inf, with the same edges;
            each row is one poll, with what came since the one before.

              tidegate analyze latency buckets.csv --svg evidence.svg

            From a Prometheus the figures are the buckets of classic histograms, which are differenced step by step.

              tidegate analyze latency --prometheus http://127.0.0.1:9090 --from -2h --step 30s \
                --query-canary 'http_request_duration_seconds_bucket{revision="v42"}' \
                --query-baseline 'http_request_duration_seconds_bucket{revision="v41"}'
            """)

    @Argument(help: ArgumentHelp("A table, or a saved range as JSON; - is standard input.", valueName: "file"))
    var file: String?

    @Option(help: "The test at each edge: a1x or a1.")
    var method = MethodName.a1x

    @OptionGroup
    var rates: RateAnalysisOptions

    @OptionGroup(title: "From Prometheus")
    var range: RangeOptions

    @Option(help: ArgumentHelp("Buckets of the canary.", valueName: "promql"))
    var queryCanary: String?

    @Option(help: ArgumentHelp("Buckets of the baseline.", valueName: "promql"))
    var queryBaseline: String?

    @Option(help: ArgumentHelp("Draw the evidence over the polls into this file.", valueName: "file"))
    var svg: String?

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        guard method != .a4 else {
            throw RateAnalysisOptions.error("--method", "a4 compares rates, and has no histograms", "take a1x or a1")
        }
        let settings = try rates.settings()
        let input = try await AnalysisInput.read(
            file: file, range,
            [(LatencyRows.ranges[0], "--query-canary", queryCanary), (LatencyRows.ranges[1], "--query-baseline", queryBaseline)])
        let (edges, polls) =
            switch input {
            case .table(let table): try LatencyRows.polls(table)
            case .ranges(let place, let answers): try LatencyRows.polls(answers, place: place)
            }
        guard let analysis = LatencyAnalysis(edges: edges, polls, method: method.method, settings) else {
            throw RateAnalysisOptions.error("--alternatives", "there is no ratio above the tolerance", "name some, such as 5,10")
        }
        if let svg {
            let title = "Latency of the canary: \(analysis.verdict.rawValue) (\(method.rawValue.uppercased()), all edges)"
            try AnalysisView.write(AnalysisView.evidenceFigure(title, analysis.polls.map(\.logE), threshold: analysis.threshold), to: svg)
        }
        try output.print(analysis) { style in Self.lines(analysis, style) }
    }

    static func lines(_ analysis: LatencyAnalysis, _ style: Style) -> [String] {
        var edges = Table([.init("edge", .right), .init("canary above", .right), .init("baseline above", .right), .init("ln E", .right)])
        for edge in analysis.edges {
            edges.add([
                "\(edge.edge)", .init(AnalysisView.figure(edge.canary, "%.4f")), .init(AnalysisView.figure(edge.baseline, "%.4f")),
                .init(AnalysisView.figure(edge.logE)),
            ])
        }
        var quantiles = Table([
            .init("quantile"), .init("canary", .right), .init("at least", .right), .init("at most", .right), .init("baseline", .right),
        ])
        for one in analysis.quantiles {
            quantiles.add([
                .init("p\(Int((one.p * 100).rounded()))"), .init(AnalysisView.figure(one.canary, "%.4g")),
                .init(AnalysisView.figure(one.canaryLow, "%.4g")), .init(AnalysisView.figure(one.canaryHigh, "%.4g")),
                .init(AnalysisView.figure(one.baseline, "%.4g")),
            ])
        }
        let because = AnalysisView.because(
            analysis.verdict, peak: analysis.peakLogE, threshold: analysis.threshold, poll: analysis.alarmPoll)
        return AnalysisView.polls(analysis.polls.map(\.logE), style) + edges.lines(style) + quantiles.lines(style)
            + [AnalysisView.verdict(analysis.verdict, because, style)]
    }
}
