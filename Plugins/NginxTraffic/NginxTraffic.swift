internal import Foundation
internal import HTTPClient
public import PluginKit
public import ReleaseModel

/// Carries traffic plans by nginx: writes native maps, splits and groups of servers, lets nginx test them, reloads it, and reads back what
/// it runs. See README.md for what the main configuration must hold.
public struct NginxTraffic: DataPlanePlugin {
    public static let descriptor = PluginDescriptor(
        name: "NginxTraffic", alias: "nginx", kind: .dataPlane, version: "1.0.0",
        summary: "Weights, rules and colours as nginx split_clients and map; tested before and read back after every reload.",
        settings: NodeSettings.descriptors)

    private let client: HTTPClient

    public init() { client = HTTPClient() }

    public func validate(_ configuration: JSONValue) -> [SettingProblem] { NodeSettings.problems(with: configuration) }

    public func apply(_ request: ApplyRequest, _ context: CallContext) throws -> ApplyResponse {
        let node = try NodeSettings(request.node.configuration)
        return try PlanApplication(node: node, plan: request.plan, client: client, now: Self.now, deadline: context.deadline).run()
    }

    /// The clock of the machine: what a plugin of a data plane does is not replayed.
    private static var now: Timestamp { Timestamp(seconds: Date().timeIntervalSince1970) }

    public func read(_ request: ReadRequest, _ context: CallContext) throws -> ReadResponse {
        let node = try NodeSettings(request.node.configuration)
        let observation = Observation(node: node, service: request.service, client: client)
        return ReadResponse(observed: try observation.traffic(deadline: context.deadline))
    }
}

@_cdecl("tidegate_plugin_NginxTraffic")
public func tidegatePluginNginxTraffic() -> UnsafeRawPointer { PluginEntry.export(NginxTraffic.self) }
