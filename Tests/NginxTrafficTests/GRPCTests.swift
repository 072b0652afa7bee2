import Foundation
import PluginKit
import ReleaseModel
import Routing
import Testing

@testable import NginxTraffic

/// Colours over two hops of gRPC, with the gRPC project's own library as client and as service.
@Suite("gRPC through nginx") struct GRPCTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// The Python that has the library; `scripts/grpc-venv` makes it where it is missing.
    private static func python() async throws -> String {
        try await blocking {
            let run = try ProgramRun(
                "/usr/bin/env", ["bash", "\(root)/scripts/grpc-venv"], deadline: .now + .seconds(120), maximumOutput: 4096)
            guard run.status == 0 else { throw NginxFailure(reason: run.errors) }
            return run.output.trimmingCharacters(in: .whitespacesAndNewlines)
        }
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/Support/GRPC/echo.py"

    private struct Answer: Decodable {
        var revision: String
        var metadata: [String: String]
        var headers: [String: String]
        var trailers: [String: String]
    }

    private static func call(_ python: String, _ port: Int, count: Int, _ metadata: [String]) async throws -> [Answer] {
        let run = try await blocking {
            try ProgramRun(
                python, [script, "call", "\(port)", "\(count)"] + metadata, deadline: .now + .seconds(60), maximumOutput: 4 << 20)
        }
        guard run.status == 0 else { throw NginxFailure(reason: run.errors) }
        return try run.output.split(separator: "\n").map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
    }

    /// A node whose one location speaks gRPC.
    private static func node(_ service: String) throws -> (TrafficNode, Int) {
        let port = try freePort()
        let http = "server { listen 127.0.0.1:\(port) http2; location / { include tidegate/grpc/\(service)[.]conf; } }"
        return (try TrafficNode(services: ["none"], http: http), port)
    }

    private static func plan(_ service: String, _ ports: [Int], canary: Int, colors: [ColorRule], rules: [RoutingRule], trust: [String])
        -> TrafficPlan
    {
        TrafficPlan(
            release: "\(service)-1", service: service, generation: 1, leaseTerm: 1, salt: "\(service)-salt",
            routing: RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: #"header["user-id"]"#, tagHeader: "gray-tag", colors: colors, rules: rules,
                propagation: Propagation(trust: trust, baggage: "gray-tag")),
            arms: [
                TrafficArm(
                    name: "stable", revision: "v1", weight: Weight(basisPoints: 10_000 - canary), servers: ["127.0.0.1:\(ports[0])"]),
                TrafficArm(name: "canary", revision: "v2", weight: Weight(basisPoints: canary), servers: ["127.0.0.1:\(ports[1])"]),
            ])
    }

    @Test("colours become metadata, a second hop routes by them, and nobody colours himself") func twoHops() async throws {
        let python = try await Self.python()
        let servers = try ["v1", "v2"].map { try GRPCServer(python: python, script: Self.script, revision: $0) }
        // The second hop: by colour first, then 1% by weight.
        let (second, secondPort) = try Self.node("payments")
        let inner = try await second.apply(
            Self.plan(
                "payments", servers.map(\.port), canary: 100, colors: [],
                rules: [RoutingRule(name: "by colour", when: #"tagged("user-v2") and tagged("region-sh")"#, to: "canary")],
                trust: ["127.0.0.0/8"]))
        #expect(inner.applied, "\(inner.reason ?? "")")
        // The first hop colours; both of its arms are the second hop.
        let (first, firstPort) = try Self.node("checkout")
        let colors = [
            ColorRule(tag: "user-v2", when: #"semver(header["app-version"]) >= semver("2.0.0")"#),
            ColorRule(tag: "region-sh", when: #"header["region"] == "sh""#),
        ]
        let outer = try await first.apply(
            Self.plan("checkout", [secondPort, secondPort], canary: 5000, colors: colors, rules: [], trust: []))
        #expect(outer.applied, "\(outer.reason ?? "")")

        let colored = try await Self.call(python, firstPort, count: 40, ["user-id=u#", "app-version=2.3.0", "region=sh", "gray-tag=admin"])
        #expect(colored.count == 40)
        for answer in colored {
            #expect(answer.revision == "v2")
            #expect(answer.metadata["gray-tag"] == "user-v2,region-sh")
            #expect(answer.metadata["gray-tag-hops"] == "2")
            #expect(answer.metadata["baggage"] == "gray-tag=user-v2%2Cregion-sh")
            #expect(answer.trailers["echo-length"] == "10")
            #expect(answer.headers["x-tidegate-revision"] != nil)
        }
        let forged = try await Self.call(
            python, firstPort, count: 40, ["user-id=w#", "gray-tag=user-v2,region-sh", "gray-tag-hops=1", "gray-tag-signature=x"])
        #expect(forged.count == 40)
        for answer in forged {
            #expect(answer.metadata["gray-tag"] == nil && answer.metadata["gray-tag-hops"] == nil)
            #expect(answer.metadata["gray-tag-signature"] == nil && answer.metadata["baggage"] == nil)
        }
        #expect(forged.count { $0.revision == "v2" } < 5)
        withExtendedLifetime(servers) {}
    }
}

/// A gRPC service in a process of its own, which ends with its owner.
private final class GRPCServer: Sendable {
    let port: Int
    private let process: Process
    private let input = Pipe()

    init(python: String, script: String, revision: String) throws {
        process = Process()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script, "serve", revision]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw NginxFailure(reason: "the gRPC service did not say its port: \(line)")
        }
        self.port = port
    }

    deinit {
        try? input.fileHandleForWriting.close()
        process.terminate()
        process.waitUntilExit()
    }
}
