import Foundation
import Logging
import PluginKit
import ReleaseModel
import Synchronization
import Testing

@testable import EdgeService

/// A running decision service with a folder of plans of its own.
final class EdgeSite: Sendable {
    static let now = Timestamp(rfc3339: "2026-11-21T02:30:00Z")!
    static let patience: Duration = .seconds(60)

    let folder: String
    let server: EdgeServer

    /// - Parameter plans: files that lie in the folder before the service starts.
    init(_ plans: [TrafficPlan], limits: EdgeLimits = .quick) async throws {
        folder = "/tmp/tidegate-edge-\(UUID().uuidString.prefix(13))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for plan in plans { try Self.write(plan, to: folder) }
        server = try await EdgeServer.start(
            EdgeConfiguration(plans: folder, port: 0, threads: 1, limits: limits),
            logger: Logger(label: "edge", factory: { _ in SwiftLogNoOpLogHandler() }), now: { Self.now })
    }

    /// Runs `body` with a service that is stopped afterwards.
    static func run(_ plans: [TrafficPlan], limits: EdgeLimits = .quick, _ body: (EdgeSite) async throws -> Void) async throws {
        let site = try await EdgeSite(plans, limits: limits)
        let result: Result<Void, any Error>
        do {
            result = .success(try await body(site))
        } catch {
            result = .failure(error)
        }
        await site.server.shutDown()
        try FileManager.default.removeItem(atPath: site.folder)
        try result.get()
    }

    func client() throws -> RawClient { try RawClient(port: server.port) }

    func put(_ plan: TrafficPlan) throws { try Self.write(plan, to: folder) }

    func put(_ text: String, as service: String) throws { try Self.write(Array(text.utf8), as: service, to: folder) }

    func remove(_ service: String) throws { try FileManager.default.removeItem(atPath: "\(folder)/\(service).json") }

    func get(_ target: String) throws -> RawClient.Answer {
        let client = try client()
        try client.send("GET \(target) HTTP/1.1\r\nhost: edge\r\nconnection: close\r\n\r\n")
        return try client.answer()
    }

    func status(_ service: String) throws -> ServiceStatus {
        try JSONDecoder().decode(ServiceStatus.self, from: Data(try get("/status?service=\(service)").body.utf8))
    }

    /// Waits until the service says that it holds.
    func wait(for what: String, _ holds: () throws -> Bool) async throws {
        let end = ContinuousClock.now + Self.patience
        while try !holds() {
            try #require(ContinuousClock.now < end, "waited in vain for \(what)")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    private static func write(_ plan: TrafficPlan, to folder: String) throws {
        try write(try JSONValue(encoding: plan).canonicalBytes, as: plan.service, to: folder)
    }

    private static func write(_ bytes: [UInt8], as service: String, to folder: String) throws {
        let temporary = "\(folder)/.\(service).\(UUID().uuidString)"
        try Data(bytes).write(to: URL(filePath: temporary))
        try #require(rename(temporary, "\(folder)/\(service).json") == 0)
    }
}

extension EdgeLimits {
    /// Plans are looked at often, so that tests need not wait.
    static var quick: EdgeLimits {
        var limits = EdgeLimits()
        limits.pollMilliseconds = 10
        return limits
    }
}

extension TrafficPlan {
    static func sample(
        service: String = "checkout", release: String = "checkout-7", generation: Int64 = 3, leaseTerm: Int64 = 2, weight: String = "30%",
        rules: [RoutingRule] = [], colors: [ColorRule] = [], propagation: Propagation? = nil
    ) -> TrafficPlan {
        let canary = Weight(percent: weight)!
        return TrafficPlan(
            release: release, service: service, generation: generation, leaseTerm: leaseTerm, salt: "s7",
            routing: RoutingPolicy(
                plugin: "weighted", coloring: "coloring", key: "header[\"x-user-id\"] or cookie.uid", tagHeader: "x-gray-tag",
                colors: colors, rules: rules, propagation: propagation),
            arms: [
                TrafficArm(name: "stable", revision: "v41", weight: canary.complement, servers: ["127.0.0.1:1"]),
                TrafficArm(name: "canary", revision: "v42", weight: canary, servers: ["127.0.0.1:2"]),
            ])
    }
}

/// What nginx sends for one request.
func decide(_ headers: [(String, String)] = [], service: String = "checkout", target: String = "/", client: String = "192.0.2.1")
    -> String
{
    var text = "GET /decide HTTP/1.1\r\nHost: edge\r\nX-Tidegate-Service: \(service)\r\nX-Original-Method: GET\r\n"
    text += "X-Original-URI: \(target)\r\nX-Original-Host: shop.example\r\nX-Original-Scheme: https\r\nX-Client-Address: \(client)\r\n"
    for (name, value) in headers { text += "\(name): \(value)\r\n" }
    return text + "\r\n"
}
