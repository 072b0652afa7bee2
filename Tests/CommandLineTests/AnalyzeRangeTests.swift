import Foundation
import Testing

@testable import tidegate

/// `tidegate analyze` on a range of a real Prometheus, and on what was saved of it.
@Suite struct AnalyzeRangeTests {
    private static let begin = 1_760_000_400

    private static func run(_ arguments: [String]) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        let code = await Invocation(console: console, environment: ["HOME": "/nonexistent"]).run(["analyze"] + arguments)
        return (code, console.written, console.complaints)
    }

    private struct Report: Decodable {
        struct Poll: Decodable { var logE: Double }
        var polls: [Poll]
        var verdict: String
    }

    /// One series with a value at each step; nil is no scrape.
    private static func series(_ name: String, _ labels: String, _ values: [Double?], step: Int = 15) -> [String] {
        values.enumerated().compactMap { index, value in value.map { "\(name){\(labels)} \($0) \(begin + index * step)" } }
    }

    /// S2 of the reference as counters: two instances of the baseline, a restart of the canary, and a series of errors that appears late.
    private static let counters: [[String]] = [
        ["# TYPE http_requests counter"],
        series("http_requests_total", #"revision="v42",instance="a",status="200""#, [1000, 1099, 1216, 78]),
        series("http_requests_total", #"revision="v42",instance="a",status="500""#, [5, 6, 9, 2]),
        series("http_requests_total", #"revision="v41",instance="a",status="200""#, [0, 448, 887, 1345]),
        series("http_requests_total", #"revision="v41",instance="b",status="200""#, [7, 457, 897, 1355]),
        series("http_requests_total", #"revision="v41",instance="a",status="500""#, [3, 5, 5, 9]),
        series("http_requests_total", #"revision="v41",instance="b",status="500""#, [nil, nil, 1, 1]),
    ]

    /// The histogram of the reference, two polls: counts of both revisions at each edge.
    private static let histogram: [(edge: String, canary: [Double], baseline: [Double])] = [
        ("0.1", [0, 40, 70], [0, 420, 835]), ("0.25", [0, 80, 150], [0, 850, 1695]), ("0.5", [0, 95, 185], [0, 970, 1935]),
        ("1", [0, 99, 196], [0, 995, 1987]), ("+Inf", [0, 100, 200], [0, 1000, 2000]),
    ]

    private static let buckets: [[String]] =
        [["# TYPE latency histogram"]]
        + histogram.map { series("latency_bucket", #"revision="v42",instance="a",le="\#($0.edge)""#, $0.canary) }
        + histogram.map { series("latency_bucket", #"revision="v41",instance="a",le="\#($0.edge)""#, $0.baseline) }

    /// A leak of 120 MB/h beside a baseline without one, a point a minute for two hours.
    private static let gauges: [[String]] = {
        let minutes = (0..<121).map(Double.init)
        let floor = minutes.map { 1e8 + $0.truncatingRemainder(dividingBy: 3) * 4e6 }
        let leak = zip(floor, minutes).map { $0 + $1 * 2e6 }
        return [
            ["# TYPE heap gauge"], series("heap", #"revision="v42",instance="a""#, leak, step: 60),
            series("heap", #"revision="v41",instance="a""#, floor, step: 60),
        ]
    }()

    private static func errors(_ url: String, _ more: [String] = []) -> [String] {
        [
            "errors", "--prometheus", url, "--from", "\(begin)", "--to", "\(begin + 45)", "--step", "15s", "-o", "json",
            "--alternatives", "1.25,1.5,2,3,5,10",
            "--query-canary-requests", #"http_requests_total{revision="v42"}"#,
            "--query-canary-errors", #"http_requests_total{revision="v42",status="500"}"#,
            "--query-baseline-requests", #"http_requests_total{revision="v41"}"#,
            "--query-baseline-errors", #"http_requests_total{revision="v41",status="500"}"#,
        ] + more
    }

    @Test func theVectorsOfTheReferenceFromARealPrometheus() async throws {
        let prometheus = try RealPrometheus(history: (Self.counters + Self.buckets + Self.gauges).flatMap(\.self).joined(separator: "\n"))
        defer { prometheus.stop() }
        let saved = "/tmp/tidegate-range-\(UUID().uuidString.prefix(13)).json"
        defer { try? FileManager.default.removeItem(atPath: saved) }

        let asked = await Self.run(Self.errors(prometheus.url, ["--save", saved]))
        #expect(asked.code == 0, "\(asked.errors)")
        let report = try JSONDecoder().decode(Report.self, from: Data(asked.output.utf8))
        #expect(report.polls.count == 3)
        #expect(abs((report.polls.last?.logE ?? 0) - 4.648608485685411) < 1e-9)
        #expect(report.verdict == "degraded")

        let again = await Self.run(["errors", saved, "--alternatives", "1.25,1.5,2,3,5,10", "-o", "json"])
        #expect(again.output == asked.output)

        let latency = await Self.run([
            "latency", "--prometheus", prometheus.url, "--from", "\(Self.begin)", "--to", "\(Self.begin + 30)", "--step", "15s", "-o",
            "json",
            "--alternatives", "1.25,1.5,2,3,5", "--query-canary", #"latency_bucket{revision="v42"}"#, "--query-baseline",
            #"latency_bucket{revision="v41"}"#,
        ])
        #expect(latency.code == 0, "\(latency.errors)")
        let histogram = try JSONDecoder().decode(Report.self, from: Data(latency.output.utf8))
        #expect(abs((histogram.polls.last?.logE ?? 0) - 3.3498732392192223) < 1e-9)

        let memory = await Self.run([
            "memory", "--prometheus", prometheus.url, "--from", "\(Self.begin)", "--to", "\(Self.begin + 7200)", "--step", "1m",
            "--query-canary", #"heap{revision="v42"}"#, "--query-baseline", #"heap{revision="v41"}"#,
        ])
        #expect(memory.code == 0, "\(memory.errors)")
        #expect(memory.output.contains("verdict: degraded"), "\(memory.output)")

        // What Prometheus itself refuses comes in its own words, with the option that is wrong.
        let wrong = await Self.run(Self.errors(prometheus.url).map { $0.contains("canary") || !$0.hasPrefix("http_") ? $0 : "sum(" })
        #expect(wrong.code == 1)
        #expect(wrong.errors.contains("Prometheus refused the query") && wrong.errors.contains("parse error"))
        let nothing = await Self.run(Self.errors(prometheus.url).map { $0.hasPrefix("http_") ? "absent_metric" : $0 })
        #expect(nothing.code == 1)
        #expect(nothing.errors.contains("fewer than two steps"))
    }

    @Test(arguments: [
        (["errors"], "there is nothing to analyze"),
        (["errors", "x.csv", "--prometheus", "http://127.0.0.1:1"], "goes without a file"),
        (["errors", "x.csv", "--save", "y.json"], "--save: goes without a file"),
        (["errors", "x.csv", "--query-canary-errors", "up"], "--query-canary-errors: goes without a file"),
        (["memory", "x.csv", "--step", "15s"], "--step: goes without a file"),
        (["latency", "x.csv", "--from", "-2h"], "--from: goes without a file"),
        (["errors", "--prometheus", "127.0.0.1:9090", "--from", "-2h"], "is no http or https URL"),
        (["errors", "--prometheus", "http://127.0.0.1:1"], "--from"),
        (["errors", "--prometheus", "http://127.0.0.1:1", "--from", "yesterday"], "'yesterday' is no time"),
        (["errors", "--prometheus", "http://127.0.0.1:1", "--from", "-1h", "--to", "-2h"], "must lie before --to"),
        (["errors", "--prometheus", "http://127.0.0.1:1", "--from", "-90d", "--step", "1s"], "more than 10000 polls"),
        (["errors", "--prometheus", "http://127.0.0.1:1", "--from", "-2h", "--step", "15"], "is not a length of time"),
        (["errors", "--prometheus", "http://127.0.0.1:1", "--from", "-2h"], "--query-canary-requests"),
        (["errors", "--prometheus", "http://127.0.0.1:1", "--from", "-2h", "--secret", "hunter2"], "must be env:NAME or file:PATH"),
        (
            ["latency", "--prometheus", "http://127.0.0.1:1", "--from", "-2h", "--query-canary", "a", "--query-baseline", "b"],
            "cannot be asked"
        ),
    ])
    func badOptionsAreNamed(arguments: [String], words: String) async {
        let (code, _, complaints) = await Self.run(arguments)
        #expect(code == 1)
        #expect(complaints.contains(words), "\(complaints)")
        #expect(!complaints.contains("hunter2"))
    }

    /// A saved range whose counters end at a value.
    private static func range(_ value: String) -> String {
        let answer = #"{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[5,"1"],[10,"\#(value)"]]}]}}"#
        let names = ["canary_requests", "canary_errors", "baseline_requests", "baseline_errors"]
        return "{" + names.map { "\"\($0)\":" + answer }.joined(separator: ",") + "}"
    }

    @Test(arguments: [
        ("{", ":1:1: this begins like JSON, and is none: not JSON at byte 1"), (range("-5"), "no counter is negative"),
        (range("1e300"), "at most 10^11 are judged"), ("{}", "no member 'canary_requests'"),
        (#"{"canary_requests": 3}"#, "no answer of Prometheus' query API"),
        (#"{"canary_requests": {"status":"error","error":"boom"}}"#, "boom"),
        (#"{"canary_requests": {"status":"success","data":{"resultType":"vector","result":[]}}}"#, "is a vector, not a range"),
        (
            #"{"canary_requests": {"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[5,"1"],[5,"2"]]}]}}}"#,
            "do not rise"
        ),
        (
            #"{"canary_requests": {"status":"success","warnings":["a store is away"],"data":{"resultType":"matrix","result":[]}}}"#,
            "the answer is partial"
        ),
    ])
    func badFilesAreNamed(text: String, words: String) async throws {
        let path = "/tmp/tidegate-range-\(UUID().uuidString.prefix(13))"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let (code, _, complaints) = await Self.run(["errors", path])
        #expect(code == 1)
        #expect(complaints.contains(words), "\(complaints)")
        #expect(complaints.contains(path))
    }
}
