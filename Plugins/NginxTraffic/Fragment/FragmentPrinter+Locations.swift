internal import NginxPrinting
internal import PluginKit
internal import ReleaseModel
internal import Routing

extension FragmentPrinter {
    /// What a location speaks to its servers.
    enum Proxying {
        case http
        case grpc
    }

    /// What stands in the location of the service.
    func locationText(_ proxying: Proxying) -> String {
        var lines = ["# Written by Tidegate for the service \(plan.service); include it in the service's location."]
        if options.edge != nil { lines += askingTheEdge }
        // The group of servers by the arm's name: one variable less to compute than `$tidegate_<service>_upstream`, which says the same.
        let servers = "\(NginxName.prefix(plan.service))_\(variable("arm"))"
        let set: String
        switch proxying {
        case .http:
            set = "proxy_set_header"
            lines += [
                "proxy_pass http://\(servers);", "proxy_http_version 1.1;", "proxy_set_header Connection \"\";",
                "proxy_set_header Host $host;",
            ]
        case .grpc:
            set = "grpc_set_header"
            lines += ["grpc_pass grpc://\(servers);"]
        }
        let tag = plan.routing.tagHeader
        // A header without a value is not sent, so that none of these gets through from outside.
        lines += [
            "\(set) \(tag) \(variable("tag"));", "\(set) \(HeaderName.hops(of: tag)) \(variable("hops"));",
            "\(set) \(HeaderName.signature(of: tag)) \(options.edge == nil ? "\"\"" : variable("edgesignature"));",
        ]
        if plan.routing.propagation?.baggage != nil { lines.append("\(set) baggage \(variable("baggage"));") }
        lines.append("add_header x-tidegate-revision \(variable("revision")) always;")
        if let log = options.coverageLog { lines.append("access_log \(log) \(coverageName);") }
        return lines.joined(separator: "\n") + "\n"
    }
}
