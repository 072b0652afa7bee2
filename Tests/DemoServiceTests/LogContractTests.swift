import Foundation
import HTTPClient
import LogMining
import ReleaseModel
import Testing

@testable import tidegate_demo_service

@Suite("What the demo's service pushes is what the intake reads")
struct LogContractTests {
    private let now = Date(timeIntervalSince1970: 1_795_228_500)

    /// Pushes what a service logs under `fault` through the wire format and the collector; returns the counts.
    private func counts(_ fault: Fault, requests: Int) throws -> [LogCount] {
        var behaviour = CheckoutBehaviour(seed: 3, instance: "canary-1")
        let schedule = FaultSchedule(fault: fault, begins: now)
        var lines = (0..<requests).flatMap { _ in
            behaviour.plan(method: "GET", path: "/cart/1", schedule: schedule, now: now).lines
        }
        if fault == .logs { lines += behaviour.exceptions(during: 10) }
        let entries = lines.map { LogOutlet.Entry(time: now, severity: $0.severity, json: $0.json(time: now, thread: 1)) }
        let shipper = LokiShipper(
            url: "", token: nil, identity: ServiceIdentity(service: "checkout", revision: "v42", instance: "canary-1"),
            outlet: LogOutlet(ships: true, prints: false), client: HTTPClient())
        let received = Timestamp(seconds: now.timeIntervalSince1970)
        let records = try LokiPush.records(json: Array(shipper.payload(entries).utf8), receivedAt: received)
        #expect(records.count == lines.count)
        var collector = LogCollector()
        collector.add(records, now: received)
        let batches = collector.drainEverything(now: received)
        #expect(batches.map(\.source) == [LogSource(service: "checkout", revision: "v42", instance: "canary-1")])
        return batches.flatMap(\.counts)
    }

    @Test("A healthy log has few templates and no exception, under the fault errors as well", arguments: [Fault.none, .errors])
    func healthy(fault: Fault) throws {
        let counts = try counts(fault, requests: 3000)
        #expect(counts.count == 6, "\(counts.map(\.text))")
        #expect(counts.allSatisfy { $0.exceptionClass == nil })
        #expect(counts.filter { $0.severity == .warn }.map(\.text).sorted().last == "payment gateway slow: <*> for order <*>")
        #expect(counts.allSatisfy { !$0.text.contains("example.com") || $0.severity == .info })
    }

    @Test("The exceptions are two templates, with the class of their root cause")
    func exceptions() throws {
        let counts = try counts(.logs, requests: 100).filter { $0.exceptionClass != nil }
        #expect(
            Set(counts.compactMap(\.exceptionClass)) == ["java.lang.NullPointerException", "java.util.concurrent.TimeoutException"])
        #expect(counts.count == 2)
        #expect(counts.allSatisfy { $0.severity == .error })
        #expect(counts.reduce(0) { $0 + $1.count } > 50)
    }
}
