import Foundation
import ReleaseModel
import ReleaseStore
import Testing

@testable import tidegate

/// `tidegate logs mine|compare|collect`.
@Suite struct LogsCommandTests {
    private static func run(_ arguments: [String]) async -> (code: Int32, output: String, errors: String) {
        let console = Console.buffer()
        let code = await Invocation(console: console, environment: ["HOME": "/nonexistent"]).run(["logs"] + arguments)
        return (code, console.written, console.complaints)
    }

    private struct Report: Decodable {
        struct Figures: Decodable { var lines: Int; var events: Int; var cutLines: Int }
        struct Template: Decodable { var id: String; var text: String; var severity: String; var exceptionClass: String?; var count: Int }
        var figures: Figures
        var templates: [Template]
    }

    private static func mined(_ path: String) async throws -> Report {
        let (code, output, errors) = await run(["mine", path, "-o", "json"])
        #expect(code == 0, "\(errors)")
        return try JSONDecoder().decode(Report.self, from: Data(output.utf8))
    }

    private static let log = """
        INFO order 1 placed
        INFO order 2 placed
        ERROR could not price order 3
        java.lang.NullPointerException: discount is null
        \tat com.example.Prices.apply(Prices.java:87)
        INFO order 4 placed

        """

    @Test func templatesWithTheirCounts() async throws {
        try await TemporaryFolder.run { folder in
            let path = try folder.write(Self.log, to: "app.log")
            let report = try await Self.mined(path)
            #expect(report.figures.lines == 6 && report.figures.events == 4)
            #expect(report.templates.map(\.count) == [3, 1])
            #expect(report.templates.map(\.severity) == ["info", "error"])
            #expect(report.templates.map(\.exceptionClass) == [nil, "java.lang.NullPointerException"])
            let table = await Self.run(["mine", path])
            #expect(table.output.hasPrefix("events  severity  id                template\n     3  info "))
            #expect(table.output.hasSuffix("2 templates in 4 events on 6 lines\n"))
            let first = await Self.run(["mine", path, "--limit", "1"])
            #expect(first.output.hasSuffix("on 6 lines; the first 1 are shown\n"))
        }
    }

    @Test func anEmptyLogIsNotCalledTheSame() async throws {
        try await TemporaryFolder.run { folder in
            let (full, empty) = (try folder.write(Self.log, to: "full.log"), try folder.write("", to: "empty.log"))
            #expect(await Self.run(["compare", full, empty]).output == "nothing to compare: there are no events in \(empty)\n")
            #expect(await Self.run(["compare", empty, full]).output == "nothing to compare: there are no events in \(empty)\n")
        }
    }

    @Test func oneIdForEachLine() async throws {
        try await TemporaryFolder.run { folder in
            let path = try folder.write(Self.log, to: "app.log")
            let report = try await Self.mined(path)
            let (code, output, _) = await Self.run(["mine", path, "--assignments"])
            let (placed, failed) = (report.templates[0].id, report.templates[1].id)
            #expect(code == 0)
            #expect(output.split(separator: "\n").map(String.init) == [placed, placed, failed, failed, failed, placed])
        }
    }

    @Test func aLineHasTheIdOfItsTemplateAtTheEnd() async throws {
        try await TemporaryFolder.run { folder in
            let words = ["alpha", "beta", "gamma", "delta", "omega"]
            let path = try folder.write(words.map { "order of the customer \($0) was shipped\n" }.joined(), to: "app.log")
            let (_, output, _) = await Self.run(["mine", path, "--assignments"])
            #expect(output.split(separator: "\n").count == 5)
            #expect(Set(output.split(separator: "\n")).count == 1)
            #expect(try await Self.mined(path).templates.map(\.text) == ["order of the customer <*> was shipped"])
        }
    }

    @Test func anyBytesAreALog() async throws {
        try await TemporaryFolder.run { folder in
            let empty = try await Self.mined(try folder.write("", to: "empty.log"))
            #expect(empty.figures.lines == 0 && empty.templates.isEmpty)
            #expect(await Self.run(["mine", folder.path + "/empty.log"]).output == "0 templates in 0 events on 0 lines\n")
            var bytes = [UInt8]()
            for round in 0..<50 { for byte in UInt8.min...UInt8.max { bytes.append(byte &* UInt8(1 + round % 7)) } }
            try Data(bytes).write(to: URL(filePath: folder.path + "/binary.log"))
            #expect(try await Self.mined(folder.path + "/binary.log").figures.lines >= 50)
            let huge = try folder.write("start " + String(repeating: "x", count: 3 << 20) + "\nnext\r\nno end", to: "huge.log")
            let report = try await Self.mined(huge)
            #expect(report.figures.lines == 3 && report.figures.cutLines == 1)
            #expect(report.templates.map(\.text).contains("next"))
        }
    }

    @Test func errorsSayWhatIsMissing() async throws {
        let missing = await Self.run(["mine", "/nonexistent/app.log"])
        #expect(missing.code == 1 && missing.errors.contains("/nonexistent/app.log: there is no such file"))
        #expect(await Self.run(["mine", "/tmp"]).errors.contains("this is a folder"))
        #expect(await Self.run(["compare", "-", "-"]).code == 64)
        #expect(await Self.run(["mine", "x", "--assignments", "-o", "json"]).code == 64)
        #expect(await Self.run(["collect", "x", "--service", "check out", "--revision", "v42"]).code == 64)
    }

    @Test func differencesAreRanked() async throws {
        try await TemporaryFolder.run { folder in
            let quiet = (0..<2000).map { "INFO order \($0) placed\n" }.joined()
            let stable = try folder.write(quiet + (0..<10).map { "WARN slow query took \($0) ms\n" }.joined(), to: "stable.log")
            let canary = try folder.write(
                quiet + (0..<12).map { "WARN slow query took \($0) ms\n" }.joined()
                    + (0..<40).map { "ERROR payment \($0) was declined\n" }.joined(), to: "canary.log")
            let (code, output, _) = await Self.run(["compare", stable, canary])
            #expect(code == 0)
            let lines = output.split(separator: "\n").map(String.init)
            #expect(lines.count == 3)
            #expect(lines[1].hasPrefix("new          0     40      -  "))
            #expect(lines[1].hasSuffix("error     ERROR payment <*> was declined"))
            #expect(lines[2].hasPrefix("1 of 3 templates differ"))
            let all = await Self.run(["compare", stable, canary, "--all"]).output
            #expect(all.contains("same "))
        }
    }

    @Test func twoCollectorsSendCountsOfOneTemplate() async throws {
        try await LiveServer.run { server in
            try await TemporaryFolder.run { folder in
                let start = try await server.store.now()
                // Each has seen other words first, so that each calls the template by another name.
                for (instance, words) in [
                    ("i-1", ["alpha", "beta", "gamma", "delta"]), ("i-2", ["delta", "omega", "sigma", "kappa", "alpha"]),
                ] {
                    let path = try folder.write(
                        words.map { "ERROR order of the customer \($0) was lost\n" }.joined() + "INFO secret line\n", to: instance)
                    let (code, output, errors) = await server.run(
                        "logs", "collect", path, "--service", "checkout", "--revision", "v42", "--instance", instance)
                    #expect(code == 0, "\(errors)")
                    #expect(output.contains("\(words.count + 1) counted in "))
                }
                let late = try folder.write("ERROR order of the customer zeta was lost\n", to: "late")
                _ = await server.run("logs", "collect", late, "--service", "checkout", "--revision", "v42", "--instance", "i-3")
                let found = try await server.store.logCounts(
                    service: "checkout", revisions: ["v42"], after: start - .seconds(60), through: start + .seconds(120))
                #expect(found.reduce(0) { $0 + $1.count.count } == 12)
                #expect(found.contains { $0.count.text == "ERROR order of the customer <*> was lost" })
            }
        }
    }

    @Test func aServerThatTakesNoCountsIsTold() async throws {
        try await TemporaryFolder.run { folder in
            let path = try folder.write("INFO x\n", to: "app.log")
            let (code, _, errors) = await Self.run(["collect", path, "--service", "checkout", "--revision", "v42"])
            #expect(code == 1 && errors.contains("there is no token"))
        }
    }
}
