import LogMining
import ReleaseModel
import Testing

@Suite("Collecting and counting")
struct LogCollectorTests {
    private let start = Timestamp(rfc3339: "2026-11-21T02:15:00Z")!
    private let source = LogSource(service: "checkout", revision: "v42", instance: "canary-1")

    private func record(_ line: String, at seconds: Double, severity: LogSeverity? = nil, instance: String = "canary-1") -> LogRecord {
        LogRecord(
            source: LogSource(service: "checkout", revision: "v42", instance: instance), time: start + .seconds(seconds),
            severity: severity,
            line: line)
    }

    @Test("Counts are increments by source, template and ten seconds of the record's own time")
    func windows() {
        var collector = LogCollector()
        for (line, seconds) in [("order 1 shipped", 1.0), ("order 2 shipped", 9.999), ("order 3 shipped", 10), ("cart 4 empty", 11)] {
            collector.add(record(line, at: seconds), now: start + .seconds(11))
        }
        let first = collector.drain(now: start + .seconds(12))
        #expect(first.map(\.source) == [source])
        #expect(first[0].counts.map(\.count) == [2, 1, 1])
        #expect(first[0].counts.map(\.text) == ["order <*> shipped", "order <*> shipped", "cart <*> empty"])
        #expect(first[0].counts.map(\.windowStart) == [start, start + .seconds(10), start + .seconds(10)])
        // A window that is still open comes again, with nothing but what was added.
        collector.add(record("order 5 shipped", at: 12), now: start + .seconds(12))
        #expect(collector.drain(now: start + .seconds(14)).flatMap(\.counts).map(\.count) == [1])
        #expect(collector.drain(now: start + .seconds(15)).isEmpty)
    }

    @Test("A stack trace that comes line by line is one event with its exception")
    func folds() {
        var collector = LogCollector()
        for line in [
            "ERROR could not price order 17", "java.lang.NullPointerException: discount is null",
            "\tat com.example.PricingService.applyDiscount(PricingService.java:87)", "\tat com.example.Controller.place(Controller.java:1)",
            "Caused by: java.lang.IllegalStateException: no", "\tat com.example.Discounts.find(Discounts.java:3)", "\t... 2 more",
            "INFO order 18 placed",
        ] {
            collector.add(record(line, at: 1), now: start + .seconds(1))
        }
        let counts = collector.drain(now: start + .seconds(3)).flatMap(\.counts)
        #expect(counts.map(\.count) == [1, 1])
        #expect(counts.map(\.severity) == [.error, .info])
        #expect(counts.map(\.exceptionClass) == ["java.lang.IllegalStateException", nil])
        #expect(counts[0].text.contains("com.example.Discounts.find"))
        #expect(collector.statistics.records == 8)
        #expect(collector.statistics.events == 2)
    }

    @Test("Lines of two instances that come by turns are not mixed")
    func interleaved() {
        var collector = LogCollector()
        for line in ["ERROR broke", "java.io.IOException: a", "\tat a.B.c(B.java:1)"] {
            for instance in ["i1", "i2"] { collector.add(record(line, at: 1, instance: instance), now: start + .seconds(1)) }
        }
        let batches = collector.drain(now: start + .seconds(3))
        #expect(batches.map(\.source.instance) == ["i1", "i2"])
        #expect(batches.flatMap(\.counts).map(\.exceptionClass) == ["java.io.IOException", "java.io.IOException"])
    }

    @Test("Late records are dropped and counted, records from the future count as now")
    func clocks() {
        var collector = LogCollector()
        collector.add(record("old", at: -301), now: start)
        collector.add(record("new", at: 3600), now: start)
        let counts = collector.drain(now: start + .seconds(2)).flatMap(\.counts)
        #expect(counts.map(\.windowStart) == [start])
        #expect(collector.statistics.late == 1)
        #expect(collector.statistics.ahead == 1)
    }

    @Test("Counters, services and events are bounded; what does not fit is counted")
    func bounded() {
        var limits = LogCollectorLimits()
        limits.counters = 10
        limits.services = 2
        limits.linesPerEvent = 5
        var collector = LogCollector(limits: limits)
        for service in ["a", "b", "c"] {
            let own = LogSource(service: service, revision: "v1", instance: "i")
            for window in 0..<8 {
                collector.add(
                    LogRecord(source: own, time: start + .seconds(Double(window) * 10), severity: nil, line: "beat"),
                    now: start + .seconds(80))
            }
        }
        #expect(collector.drainEverything(now: start + .seconds(81)).flatMap(\.counts).count == 10)
        #expect(collector.statistics.overflow == 14)
        for _ in 0..<100 { collector.add(record("\tat a.b", at: 80), now: start + .seconds(80)) }
        #expect(collector.statistics.cutLines == 95)
    }

    @Test("Templates that became one are told once, by service")
    func aliases() {
        var collector = LogCollector()
        for word in ["alpha", "beta", "gamma", "delta", "omega"] {
            collector.add(record("order of the customer \(word) was shipped", at: 1), now: start + .seconds(1))
        }
        let counts = collector.drainEverything(now: start + .seconds(3)).flatMap(\.counts)
        let merged = collector.drainAliases()
        #expect(merged.map(\.service) == ["checkout"])
        #expect(merged[0].aliases.map(\.text) == Array(repeating: "order of the customer <*> was shipped", count: 3))
        #expect(Set(merged[0].aliases.map(\.template)) == [counts[0].template])
        #expect(collector.drainAliases().isEmpty)
    }
}
