internal import NginxPrinting
internal import PluginKit
internal import ReleaseModel
internal import Routing

extension FragmentPrinter {
    /// What stands at http level.
    func httpText(_ table: RoutingTable, _ header: FragmentHeader) throws -> String {
        var lines = [
            "# Written by Tidegate for the release \(plan.release). An edit here is noticed as drift and put back.", try header.line,
        ]
        let writer = MapWriter(prefix: NginxName.prefix(plan.service))
        let printer = RoutingPrinter(table: table, writer: writer, revisions: plan.arms.map(\.revision), now: options.now)
        for (index, arm) in plan.arms.enumerated() where options.edge != nil || printer.live.contains(index) {
            // An arm without servers takes no part, whatever the edge says.
            guard !arm.servers.isEmpty else { continue }
            let servers = arm.servers.map { "server \($0); " }.joined()
            lines.append("upstream \(NginxName.upstream(plan.service, arm: arm.name)) { \(servers)keepalive \(Self.keepalive); }")
        }
        if let edge = options.edge {
            lines += try edgeMaps(edge, table)
        } else {
            try printer.print()
            lines += writer.lines
        }
        if options.coverageLog != nil { lines.append(coverageFormat) }
        lines += try statusServer()
        return lines.joined(separator: "\n") + "\n"
    }

    private func statusServer() throws -> [String] {
        let isEdge = options.edge != nil
        let status = NodeStatus(
            service: plan.service, release: plan.release, generation: isEdge ? 0 : plan.generation, leaseTerm: isEdge ? 0 : plan.leaseTerm,
            digest: FragmentHeader.digestPlaceholder, salt: isEdge ? "" : plan.salt,
            arms: isEdge ? [] : plan.arms.map { .init(name: $0.name, revision: $0.revision, weight: $0.weight) },
            shares: isEdge ? nil : plan.routing.arms, layer: isEdge ? nil : plan.routing.layer,
            isStratified: isEdge || (plan.routing.strata ?? []).isEmpty ? nil : true, edge: options.edge?.url)
        let text = try JSONValue(encoding: status).canonicalText
        guard text.utf8.count <= NginxText.maximumParameter else {
            throw ReleaseError(.limitExceeded, "the status of the arms is longer than one parameter of nginx may be")
        }
        return [
            "server {",
            "    listen \(options.statusListen);",
            "    server_name \(NginxName.statusServer(plan.service));",
            "    access_log off;",
            "    keepalive_timeout 0;",
            "    location = /status { default_type application/json; return 200 '\(text)\\n'; }",
        ] + (isEdge ? edgeVariables : splitLocation) + ["}"]
    }

    private var splitLocation: [String] {
        [
            "    # Which arm a key leads to by weight; tells the running split from the written one.",
            "    location = /split {",
            "        default_type text/plain;",
            "        set \(variable("key")) $arg_key;",
            "        return 200 \"\(variable("split"))\\n\";",
            "    }",
        ]
    }

    /// One line a request, for `tidegate route coverage`.
    private var coverageFormat: String {
        let members = [
            "\"time\":\"$time_iso8601\"", "\"service\":\"\(plan.service)\"", "\"hop\":\(variable("hop"))",
            "\"inbound\":\"\(variable("inbound"))\"", "\"tags\":\"\(variable("tag"))\"", "\"traceparent\":\"$http_traceparent\"",
            "\"arm\":\"\(variable("arm"))\"", "\"revision\":\"\(variable("revision"))\"", "\"status\":$status",
        ]
        return "log_format \(coverageName) escape=json '{\(members.joined(separator: ","))}';"
    }

    var coverageName: String { NginxName.prefix(plan.service) + "_hop" }

    func variable(_ word: String) -> String { NginxName.variable(plan.service, word) }
}
