import ReleaseModel
import Testing

@testable import LogMining

@Suite("Log sequences")
struct SequenceTests {
    private static let now = Timestamp(rfc3339: "2026-11-21T02:15:00Z")!

    private static func rule(_ pattern: String, within: String = "5m", by: String? = "user") throws -> SequenceRule {
        var entry: [String: JSONValue] = ["name": "r", "pattern": .string(pattern), "within": .string(within)]
        entry["by"] = by.map { .string($0) }
        return try #require(SequenceRule.read([.object(entry)]).rules.first)
    }

    @Test(
        "A pattern has one spelling",
        arguments: [
            (#""a""#, #""a""#), (#" "pay * failed"  then 3 times "retry" and error "#, #""pay * failed" then 3 times "retry" and error"#),
            (#"exception TimeoutException then fatal"#, #"exception TimeoutException then fatal"#), (#""a \* \"b\"""#, #""a \* \"b\"""#),
            (#"1 times "a""#, #""a""#),
        ])
    func spelling(source: String, expected: String) throws {
        let pattern = try SequencePattern(source)
        #expect(pattern.description == expected)
        #expect(try SequencePattern(expected) == pattern)
    }

    @Test(
        "What is wrong is said with its place and what would be right",
        arguments: [
            ("", "column 1: an event is missing here", "write"), (#""a" "b""#, "column 5: between two events a word is missing", "'then'"),
            (#""a" than "b""#, "column 5: 'than' is not understood here", "did you mean 'then'?"),
            (#""a" then"#, "column 9: an event is missing here", "exception Name"),
            (#""a"#, "column 1: the text is not closed", "quotation mark"),
            (#"3 "a""#, "column 2: after 3 the word 'times' is missing", "write 3 times"),
            (#"99 times "a""#, "column 1: '99' is no number of 1 to 32", ""),
            (#""*""#, "column 1: the text is empty", "name what"),
            ("exception", "column 10: the name of the exception is missing", "TimeoutException"),
            ("eror", "column 1: 'eror' is not understood here", "did you mean 'error'?"),
            (#"20 times "a" then 20 times "b""#, "column 1: the pattern waits for more than 32", "fewer"),
        ])
    func refused(source: String, message: String, suggestion: String) {
        let error = #expect(throws: SequenceError.self) { try SequencePattern(source) }
        #expect(error?.description.hasPrefix(message) == true, "\(String(describing: error))")
        #expect(error?.description.contains(suggestion) == true, "\(String(describing: error))")
    }

    @Test("Entries are read with their mistakes")
    func entries() {
        let (rules, problems) = SequenceRule.read([
            ["name": "ok", "pattern": "\"a\"", "within": "5m"], ["name": "ok", "pattern": "\"a\"", "within": "5m"],
            ["name": "q\"", "pattern": "\"a\"", "within": "5m"], ["name": "b", "pattern": "x", "within": "5m"],
            ["name": "c", "pattern": "\"a\"", "within": "5h"], ["name": "d", "pattern": "\"a\"", "within": "5m", "key": "user"], "e",
        ])
        #expect(rules.map(\.name) == ["ok"])
        #expect(rules.first?.holds == .seconds(300))
        #expect(problems.map(\.member) == ["name", "name", "pattern", "within", "key", ""])
        #expect(problems.map(\.index) == [1, 2, 3, 4, 5, 6])
    }

    /// Feeds lines of "second user text" through watch and tracking, in polls of ten seconds.
    private static func matches(_ rule: SequenceRule, _ lines: [(second: Double, line: String)], arm: String = Arm.canary) throws
        -> SequenceStanding
    {
        var collector = LogCollector()
        collector.watch(["checkout": SequenceWatch(rules: [rule], salt: "salt")])
        var tracking = SequenceTracking()
        for line in lines {
            collector.add(
                LogRecord(
                    source: LogSource(service: "checkout", revision: "v42", instance: "i"), time: now + .seconds(line.second),
                    severity: nil,
                    line: line.line), now: now + .seconds(line.second))
        }
        _ = collector.drainEverything(now: now + .seconds(4000))
        let steps = collector.drainSteps().flatMap(\.steps).map { step in
            var step = step
            step.arm = arm
            return step
        }
        var end = now
        for start in stride(from: 0.0, to: (lines.last?.second ?? 0) + 10, by: 10) {
            end = now + .seconds(start + 10)
            tracking.observe(steps.filter { $0.at >= now + .seconds(start) && $0.at < end }, rules: [rule], windowEnd: end)
            // What is stored is what goes on.
            tracking = try JSONValue(encoding: tracking).decoded()
        }
        return tracking.standing(of: rule, arm: Arm.canary, at: end)
    }

    @Test("A, then three times B by the same key within five minutes")
    func theExample() throws {
        let rule = try Self.rule(#""payment failed" then 3 times "retry""#)
        func lines(_ events: [(Double, String, String)]) -> [(second: Double, line: String)] {
            events.map { ($0.0, "ERROR \($0.2) user=\($0.1)") }
        }
        let complete = lines([
            (1, "a", "payment failed"), (20, "a", "retry"), (40, "b", "other"), (60, "a", "retry 2"), (290, "a", "retry"),
        ])
        let standing = try Self.matches(rule, complete)
        #expect(standing.isComplete && standing.matches == 1 && standing.lastMatch == Self.now + .seconds(290))
        #expect(standing.lastKey?.count == 16 && standing.lastKey?.contains("a=") == false)
        // By another key, too late, too few, in the wrong order.
        let incomplete = [
            lines([(1, "a", "payment failed"), (20, "a", "retry"), (60, "b", "retry"), (90, "a", "retry")]),
            lines([(1, "a", "payment failed"), (20, "a", "retry"), (60, "a", "retry"), (302, "a", "retry")]),
            lines([(20, "a", "retry"), (30, "a", "retry"), (40, "a", "retry"), (50, "a", "payment failed")]),
            [(1.0, "ERROR payment failed"), (2.0, "retry"), (3.0, "retry"), (4.0, "retry")],
        ]
        for lines in incomplete { #expect(try Self.matches(rule, lines).matches == 0) }
        #expect(try Self.matches(rule, complete, arm: Arm.stable).matches == 0)
        // The later beginning counts: the first failure is too old for the third retry.
        let again = lines([
            (1, "a", "payment failed"), (200, "a", "payment failed"), (210, "a", "retry"), (220, "a", "retry"), (400, "a", "retry"),
        ])
        #expect(try Self.matches(rule, again).matches == 1)
    }

    @Test("One event counts once, and a match starts anew")
    func counting() throws {
        let rule = try Self.rule(#"2 times "x""#, by: nil)
        #expect(try Self.matches(rule, [(1, "x x")]).matches == 0)
        #expect(try Self.matches(rule, [(1, "x"), (2, "x"), (3, "x"), (4, "x"), (5, "x")]).matches == 2)
        let both = try Self.rule(#""x" then "x" and exception TimeoutException"#, by: nil)
        #expect(try Self.matches(both, [(1, "x\njava.util.concurrent.TimeoutException: t\n\tat a.B.c(B.java:1)")]).matches == 0)
        #expect(try Self.matches(both, [(1, "x"), (2, "x\njava.util.concurrent.TimeoutException: t\n\tat a.B.c(B.java:1)")]).matches == 1)
    }

    @Test("The shared value is a field of JSON, logfmt, text or what the shipper says")
    func keys() {
        for line in [
            #"{"message":"m","user":"17"}"#, #"level=info msg="m" user=17"#, "m user=17, ok", "m user: 17", #"{"message":"m user=17"}"#,
        ] {
            #expect(FieldText.value(of: "user", in: line) == "17", "\(line)")
        }
        for line in ["m superuser=17", "m user 17", "user=", "user"] { #expect(FieldText.value(of: "user", in: line) == nil, "\(line)") }
    }

    @Test("State stays bounded, and what was given up makes the answer uncertain")
    func bounds() throws {
        let rule = try Self.rule(#""a" then 3 times "b""#)
        var tracking = SequenceTracking()
        let steps = (0..<20_000).map {
            LogStep(arm: Arm.canary, sequence: rule.identity, steps: 1, key: "k\($0)", at: Self.now + .milliseconds(Int64($0 % 1000)))
        }
        tracking.observe(steps, rules: [rule], windowEnd: Self.now + .seconds(10))
        #expect(tracking.tracks.reduce(0) { $0 + $1.times } <= SequenceTracking.maximumTimes)
        #expect(try JSONValue(encoding: tracking).canonicalBytes.count < 400_000)
        #expect(tracking.standing(of: rule, arm: Arm.canary, at: Self.now + .seconds(10)).isUncertain)
        #expect(!tracking.standing(of: rule, arm: Arm.canary, at: Self.now + .seconds(400)).isUncertain)
        tracking.observe([], rules: [rule], windowEnd: Self.now + .seconds(400))
        #expect(tracking.standing(of: rule, arm: Arm.canary, at: Self.now + .seconds(400)).keys == 0)
    }

    @Test("Too many events are left out, and that is said")
    func leftOut() throws {
        let rule = try Self.rule(#""a""#, by: nil)
        var limits = LogCollectorLimits()
        limits.stepsPerRevision = 10
        var collector = LogCollector(limits: limits)
        collector.watch(["checkout": SequenceWatch(rules: [rule], salt: "salt")])
        for _ in 0..<100 {
            collector.add(
                LogRecord(source: LogSource(service: "checkout", revision: "v42", instance: "i"), time: Self.now, severity: nil, line: "a"),
                now: Self.now)
        }
        _ = collector.drainEverything(now: Self.now)
        let steps = collector.drainSteps().flatMap(\.steps)
        #expect(steps.count == 11)
        #expect(steps.last?.steps == 0)
        #expect(collector.drainSteps().isEmpty)
    }
}
