import Testing

@testable import LogBenchmark

@Suite("The benchmark of log templates")
struct LogBenchmarkTests {
    @Test("A group is right when it is exactly a label's lines")
    func accuracy() {
        #expect(GroupingAccuracy.of([1, 1, 2, 2], labels: ["a", "a", "b", "b"]) == 1)
        // One line too many in a group makes all of its lines wrong, and those that miss it.
        #expect(GroupingAccuracy.of([1, 1, 1, 2], labels: ["a", "a", "b", "b"]) == 0)
        #expect(GroupingAccuracy.of([1, 1, 2, 3], labels: ["a", "a", "b", "b"]) == 0.5)
        #expect(GroupingAccuracy.of([Int](), labels: []) == 1)
    }

    @Test("Labelled files are read with quotation marks, commas and line ends in their messages")
    func csv() throws {
        let log = try LabelledLog(
            system: "X", csv: "LineId,Content,EventId\r\n1,\"a \"\"b\"\", c\",E1\r\n2,plain,E2\n3,\"two\nlines\",E1\n")
        #expect(log.messages == ["a \"b\", c", "plain", "two lines"])
        #expect(log.labels == ["E1", "E2", "E1"])
        #expect(throws: LabelledLogError.noColumns("X")) { try LabelledLog(system: "X", csv: "a,b\n") }
    }

    @Test("A line belongs to the template as it is at the end, not as it was when it came")
    func assignments() {
        let words = ["alpha", "beta", "gamma", "delta"]
        let groups = TidegateMiner.assignments(of: words.map { "order of the customer \($0) was shipped" })
        #expect(Set(groups).count == 1)
    }

    @Test("The long run looks ten times and stays within the miner's bounds")
    func memory() {
        let run = MemoryRun(lines: 20_000)
        #expect(run.points.map(\.lines) == (1...10).map { $0 * 2000 })
        #expect(run.points.allSatisfy { $0.templates > 10 && $0.templates <= 2000 })
    }

    @Test("Missed targets are told")
    func targets() {
        let slow = MinedLog(accuracy: 0.5, linesPerSecond: 1000)
        let log = LabelledLog(system: "HDFS", messages: ["a"], labels: ["E1"])
        let report = LogReport(systems: [.init(log, tidegate: slow, drain3: .init(plain: slow, masked: slow))], memory: nil)
        #expect(report.targets.map(\.holds) == [false, false, false, false])
        #expect(report.text.contains("MISSED  no system below what Drain reaches with parameters of its own (HDFS)"))
    }
}
