import Foundation
import LogSignals
import PluginKit
import ReleaseModel
import Testing

@Suite("LogSignals: an external scorer")
struct ScorerTests {
    private let start = Timestamp(rfc3339: "2026-11-21T02:00:00Z")!

    /// The anomaly of one window, with the canary's exceptions in it.
    private func anomaly(
        _ scorer: JSONValue, exceptions: Int = 0, silent: Bool = false
    ) throws -> Signal {
        func count(_ arm: String, _ template: String, _ severity: LogSeverity, _ count: Int) -> LogCount {
            LogCount(
                arm: arm, instance: arm, template: template, text: "text of \(template)", severity: severity, exceptionClass: nil,
                count: count,
                windowStart: start)
        }
        var logs = [count(Arm.stable, "i", .info, 900)]
        if !silent { logs.append(count(Arm.canary, "i", .info, 100)) }
        if exceptions > 0 { logs.append(count(Arm.canary, "npe", .error, exceptions)) }
        let input = EvaluationInput(
            release: "checkout-7", service: "checkout", configuration: ["scorer": scorer], state: nil, arms: [], samples: [], logs: logs,
            problems: [], windowStart: start, windowEnd: start + .seconds(10), warmUp: .zero, mark: nil, baking: false)
        let output = try #require(
            LogSignals().evaluate(EvaluateRequest(inputs: [input]), CallContext(deadline: .now + .seconds(10))).outputs.first)
        return try #require(output.signals.first { $0.name == "logs.anomaly" })
    }

    @Test("The score takes part, with the model's name and version in the evidence")
    func score() throws {
        let server = try ScoringServer(body: #"{"score": 0.9, "model": "log-bert", "version": "3.1"}"#)
        defer { server.stop() }
        let signal = try anomaly(["url": .string(server.url)])
        #expect(signal.reading == .number(0.9))
        #expect(signal.evidence["scorer"]?["model"] == "log-bert")
        #expect(signal.evidence["scorer"]?["version"] == "3.1")
        #expect(signal.evidence["scorer"]?["ownAnomaly"] == 0)
        #expect(server.request.contains(#""text":"text of i""#) && server.request.contains(#""service":"checkout""#))
        // The higher of both, or the scorer's alone.
        #expect(try anomaly(["url": .string(server.url)], exceptions: 50).reading == .number(1))
        #expect(try anomaly(["url": .string(server.url), "mode": "replace"], exceptions: 50).reading == .number(0.9))
        // Nothing to score.
        guard case .missing = try anomaly(["url": .string(server.url), "mode": "replace"], silent: true).reading else {
            Issue.record("a silent canary was scored")
            return
        }
    }

    @Test("The token goes along by reference and stands nowhere in the answer")
    func secret() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "scorer-\(UUID().uuidString)")
        try "tdg-secret-value\n".write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let server = try ScoringServer(body: #"{"score": 0.1, "model": "m", "version": "1"}"#)
        defer { server.stop() }
        let signal = try anomaly(["url": .string(server.url), "secret": .string("file:\(file.path)")])
        #expect(signal.reading == .number(0.1))
        #expect(server.request.lowercased().contains("authorization: bearer tdg-secret-value"))
        #expect(!(try JSONValue(encoding: signal).canonicalText.contains("tdg-secret-value")))
        let missing = try anomaly(["url": .string(server.url), "secret": "file:/nonexistent/token"])
        guard case .failed = missing.reading else {
            Issue.record("\(missing.reading)")
            return
        }
    }

    @Test(
        "A scorer that fails fails the signal, and never makes it healthy",
        arguments: [
            ("200 OK", #"{"score": 1.2, "model": "m", "version": "1"}"#), ("200 OK", #"{"score": "low", "model": "m", "version": "1"}"#),
            ("200 OK", #"{"score": 0.2}"#), ("200 OK", "nonsense"), ("200 OK", ""), ("500 Internal Server Error", "{}"),
            ("302 Found", #"{"score": 0, "model": "m", "version": "1"}"#), ("200 OK", #"{"score": null, "model": "m", "version": "1"}"#),
        ])
    func failure(status: String, body: String) throws {
        let server = try ScoringServer(status: status, body: body)
        defer { server.stop() }
        for mode in ["highest", "replace"] {
            let signal = try anomaly(["url": .string(server.url), "mode": .string(mode)])
            guard case .failed = signal.reading else {
                Issue.record("\(mode): \(signal.reading)")
                continue
            }
            #expect(signal.evidence["scorer"]?["failure"]?.string?.isEmpty == false)
        }
        // What was found without it stands, where it is an alarm.
        #expect(try anomaly(["url": .string(server.url)], exceptions: 50).reading == .number(1))
    }

    @Test("A scorer that does not answer costs its time-out, no more")
    func silence() throws {
        let server = try ScoringServer(body: nil)
        defer { server.stop() }
        let began = ContinuousClock.now
        guard case .failed = try anomaly(["url": .string(server.url), "timeout": "200ms"]).reading else {
            Issue.record("a scorer that is silent has no score")
            return
        }
        #expect(ContinuousClock.now - began < .seconds(5))
    }
}
