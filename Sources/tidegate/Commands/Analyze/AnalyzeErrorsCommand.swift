import ArgumentParser
import ReleaseModel
import Statistics

struct AnalyzeErrorsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "errors", abstract: "Compare error rates, poll by poll.",
        discussion: """
            The columns are canary_requests, canary_errors, baseline_requests and baseline_errors; each row is one poll, with what came since
            the one before.

            a1 takes any traffic share and any drift of the base rate; a1x is exact and sharper where errors are not rare; a4 is for errors that
            come in bursts (see the burst coefficient in the output).

              tidegate analyze errors polls.csv --alternatives 1.25,1.5,2,3,5,10 --tolerance 1.2

            From a Prometheus the figures are counters, which are differenced step by step; each query may match many series.

              tidegate analyze errors --prometheus http://127.0.0.1:9090 --from -2h --step 30s \
                --query-canary-requests 'http_requests_total{revision="v42"}' \
                --query-canary-errors 'http_requests_total{revision="v42",status=~"5.."}' \
                --query-baseline-requests 'http_requests_total{revision="v41"}' \
                --query-baseline-errors 'http_requests_total{revision="v41",status=~"5.."}' --save range.json
              tidegate analyze errors range.json --method a1x
            """)

    @Argument(help: ArgumentHelp("A table, or a saved range as JSON; - is standard input.", valueName: "file"))
    var file: String?

    @Option(help: "The test: a1, a1x or a4.")
    var method = MethodName.a1

    @OptionGroup
    var rates: RateAnalysisOptions

    @OptionGroup(title: "From Prometheus")
    var range: RangeOptions

    @Option(help: ArgumentHelp("Counters of the canary's requests.", valueName: "promql"))
    var queryCanaryRequests: String?

    @Option(help: ArgumentHelp("Counters of the canary's errors.", valueName: "promql"))
    var queryCanaryErrors: String?

    @Option(help: ArgumentHelp("Counters of the baseline's requests.", valueName: "promql"))
    var queryBaselineRequests: String?

    @Option(help: ArgumentHelp("Counters of the baseline's errors.", valueName: "promql"))
    var queryBaselineErrors: String?

    @Option(help: ArgumentHelp("Draw the evidence over the polls into this file.", valueName: "file"))
    var svg: String?

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let settings = try rates.settings()
        let queries = [
            ("--query-canary-requests", queryCanaryRequests), ("--query-canary-errors", queryCanaryErrors),
            ("--query-baseline-requests", queryBaselineRequests), ("--query-baseline-errors", queryBaselineErrors),
        ]
        let input = try await AnalysisInput.read(file: file, range, zip(ErrorRows.columns, queries).map { ($0, $1.0, $1.1) })
        let polls =
            switch input {
            case .table(let table): try ErrorRows.polls(table)
            case .ranges(let place, let answers): try ErrorRows.polls(answers, place: place)
            }
        guard let analysis = ErrorAnalysis(polls, method: method.method, settings) else {
            throw RateAnalysisOptions.error("--alternatives", "there is no ratio above the tolerance", "name some, such as 150,200")
        }
        if let svg {
            let title = "Errors of the canary: \(analysis.verdict.rawValue) (\(method.rawValue.uppercased()))"
            try AnalysisView.write(AnalysisView.evidenceFigure(title, analysis.polls.map(\.logE), threshold: analysis.threshold), to: svg)
        }
        try output.print(analysis) { style in Self.lines(analysis, style) }
    }

    static func lines(_ analysis: ErrorAnalysis, _ style: Style) -> [String] {
        func arm(_ name: String, _ total: RateTotal) -> String {
            let rate = total.requests > 0 ? " (\(AnalysisView.figure(100 * total.events / total.requests))%)" : ""
            return "\(name): \(Int(total.events)) errors of \(Int(total.requests)) requests\(rate)"
        }
        let because = AnalysisView.because(
            analysis.verdict, peak: analysis.peakLogE, threshold: analysis.threshold, poll: analysis.alarmPoll)
        var lines =
            AnalysisView.polls(analysis.polls.map(\.logE), style) + [
                arm("canary", analysis.canary), arm("baseline", analysis.baseline),
                "burst coefficient of the baseline: \(AnalysisView.figure(analysis.burstCoefficient, "%.2f"))",
                AnalysisView.verdict(analysis.verdict, because, style),
            ]
        if analysis.isBursty, analysis.method != .a4 {
            lines.append("errors come in bursts, by which \(analysis.method.rawValue) is deceived: --method a4 is the test for them")
        }
        return lines
    }
}
