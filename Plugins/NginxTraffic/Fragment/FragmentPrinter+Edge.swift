internal import NginxPrinting
internal import PluginKit
internal import ReleaseModel
internal import Routing

/// What asks the edge. None of it changes with the weights, so that they grow and fall without a reload.
extension FragmentPrinter {
    /// Answers of the edge, by the word of the variable that holds each.
    private static let answers = [
        ("edgearm", "arm"), ("edgerevision", "revision"), ("edgetag", "tag"), ("edgehops", "hops"), ("edgesignature", "signature"),
        ("edgebaggage", "baggage"), ("edgeinbound", "inbound"),
    ]
    /// What the edge never answers, and nginx answers in its place when it cannot be asked.
    private static let failures =
        "400 401 402 403 404 405 406 408 409 410 411 412 413 414 415 416 421 429 431 500 501 502 503 504 505 507"

    private var path: String { "/_tidegate_edge/\(NginxName.service(plan.service))" }
    private var upstream: String { NginxName.prefix(plan.service) + "_edge" }

    /// The maps of an edge's answer. Only an answer of status 200 counts, and only for an arm of the revision that is known here; everything
    /// else is stable.
    func edgeMaps(_ edge: EdgeAddress, _ table: RoutingTable) throws -> [String] {
        let reachable = plan.arms.filter { !$0.servers.isEmpty }
        let isOK = "(?:^|[ ,])200:"
        var arms = ""
        var revisions = ""
        for arm in reachable {
            let name = NginxName.arm(arm.name)
            let key = try NginxText.mapKey(
                pattern: isOK + NginxText.pattern(literally: Array("\(arm.name):\(arm.revision)".utf8)) + #"\z"#)
            arms += "\(key) \(name); "
            revisions += "\(name) \(arm.revision); "
        }
        let stable = NginxName.arm(Arm.stable)
        func braced(_ word: String) -> String { "${\(variable(word).dropFirst())}" }
        var lines = [
            "upstream \(upstream) { server \(edge.authority); keepalive \(Self.keepalive); }",
            "map \"\(braced("edgestatus")):\(braced("edgearm")):\(braced("edgerevision"))\" \(variable("arm")) { \(arms)default \(stable); }",
            "map \(variable("arm")) \(variable("revision")) { \(revisions)default \"\"; }",
            "map \"\" \(variable("upstream")) { default \"\(NginxName.prefix(plan.service))_\(braced("arm"))\"; }",
            "map \"\" \(variable("tag")) { default \(variable("edgetag")); }",
            "map \"\" \(variable("hops")) { default \(variable("edgehops")); }",
            "map \"\" \(variable("inbound")) { default \(variable("edgeinbound")); }",
            "map \(variable("edgehops")) \(variable("hop")) { \"\" 1; default \(variable("edgehops")); }",
        ]
        if let name = table.propagation.baggage {
            // Without an answer the members of others go on, and ours does not.
            let writer = MapWriter(prefix: NginxName.prefix(plan.service))
            let others = try BaggagePrinter(writer: writer, name: name).printOthers(named: "others")
            lines += writer.lines
            lines.append(
                "map \"\(braced("edgestatus"))\" \(variable("baggage")) { \"~(?:^|[ ,])200\\z\" \(variable("edgebaggage")); default \(others); }"
            )
        }
        return lines
    }

    /// In the location of the service: the question, and what is kept of the answer.
    var askingTheEdge: [String] {
        ["auth_request \(path);", "auth_request_set \(variable("edgestatus")) $upstream_status;"]
            + Self.answers.map { "auth_request_set \(variable($0.0)) $upstream_http_x_tidegate_\($0.1);" }
    }

    /// Makes the variables of the answers known to nginx, wherever the location is included or not.
    var edgeVariables: [String] {
        let words = ["edgestatus"] + Self.answers.map(\.0)
        return ["    location = /edge {"] + words.map { "        set \(variable($0)) \"\";" } + ["        return 404;", "    }"]
    }

    /// At the level of the server: the location that is asked, and the answer where the edge is down or slow.
    func edgeLocations(_ edge: EdgeAddress) -> String {
        let timeout = "\(max(1, edge.timeout.microseconds / 1000))ms"
        return """
            # Written by Tidegate for the service \(plan.service); include it in the server that holds the service's location.
            location = \(path) {
                internal;
                auth_request off;
                access_log off;
                proxy_pass http://\(upstream)/decide;
                proxy_method GET;
                proxy_cache off;
                proxy_http_version 1.1;
                proxy_pass_request_body off;
                proxy_set_header Connection "";
                proxy_set_header Content-Length "";
                proxy_set_header Host $http_host;
                proxy_set_header x-tidegate-service \(plan.service);
                proxy_set_header x-original-method $request_method;
                proxy_set_header x-original-uri $request_uri;
                proxy_set_header x-original-host $http_host;
                proxy_set_header x-original-scheme $scheme;
                proxy_set_header x-client-address $remote_addr;
                proxy_set_header x-peer-address "";
                proxy_connect_timeout \(timeout);
                proxy_send_timeout \(timeout);
                proxy_read_timeout \(timeout);
                proxy_intercept_errors on;
                error_page \(Self.failures) = \(path)/none;
            }
            location = \(path)/none {
                internal;
                auth_request off;
                access_log off;
                return 204;
            }

            """
    }
}
