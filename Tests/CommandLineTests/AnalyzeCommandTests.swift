import Foundation
import Testing

@testable import tidegate

/// `tidegate analyze`: figures of the reference, verdicts, and errors that say line and column.
@Suite struct AnalyzeCommandTests {
    private static func run(_ arguments: [String]) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        let code = await Invocation(console: console, environment: ["HOME": "/nonexistent"]).run(["analyze"] + arguments)
        return (code, console.written, console.complaints)
    }

    private static func withFile<Value>(_ text: String, _ body: (String) async throws -> Value) async throws -> Value {
        let path = "/tmp/tidegate-analyze-\(UUID().uuidString.prefix(13))"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try await body(path)
    }

    private struct Report: Decodable {
        struct Poll: Decodable { var logE: Double }
        var polls: [Poll]
        var verdict: String
    }

    private static let errors = """
        canary_requests,canary_errors,baseline_requests,baseline_errors
        100,1,900,2
        120,3,880,1
        80,2,920,4

        """

    /// S2 of the reference: polls (N, c, M, b), grid {1.25,1.5,2,3,5,10}.
    @Test(arguments: [
        (["--method", "a1"], 4.648608485685411, "degraded"), (["--method", "a1x"], 4.67865939997624, "degraded"),
        (["--method", "a1", "--tolerance", "1.2"], 3.8041932282172293, "inconclusive"),
    ])
    func theVectorsOfTheReference(options: [String], logE: Double, verdict: String) async throws {
        try await Self.withFile(Self.errors) { path in
            let (code, output, complaints) = await Self.run(
                ["errors", path, "--alternatives", "1.25,1.5,2,3,5,10", "-o", "json"] + options)
            #expect(code == 0, "\(complaints)")
            let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
            #expect(report.polls.count == 3)
            #expect(abs((report.polls.last?.logE ?? 0) - logE) < 1e-9)
            #expect(report.verdict == verdict)
        }
    }

    @Test func whatPeopleRead() async throws {
        try await Self.withFile(Self.errors.replacing("\n", with: "\r\n")) { path in
            let picture = path + ".svg"
            defer { try? FileManager.default.removeItem(atPath: picture) }
            let (code, output, _) = await Self.run(["errors", path, "--svg", picture])
            #expect(code == 0)
            #expect(output.contains("canary: 6 errors of 300 requests (2.000%)"))
            #expect(output.contains("verdict: degraded, ln E reached 4.605 at poll 3"))
            let drawn = try String(contentsOfFile: picture, encoding: .utf8)
            #expect(drawn.hasPrefix("<svg "))
        }
    }

    @Test(arguments: [
        ("", ":1:1: the file is empty"), ("\n# a remark\n", ":1:1: the file is empty"),
        ("100,1,900,2\n", ":1:1: '100' is not the name of a column"),
        (errors.replacing(",", with: ";"), ":1:16: the columns are separated by semicolons"),
        (errors.replacing(",", with: "\t"), ":1:16: the columns are separated by tabs"),
        (errors + "100,0x10,900,2\n", ":5:5: '0x10' is not a number"), (errors + "100,inf,900,2\n", ":5:5: 'inf' is not a number"),
        (errors + "1e12,1,900,2\n", ":5:1: canary_requests must be a whole number from 0 to 10^11, and is 1000000000000\n"),
        (errors + "100,1,\u{0}900,2\n", ":5:7: here is a control character"),
        ("a,b\n1,2\n", ":1:1: there is no column 'canary_requests'"),
        (errors + "1,2,3\n", ":5:6: this line has 3 values, and the first line names 4 columns"),
        (errors + "100,1,900,2,7\n", ":5:13: this line has 5 values"),
        (errors + "# a remark\n\n100, x,900,2\n", ":7:6: 'x' is not a number"),
        (errors + "100,1.5,900,2\n", ":5:5: canary_errors must be a whole number"),
        (errors + "100,-1,900,2\n", ":5:5: canary_errors must be a whole number"),
        (errors + "100,,900,2\n", ":5:5: canary_errors is missing"),
        (errors + "100,101,900,2\n", ":5:5: canary_errors is larger than canary_requests"),
        (errors + "100,1,900,901\n", ":5:11: baseline_errors is larger than baseline_requests"),
        (errors + "100,nan,900,2\n", ":5:5: 'nan' is not a number"),
        ("canary_requests,canary_requests\n", ":1:17: the column 'canary_requests' is named twice"),
    ])
    func whatIsWrongIsSaidWithLineAndColumn(text: String, expected: String) async throws {
        try await Self.withFile(text) { path in
            let (code, output, complaints) = await Self.run(["errors", path])
            #expect(code == 1)
            #expect(output.isEmpty)
            #expect(complaints.contains(path + expected), "\(complaints)")
            // What would be right follows on a line of its own.
            #expect(complaints.split(separator: "\n").dropFirst().contains { $0.hasPrefix("  ") }, "\(complaints)")
        }
    }

    @Test func bytesThatAreNoTextAreSaidWithLineAndColumn() async throws {
        let path = "/tmp/tidegate-analyze-\(UUID().uuidString.prefix(13))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try (Data(Self.errors.utf8) + Data("é,".utf8) + Data([0xff, 0xfe, 0x00])).write(to: URL(filePath: path))
        let (code, _, complaints) = await Self.run(["errors", path])
        #expect(code == 1)
        #expect(complaints.contains(path + ":5:3: the file is not UTF-8 text\n  save it"), "\(complaints)")
        #expect(await Self.run(["errors", "/tmp"]).errors.contains("/tmp: this is a folder, not a file"))
    }

    /// Exponents are numbers; more errors than requests by an exponent are found all the same.
    @Test func exponentsAreNumbers() async throws {
        try await Self.withFile(Self.errors + "1e2,1E0,9e2,2\n") { path in #expect(await Self.run(["errors", path]).code == 0) }
    }

    @Test(arguments: [
        (["--alternatives", "2,x"], "--alternatives: 'x' is not a ratio above the tolerance"),
        (["--alternatives", "1.1", "--tolerance", "1.2"], "--alternatives: '1.1' is not a ratio above the tolerance"),
        (["--tolerance", "50"], "--alternatives: there is no ratio above the tolerance"),
        (["--alpha", "0"], "--alpha: must be above 0"), (["--late-onset", "1"], "--late-onset: must be from 0 to 0.9"),
    ])
    func optionsAreChecked(options: [String], expected: String) async throws {
        try await Self.withFile(Self.errors) { path in
            let (code, _, complaints) = await Self.run(["errors", path] + options)
            #expect(code == 1)
            #expect(complaints.contains(expected), "\(complaints)")
        }
    }

    private static let buckets = """
        canary_le_0.1,canary_le_0.25,canary_le_0.5,canary_le_1,canary_le_+inf,baseline_le_0.1,baseline_le_0.25,baseline_le_0.5,baseline_le_1,baseline_le_+Inf
        40,80,95,99,100,420,850,970,995,1000
        30,70,90,97,100,415,845,965,992,1000

        """

    @Test func latency() async throws {
        try await Self.withFile(Self.buckets) { path in
            let (code, output, complaints) = await Self.run(["latency", path, "--alternatives", "1.25,1.5,2,3,5", "-o", "json"])
            #expect(code == 0, "\(complaints)")
            let report = try JSONDecoder().decode(Report.self, from: Data(output.utf8))
            #expect(abs((report.polls.last?.logE ?? 0) - 3.3498732392192223) < 1e-9)
            #expect(await Self.run(["latency", path]).output.contains("p95"))
            #expect(await Self.run(["latency", path, "--method", "a4"]).errors.contains("a4 compares rates"))
        }
        try await Self.withFile(Self.buckets + "30,20,90,97,100,415,845,965,992,1000\n") { path in
            let (_, _, complaints) = await Self.run(["latency", path])
            #expect(complaints.contains(":4:4: canary_le_0.25 is smaller than the bucket below it"), "\(complaints)")
        }
        try await Self.withFile("canary_le_1,canary_le_1.0,canary_le_+inf,baseline_le_1,baseline_le_+inf\n1,1,1,1,1\n") { path in
            #expect(await Self.run(["latency", path]).errors.contains("'canary_le_1' and 'canary_le_1.0' are the same edge"))
        }
        try await Self.withFile("canary_le_-inf,canary_le_+inf,baseline_le_1,baseline_le_+inf\n1,1,1,1\n") { path in
            #expect(await Self.run(["latency", path]).errors.contains("'canary_le_-inf' does not end in an edge"))
        }
        try await Self.withFile("canary_le_1,canary_le_+inf,baseline_le_2,baseline_le_+inf\n1,1,1,1\n") { path in
            #expect(await Self.run(["latency", path]).errors.contains("both arms must have the same edges"))
        }
    }

    @Test func thePictureShowsTheInstanceThatGrows() async throws {
        let rows = (0..<80).map { "\($0 * 60),200000000,\(200_000_000 + $0 * 1_000_000),200000000" }
        try await Self.withFile("time_seconds,canary_1,canary_2,baseline\n" + rows.joined(separator: "\n")) { path in
            let picture = path + ".svg"
            defer { try? FileManager.default.removeItem(atPath: picture) }
            #expect(await Self.run(["memory", path, "--svg", picture]).output.contains("and steadily: canary_2 until"))
            let drawn = (try? String(contentsOfFile: picture, encoding: .utf8)) ?? ""
            #expect(drawn.contains("Memory of canary_2 less the baseline: degraded"), "\(drawn.prefix(200))")
        }
    }

    @Test func memory() async throws {
        let rows = (0..<80).map { minute in
            let sawTooth = Double(minute % 5) * 8e6
            return "\(minute * 60),\(Int(200e6 + sawTooth + Double(minute) * 1e6)),\(Int(200e6 + sawTooth)),"
        }
        try await Self.withFile("time_seconds,canary_1,baseline_1,baseline_2\n" + rows.joined(separator: "\n")) { path in
            let (code, output, complaints) = await Self.run(["memory", path])
            #expect(code == 0, "\(complaints)")
            #expect(output.contains("verdict: degraded, the floor grew by 60.0 MB/h"), "\(output)")
            #expect(await Self.run(["memory", path, "--limit", "90"]).output.contains("verdict: healthy"))
            #expect(await Self.run(["memory", path, "--block", "1s"]).errors.contains("--block: gives more than 1000 blocks"))
            #expect(await Self.run(["memory", path, "--block", "soon"]).errors.contains("--block: 'soon' is not a length of time"))
        }
        try await Self.withFile("time_seconds,canary,baseline\n60,1,1\n30,1,1\n") { path in
            #expect(await Self.run(["memory", path]).errors.contains(":3:1: time_seconds does not rise"))
        }
        try await Self.withFile("time_seconds,canary,baseline\n60,1,1\n90,1e19,1\n") { path in
            #expect(await Self.run(["memory", path]).errors.contains(":3:4: canary must be bytes"))
        }
        try await Self.withFile("time_seconds,canary,baseline\n1760000400000,1,1\n") { path in
            #expect(await Self.run(["memory", path]).errors.contains("are these milliseconds?"))
        }
        try await Self.withFile("time_seconds,canary,heap\n60,1,1\n") { path in
            #expect(await Self.run(["memory", path]).errors.contains("the column 'heap' belongs to no arm"))
        }
    }
}
