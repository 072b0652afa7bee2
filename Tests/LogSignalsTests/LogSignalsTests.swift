import LogMining
import LogSignals
import PluginKit
import ReleaseModel
import Testing

@Suite("LogSignals")
struct LogSignalsTests {
    private let start = Timestamp(rfc3339: "2026-11-21T02:00:00Z")!
    private let context = CallContext(deadline: .now + .seconds(30))

    /// Calls the plugin poll after poll, as the controller does: state goes out with the answer and comes in with the next request.
    private struct Release {
        var plugin = LogSignals()
        var state: JSONValue?
        var configuration: JSONValue = [:]
        var mark: Timestamp?
    }

    private func count(
        _ arm: String, _ template: String, _ count: Int, at seconds: Double, severity: LogSeverity = .error, exception: String? = nil
    ) -> LogCount {
        LogCount(
            arm: arm, instance: "\(arm)-1", template: template, text: "could not price order <*>", severity: severity,
            exceptionClass: exception, count: count, windowStart: start + .seconds(seconds))
    }

    private func harmless(at seconds: Double) -> [LogCount] {
        [count("canary", "i", 100, at: seconds, severity: .info), count("stable", "i", 900, at: seconds, severity: .info)]
    }

    private func poll(_ release: inout Release, _ counts: [LogCount], at seconds: Double) throws -> EvaluationOutput {
        func requests(_ arm: String, _ value: Double) -> Sample {
            Sample(metric: Metric.requests, arm: arm, instance: "\(arm)-1", time: start + .seconds(seconds + 10), value: .delta(value))
        }
        let input = EvaluationInput(
            release: "checkout-7", service: "checkout", configuration: release.configuration, state: release.state, arms: [],
            samples: [requests("canary", 100), requests("stable", 900)], logs: counts, problems: [], windowStart: start + .seconds(seconds),
            windowEnd: start + .seconds(seconds + 10), warmUp: .zero, mark: release.mark, baking: false)
        let response = try release.plugin.evaluate(EvaluateRequest(inputs: [input]), context)
        let output = try #require(response.outputs.first)
        release.state = output.state
        return output
    }

    private func reading(_ name: String, _ signals: [Signal]) -> SignalReading? { signals.first { $0.name == name }?.reading }

    @Test("Every signal of the descriptor comes once, in its order, inside its range")
    func contract() throws {
        var release = Release()
        let names = LogSignals.descriptor.signals.filter { $0.each == nil }.map(\.name)
        for second in stride(from: 0.0, to: 50, by: 10) {
            let output = try poll(&release, harmless(at: second) + [count("canary", "e", 10, at: second)], at: second)
            #expect(output.signals.map(\.name) == names)
            #expect(output.sinceMark.isEmpty)
            for (signal, descriptor) in zip(output.signals, LogSignals.descriptor.signals) {
                guard case .number(let value) = signal.reading else {
                    Issue.record("\(signal.name) is \(signal.reading)")
                    continue
                }
                #expect(value >= descriptor.minimum ?? value && value <= descriptor.maximum ?? value)
            }
        }
    }

    @Test("Before a line of the canary has come all are missing, with the reason")
    func missing() throws {
        var release = Release()
        let output = try poll(&release, [count("stable", "i", 900, at: 0, severity: .info)], at: 0)
        for signal in output.signals { #expect(signal.reading == .missing("no log lines of the canary have come")) }
    }

    @Test("Exceptions on the canary: anomaly, burst and novelty, with the template in the evidence")
    func exceptions() throws {
        var release = Release()
        _ = try poll(&release, harmless(at: 0), at: 0)
        let quiet = try poll(&release, harmless(at: 10), at: 10)
        #expect(reading("logs.anomaly", quiet.signals) == .number(0))
        let npe = count("canary", "npe", 30, at: 20, exception: "java.lang.NullPointerException")
        let output = try poll(&release, harmless(at: 20) + [npe], at: 20)
        #expect(reading("logs.anomaly", output.signals) == .number(1))
        #expect(reading("logs.bursts", output.signals) == .number(1))
        #expect(reading("logs.new_errors", output.signals) == .number(1))
        let evidence = output.signals[0].evidence["templates"]?.array?.first
        #expect(evidence?["exception"] == "java.lang.NullPointerException")
        #expect(evidence?["canary"] == 30)
        #expect(evidence?["text"] == "could not price order <*>")
    }

    @Test("Since the mark, only what came after it counts")
    func sinceMark() throws {
        var release = Release()
        _ = try poll(&release, harmless(at: 0) + [count("canary", "npe", 30, at: 0)], at: 0)
        release.mark = start + .seconds(10)
        let first = try poll(&release, harmless(at: 10), at: 10)
        #expect(reading("logs.anomaly", first.signals) == .number(1))
        #expect(reading("logs.anomaly", first.sinceMark) == .number(0))
        #expect(first.sinceMark.map(\.name) == LogSignals.descriptor.signals.filter { $0.each == nil }.map(\.name))
        // Counts of a window that had ended before the mark may still come; they do not count.
        let late = try poll(&release, harmless(at: 20) + [count("canary", "npe", 30, at: 0)], at: 20)
        #expect(reading("logs.anomaly", late.sinceMark) == .number(0))
        let again = try poll(&release, harmless(at: 30) + [count("canary", "npe", 30, at: 30)], at: 30)
        #expect(reading("logs.anomaly", again.sinceMark) == .number(1))
        // A new mark begins anew, and without one there is nothing.
        release.mark = start + .seconds(40)
        #expect(reading("logs.anomaly", try poll(&release, harmless(at: 40), at: 40).sinceMark) == .number(0))
        release.mark = nil
        #expect(try poll(&release, harmless(at: 50), at: 50).sinceMark.isEmpty)
    }

    @Test("The same input gives the same bytes, and the input's order of counts does not matter")
    func deterministic() throws {
        var one = Release()
        var other = Release()
        for second in stride(from: 0.0, to: 30, by: 10) {
            let counts = harmless(at: second) + (0..<20).map { count($0 % 3 == 0 ? "canary" : "stable", "t\($0)", $0 + 1, at: second) }
            let first = try poll(&one, counts, at: second)
            let second = try poll(&other, counts.reversed(), at: second)
            #expect(try JSONValue(encoding: first).canonicalBytes == JSONValue(encoding: second).canonicalBytes)
        }
    }

    @Test("State of another version is refused, not misread")
    func version() throws {
        var release = Release()
        _ = try poll(&release, harmless(at: 0), at: 0)
        var members = try #require(release.state?.object)
        members["version"] = 2
        release.state = .object(members)
        #expect(throws: PluginFailure.self) { try poll(&release, [], at: 10) }
    }

    @Test(
        "Bad settings are named",
        arguments: [
            (#"{"falseRollback": 0}"#, "falseRollback"), (#"{"tolerance": 0.5}"#, "tolerance"), (#"{"tolerance": 2}"#, "alternatives"),
            (#"{"alternatives": []}"#, "alternatives"), (#"{"alternatives": ["x"]}"#, "alternatives"),
            (#"{"severity": "loud"}"#, "severity"),
            (#"{"silence": "soon"}"#, "silence"), (#"{"burst": {"count": 0}}"#, "burst.count"),
            (#"{"burst": {"tempo": 3}}"#, "burst.tempo"),
            (#"{"bake": {"tolerance": "x"}}"#, "bake.tolerance"), (#"{"scorer": {}}"#, "scorer.url"),
            (#"{"scorer": {"url": "http://u:p@h"}}"#, "scorer.url"), (#"{"scorer": {"url": "http://h", "secret": "s"}}"#, "scorer.secret"),
            (#"{"scorer": {"url": "http://h", "mode": "mean"}}"#, "scorer.mode"),
            (#"{"scorer": {"url": "http://h", "timeout": "1h"}}"#, "scorer.timeout"),
            (#"{"scorer": {"url": "http://h", "key": 1}}"#, "scorer.key"),
        ])
    func settings(configuration: String, setting: String) throws {
        #expect(LogSignals().validate(try JSONValue(parsing: configuration.utf8)).map(\.setting) == [setting])
    }

    @Test("The defaults are fine, given or not", arguments: ["null", "{}", #"{"burst": {"factor": 4, "count": 10}, "silence": "30s"}"#])
    func goodSettings(configuration: String) throws {
        #expect(LogSignals().validate(try JSONValue(parsing: configuration.utf8)).isEmpty)
    }
}

@Suite("LogSignals: sequences")
struct SequenceSignalTests {
    private let start = Timestamp(rfc3339: "2026-11-21T02:00:00Z")!
    private static let configuration: JSONValue = [
        "sequences": [["name": "retries", "pattern": "\"payment failed\" then 2 times \"retry\"", "within": "1m", "by": "user"]]
    ]
    private static let name = #"logs.sequence["retries"]"#

    private func step(_ steps: Int, at second: Double, key: String = "k", arm: String = Arm.canary, sequence: String? = nil) throws
        -> LogStep
    {
        let pattern = try SequencePattern("\"payment failed\" then 2 times \"retry\"")
        return LogStep(arm: arm, sequence: sequence ?? pattern.identity(by: "user"), steps: steps, key: key, at: start + .seconds(second))
    }

    /// Polls of ten seconds with their steps; lines of both arms unless `silent`. Returns the sequence's reading after each.
    private func readings(_ polls: [[LogStep]?], silent: Bool = false, mark: Timestamp? = nil) throws -> [(
        all: SignalReading?, sinceMark: SignalReading?
    )] {
        var state: JSONValue?
        return try polls.enumerated().map { index, steps in
            let end = start + .seconds(Double(index + 1) * 10)
            let lines = [Arm.canary, Arm.stable].map {
                LogCount(
                    arm: $0, instance: $0, template: "i", text: "i", severity: .info, exceptionClass: nil, count: 10,
                    windowStart: end - .seconds(10))
            }
            let input = EvaluationInput(
                release: "checkout-7", service: "checkout", configuration: Self.configuration, state: state, arms: [], samples: [],
                logs: silent ? [] : lines, steps: steps, problems: [], windowStart: end - .seconds(10), windowEnd: end, warmUp: .zero,
                mark: mark.flatMap { $0 < end ? $0 : nil }, baking: false)
            let output = try #require(
                LogSignals().evaluate(EvaluateRequest(inputs: [input]), CallContext(deadline: .now + .seconds(30))).outputs.first)
            state = output.state
            func reading(_ signals: [Signal]) -> SignalReading? { signals.first { $0.name == Self.name }?.reading }
            return (reading(output.signals), reading(output.sinceMark))
        }
    }

    @Test("True once the canary completed it, and false again when that lies back")
    func completed() throws {
        let polls = [[try step(1, at: 1)], [try step(2, at: 11)], [try step(2, at: 21)]] + Array(repeating: [LogStep](), count: 6)
        #expect(try readings(polls).map(\.all) == [false, false, true, true, true, true, true, true, false].map { .bool($0) })
    }

    @Test("Stable's own events are not the canary's")
    func stable() throws {
        let polls = [[try step(1, at: 1, arm: Arm.stable), try step(2, at: 2, arm: Arm.stable), try step(2, at: 3, arm: Arm.stable)]]
        #expect(try readings(polls).map(\.all) == [.bool(false)])
    }

    @Test("What is not known is never false: silence, events that were not collected, events that were left out")
    func unknown() throws {
        for (readings, reason) in [
            (try readings([[]], silent: true), "no log lines of the canary"), (try readings([nil]), "not collected"),
            (try readings([[try step(0, at: 1)]]), "left out"), (try readings([[try step(0, at: 1, sequence: "")]]), "left out"),
        ] {
            guard case .missing(let text)? = readings.first?.all else {
                Issue.record("\(reason): \(readings)")
                continue
            }
            #expect(text.contains(reason))
        }
        // Completed all the same.
        #expect(
            try readings([[try step(1, at: 1), try step(0, at: 2), try step(2, at: 3), try step(2, at: 4)]]).map(\.all) == [.bool(true)])
    }

    @Test("Since the mark only what began after it counts")
    func mark() throws {
        let polls = [
            [try step(1, at: 1)], [try step(2, at: 11), try step(2, at: 12)],
            [try step(1, at: 21), try step(2, at: 22), try step(2, at: 23)],
        ]
        let readings = try readings(polls, mark: start + .seconds(10))
        #expect(readings.map(\.all) == [.bool(false), .bool(true), .bool(true)])
        #expect(readings.map(\.sinceMark) == [nil, .bool(false), .bool(true)])
    }

    @Test("Mistakes are named with their place")
    func mistakes() {
        let problems = LogSignals().validate(["sequences": [["name": "a", "pattern": "\"x\" than \"y\"", "within": "5m"]]])
        #expect(problems.map(\.setting) == ["sequences[0].pattern"])
        #expect(problems.first?.reason.contains("column 5") == true && problems.first?.reason.contains("'then'") == true)
    }

    @Test("One line of the descriptor stands for the signals that a configuration names")
    func family() {
        let names = LogSignals.descriptor.signals.flatMap { $0.signals(under: Self.configuration) }.map(\.name)
        #expect(names == ["logs.anomaly", "logs.bursts", "logs.new_errors", "logs.novelty", Self.name])
    }
}
