import Foundation
import Testing

@testable import tidegate_demo_service

@Suite("How the demo's service behaves")
struct BehaviourTests {
    private let now = Date(timeIntervalSince1970: 1_795_228_500)

    private func plans(_ fault: Fault, after seconds: Double = 60, count: Int = 4000) -> [RequestPlan] {
        var behaviour = CheckoutBehaviour(seed: 7, instance: "canary-1")
        let schedule = FaultSchedule(fault: fault, begins: now)
        return (0..<count).map { _ in
            behaviour.plan(method: "GET", path: "/cart/1", schedule: schedule, now: now.addingTimeInterval(seconds))
        }
    }

    private func share(_ plans: [RequestPlan], _ holds: (RequestPlan) -> Bool) -> Double {
        Double(plans.filter(holds).count) / Double(plans.count)
    }

    @Test(
        "Only the faults errors and logs fail requests",
        arguments: [(Fault.none, 0), (.errors, 0.08), (.latency, 0), (.logs, 0.06), (.gc, 0)])
    func errorRate(fault: Fault, expected: Double) {
        #expect(abs(share(plans(fault)) { $0.fails } - expected) < 0.015)
    }

    @Test("Only the fault latency makes requests slow", arguments: [(Fault.none, 0), (.errors, 0), (.latency, 0.4), (.gc, 0), (.logs, 0)])
    func slowRequests(fault: Fault, expected: Double) {
        #expect(abs(share(plans(fault)) { $0.serviceSeconds > 0.5 } - expected) < 0.03)
    }

    @Test("Under the fault errors the log stays as harmless as it is without")
    func errorsAreQuiet() {
        func troubles(_ fault: Fault) -> Double { share(plans(fault)) { $0.lines.contains { $0.severity != .info } } }
        #expect(abs(troubles(.errors) - troubles(.none)) < 0.01)
        #expect(plans(.errors).allSatisfy { $0.lines.allSatisfy { $0.stackTrace == nil } })
    }

    @Test("Under the fault logs the exceptions come first and the errors twelve seconds later")
    func logsSpeakFirst() {
        let schedule = FaultSchedule(fault: .logs, begins: now)
        #expect(schedule.active(at: now.addingTimeInterval(-0.1)) == .none)
        #expect(schedule.active(at: now) == .logs)
        #expect(schedule.errorRate(at: now.addingTimeInterval(11.9)) == 0)
        #expect(schedule.errorRate(at: now.addingTimeInterval(12)) > 0)
        var behaviour = CheckoutBehaviour(seed: 7, instance: "canary-1")
        let lines = (0..<400).flatMap { _ in behaviour.exceptions(during: 0.25) }
        #expect((600...1000).contains(lines.count))
        #expect(lines.allSatisfy { $0.stackTrace?.contains("Exception") == true })
    }

    @Test("Pauses pass 200 ms under the fault gc only, and never reach the 500 ms of a slow request")
    func pauses() {
        for (fault, range) in [(Fault.none, 0.0...0.2), (.gc, 0.2...0.45)] {
            var behaviour = CheckoutBehaviour(seed: 7, instance: "canary-1")
            for _ in 0..<500 {
                let collection = behaviour.collection(schedule: FaultSchedule(fault: fault, begins: now), now: now)
                #expect(range.contains(collection.pauseSeconds))
                #expect(collection.periodSeconds > collection.pauseSeconds + 0.4)
            }
        }
    }

    @Test("The ballast follows 80 MB a minute, is bounded, and is given back")
    func ballast() {
        var ballast = MemoryBallast()
        ballast.grow(toSeconds: 3)
        #expect(abs(ballast.bytes - 4_000_000) < 10_000)
        ballast.grow(toSeconds: 2)
        #expect(abs(ballast.bytes - 4_000_000) < 10_000)
        ballast.release()
        #expect(ballast.bytes == 0)
    }

    @Test("The same seed and instance give the same requests; another instance gives others")
    func seeded() {
        func first(_ instance: String) -> [RequestPlan] {
            var behaviour = CheckoutBehaviour(seed: 7, instance: instance)
            return (0..<50).map { _ in behaviour.plan(method: "GET", path: "/", schedule: .healthy, now: now) }
        }
        #expect(first("a") == first("a"))
        #expect(first("a") != first("b"))
    }

    @Test("Log lines are one line of JSON each")
    func json() throws {
        let line = LogLine(severity: .error, logger: "l", message: "a \"b\" \\ \u{1}", stackTrace: "x\n\ty")
        let text = line.json(time: now, thread: 1)
        #expect(!text.contains("\n"))
        let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: String])
        #expect(object["message"] == "a \"b\" \\ \u{1}")
        #expect(object["stack_trace"] == "x\n\ty")
        #expect(object["level"] == "ERROR")
    }

    @Test("Lengths of time", arguments: [("500ms", 0.5), ("8s", 8), ("2m", 120), ("8", nil), ("-1s", nil), ("s", nil), ("99h", nil)])
    func durations(text: String, seconds: Double?) {
        #expect(DurationText(text)?.seconds == seconds)
    }
}
