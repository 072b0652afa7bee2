import Foundation
import HTTPClient
import HTTPTypes
import Testing

@testable import tidegate_demo_service

@Suite("The demo's service as a process")
struct ServiceTests {
    @Test("It answers as the instance that it is, and shows the colour that it saw")
    func answers() async throws {
        let service = try RunningService()
        let answer = try await service.get("/cart/7", headers: [HTTPHeader("x-gray-tag", "user-v2")])
        #expect(answer.status == 200)
        #expect(answer.header("x-revision") == "v42")
        #expect(answer.text.contains(#""instance":"canary-1","tag":"user-v2""#))
        #expect(try await service.get("/").text.contains(#""tag":null"#))
        #expect(try await service.get("/health").status == 200)
    }

    @Test("A coloured request asks the service behind this one, and its colour, trace and user go along")
    func downstream() async throws {
        let behind = try RunningService(["--service", "payments"])
        let front = try RunningService(["--downstream", "http://127.0.0.1:\(behind.ready.port)/"])
        let colored = try await front.get("/cart/7", headers: [HTTPHeader("x-gray-tag", "beta"), HTTPHeader("x-gray-tag-hops", "1")])
        #expect(colored.text.contains(#""tag":"beta","downstream":"v42""#), "\(colored.text)")
        #expect(try await behind.get("/count").text.contains(#""requests":1,"errors":0"#))
        #expect(
            Downstream.onward([.init("traceparent")!: "00-a", .init("x-gray-tag-signature")!: "k=1", .authorization: "secret"]).map(\.name)
                == ["traceparent", "x-gray-tag-signature"])
        // Nobody behind it: the answer says so, and the user still gets one.
        let alone = try RunningService(["--downstream", "http://127.0.0.1:1"])
        let answer = try await alone.get("/cart/7", headers: [HTTPHeader("x-gray-tag", "beta")])
        #expect(answer.status == 200)
        #expect(answer.text.contains(#""downstream":null"#))
    }

    @Test("Users' requests are counted, those of whoever watches are not")
    func counts() async throws {
        let service = try RunningService()
        for _ in 0..<3 { _ = try await service.get("/x") }
        for path in ["/health", "/metrics", "/count"] { _ = try await service.get(path) }
        #expect(try await service.get("/count").text.contains(#""requests":3,"errors":0"#))
    }

    @Test("Metrics have the common names, with histograms that add up")
    func metrics() async throws {
        let service = try RunningService()
        for _ in 0..<5 { _ = try await service.get("/x") }
        let text = try await service.get("/metrics").text
        let labels = #"service="checkout",revision="v42",method="GET",uri="/**",status="200",outcome="SUCCESS""#
        #expect(text.contains("http_server_requests_seconds_count{\(labels)} 5\n"))
        #expect(text.contains("http_server_requests_seconds_bucket{\(labels),le=\"+Inf\"} 5\n"))
        #expect(text.contains("http_server_requests_seconds_bucket{\(labels),le=\"0.5\"} 5\n"))
        for name in [
            "jvm_gc_pause_seconds_bucket", "jvm_gc_pause_seconds_max", "jvm_gc_live_data_size_bytes", "jvm_memory_used_bytes",
            "process_start_time_seconds", "process_resident_memory_bytes",
        ] {
            #expect(text.contains("\n\(name){"), "\(name)")
        }
        #expect(text.split(separator: "\n").allSatisfy { $0.hasPrefix("#") || Double($0.split(separator: " ").last!) != nil })
    }

    @Test("A fault is switched on and off while it runs")
    func faults() async throws {
        let service = try RunningService()
        #expect(try await service.get("/fault?kind=melt", method: .post).status == 400)
        #expect(try await service.get("/fault?kind=errors&after=soon", method: .post).status == 400)
        #expect(try await service.get("/fault?kind=errors", method: .post).text.contains(#""fault":"errors","at":""#))
        #expect(try await failures(of: service, requests: 150) > 0)
        _ = try await service.get("/fault?kind=none", method: .post)
        #expect(try await failures(of: service, requests: 50) == 0)
    }

    private func failures(of service: RunningService, requests: Int) async throws -> Int {
        var failures = 0
        for _ in 0..<requests where try await service.get("/x").status == 500 { failures += 1 }
        return failures
    }

    @Test("It ends cleanly on a signal, with a connection still open", arguments: [SIGTERM, SIGINT])
    func ends(signal: Int32) async throws {
        let service = try RunningService()
        _ = try await service.get("/x")
        #expect(service.end(signal) == 0)
    }

    @Test("It ends when the process that should be its parent is not")
    func orphan() throws {
        let service = try RunningService(["--parent", "1"])
        #expect(service.awaitExit() == 0)
    }

    @Test(
        "Wrong arguments are refused before anything is served",
        arguments: [["--fault", "melt"], ["--fault-after", "soon"], ["--port", "70000"]])
    func refused(arguments: [String]) {
        let error = #expect(throws: RunningService.NotServing.self) { try RunningService(arguments) }
        #expect(error?.status == 64)
    }
}
