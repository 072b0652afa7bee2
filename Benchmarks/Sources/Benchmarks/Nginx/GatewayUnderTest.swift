import Foundation
import NginxTraffic
import PluginKit
import ReleaseModel

/// An nginx that routes by the files of a plan, applied by the plugin itself as on any node.
final class GatewayUnderTest {
    let nginx: NginxProcess
    let port: Int
    let way: String?

    /// - Parameters:
    ///   - edge: the decision service, which is started over the plans of this nginx; nil prints the plan as nginx's own maps.
    ///   - location: what stands in the location that is asked; nil is the plan's own, which proxies.
    ///   - http: further lines within `http { }`, after the plan's.
    init(_ plan: TrafficPlan, edge: EdgeProcess? = nil, location: String? = nil, http: String = "") throws {
        port = try Child.freePort()
        let status = try Child.freePort()
        let included = "include tidegate/locations/\(plan.service)[.]conf;"
        nginx = try NginxProcess(
            http: """
                include tidegate/http/*.conf;
                \(http)
                server {
                    listen 127.0.0.1:\(port) backlog=1024;
                    include tidegate/servers/\(plan.service)[.]conf;
                    location / { \(location ?? included) }
                    \(location == nil ? "" : "location /routed { \(included) }")
                }
                """)
        var settings: [String: JSONValue] = [
            "prefix": .string(nginx.folder), "conf": "conf/nginx.conf", "status": .string("http://127.0.0.1:\(status)"),
            "errorLog": "logs/error.log",
        ]
        if let edge {
            settings["edge"] = .string(edge.url)
            try edge.start(plans: "\(nginx.folder)/conf/tidegate/edge")
        }
        let request = ApplyRequest(node: TargetNode(name: "bench", configuration: .object(settings)), plan: plan)
        let response = try NginxTraffic().apply(request, CallContext(deadline: .now + .seconds(60)))
        guard response.applied else { throw NginxProcess.Failure(description: "the plan was not applied: \(response.reason ?? "")") }
        way = response.way
    }
}
