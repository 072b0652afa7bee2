import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// Templates that became one, and counts of collectors.
@Suite struct LogTemplateTests {
    private static func count(_ template: String, _ count: Int, at window: Timestamp, text: String = "text") -> LogCount {
        LogCount(
            arm: "", instance: "i", template: template, text: text, severity: .error, exceptionClass: nil, count: count, windowStart: window
        )
    }

    private static func batch(_ counts: [LogCount]) -> LogCountBatch {
        LogCountBatch(service: "checkout", revision: "v42", instance: "i", counts: counts)
    }

    private static func stored(_ bench: Bench, since start: Timestamp) async throws -> [String: Int] {
        let found = try await bench.store.logCounts(
            service: "checkout", revisions: ["v42"], after: start - .seconds(60), through: start + .seconds(600))
        return found.reduce(into: [:]) { $0["\($1.count.template) \($1.count.text)", default: 0] += $1.count.count }
    }

    private static let start = Timestamp(rfc3339: "2026-11-21T02:15:00Z")!

    @Test func countsComeUnderTheTemplateThatWasSeenFirst() async throws {
        try await Bench.with { bench in
            let start = Self.start
            try await bench.store.addLogCounts(Self.batch([Self.count("aaaa", 1, at: start)]))
            try await bench.store.addLogCounts(Self.batch([Self.count("bbbb", 2, at: start + .seconds(10))]))
            // The collector was born with the other one, and calls it the wider.
            try await bench.store.mergeLogTemplates([LogTemplateMerge(alias: "aaaa", template: "bbbb", text: "te<*>")], service: "checkout")
            try await bench.store.addLogCounts(
                Self.batch([Self.count("bbbb", 4, at: start + .seconds(20)), Self.count("aaaa", 8, at: start + .seconds(20))]))
            // What was counted before stays where it was.
            #expect(try await Self.stored(bench, since: start) == ["aaaa te<*>": 13, "bbbb text": 2])
        }
    }

    @Test func mergesOfMergedTemplatesMeet() async throws {
        try await Bench.with { bench in
            let start = Self.start
            let names = ["aaaa", "bbbb", "cccc", "dddd"]
            for (index, name) in names.enumerated() {
                try await bench.store.addLogCounts(Self.batch([Self.count(name, 1, at: start + .seconds(Double(index) * 10))]))
            }
            func merge(_ alias: String, _ template: String) async throws {
                try await bench.store.mergeLogTemplates(
                    [LogTemplateMerge(alias: alias, template: template, text: "text")], service: "checkout")
            }
            try await merge("dddd", "cccc")
            try await merge("bbbb", "aaaa")
            try await merge("dddd", "bbbb")
            try await merge("dddd", "bbbb")
            try await merge("zzzz", "yyyy")
            try await bench.store.addLogCounts(Self.batch(names.map { Self.count($0, 10, at: start + .seconds(50)) }))
            #expect(try await Self.stored(bench, since: start)["aaaa text"] == 41)
            #expect(try await bench.count("log_template_alias") == 3)
        }
    }

    @Test func aPushThatIsSentTwiceIsCountedOnce() async throws {
        try await Bench.with { (bench: Bench) async throws -> Void in
            let start = Self.start
            func push(_ number: Int, _ collector: String = "collector-1") async throws -> Bool {
                try await bench.store.addCollectedLogs(
                    CollectedLogs(
                        batch: Self.batch([Self.count("aaaa", 5, at: start)]),
                        merges: [LogTemplateMerge(alias: "bbbb", template: "aaaa", text: "wider")], collector: collector, number: number))
            }
            #expect(try await push(1))
            #expect(try await push(1) == false)
            #expect(try await push(2))
            #expect(try await push(1) == false)
            #expect(try await push(1, "collector-2"))
            #expect(try await Self.stored(bench, since: start) == ["aaaa wider": 15])
        }
    }
}
