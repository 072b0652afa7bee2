internal import Hashing
internal import NginxPrinting
internal import PluginKit
internal import Predicates
internal import ReleaseModel
internal import Routing

/// The generated files of one service.
struct Fragment: Sendable, Hashable {
    let header: FragmentHeader
    /// For http level: groups of servers, maps, splits, and the status server.
    let http: String
    /// For the location of the service.
    let location: String

    static func digest(ofLocation text: String) -> String { SHA256Digest(of: text).hex }
}

/// Writes a traffic plan as nginx configuration: native maps, splits and groups of servers, no scripting and no subrequests.
struct FragmentPrinter {
    /// Idle connections that each worker keeps open to an arm's servers.
    static let keepalive = 32
    static let maximumServers = 256

    let plan: TrafficPlan
    /// `address:port` on which status servers listen.
    let statusListen: String

    /// - Throws: `PrintingRefusal` naming the part of the plan that nginx cannot carry, `ReleaseError` for a plan that is wrong in itself.
    func fragment() throws -> Fragment {
        try check()
        let weights = plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }
        let table = try RoutingTable(routing: plan.routing, salt: plan.salt, arms: weights)
        let location = locationText()
        var header = FragmentHeader(
            release: plan.release, service: plan.service, generation: plan.generation, leaseTerm: plan.leaseTerm,
            location: Fragment.digest(ofLocation: location))
        let http = FragmentHeader.sealed(try httpText(table, header))
        guard let sealed = FragmentHeader(of: http) else {
            throw ReleaseError(.invalidInput, "the header of the fragment cannot be read back")
        }
        header = sealed
        return Fragment(header: header, http: http, location: location)
    }

    private func httpText(_ table: RoutingTable, _ header: FragmentHeader) throws -> String {
        var lines = [
            "# Written by Tidegate for the release \(plan.release). An edit here is noticed as drift and put back.", try header.line,
        ]
        for arm in plan.arms where arm.weight > .zero {
            let servers = arm.servers.map { "server \($0); " }.joined()
            lines.append("upstream \(NginxName.upstream(plan.service, arm: arm.name)) { \(servers)keepalive \(Self.keepalive); }")
        }
        let writer = MapWriter(prefix: NginxName.prefix(plan.service))
        try RoutingPrinter(table: table, writer: writer, revisions: plan.arms.map(\.revision)).print()
        lines += writer.lines
        lines += try statusServer()
        return lines.joined(separator: "\n") + "\n"
    }

    private func statusServer() throws -> [String] {
        let status = NodeStatus(
            service: plan.service, release: plan.release, generation: plan.generation, leaseTerm: plan.leaseTerm,
            digest: FragmentHeader.digestPlaceholder, salt: plan.salt,
            arms: plan.arms.map { .init(name: $0.name, revision: $0.revision, weight: $0.weight) })
        let text = try JSONValue(encoding: status).canonicalText
        guard text.utf8.count <= NginxText.maximumParameter else {
            throw ReleaseError(.limitExceeded, "the status of the arms is longer than one parameter of nginx may be")
        }
        return [
            "server {",
            "    listen \(statusListen);",
            "    server_name \(NginxName.statusServer(plan.service));",
            "    access_log off;",
            "    keepalive_timeout 0;",
            "    location = /status { default_type application/json; return 200 '\(text)\\n'; }",
            "    # Which arm a key leads to by weight; tells the running split from the written one.",
            "    location = /split {",
            "        default_type text/plain;",
            "        set \(NginxName.variable(plan.service, "key")) $arg_key;",
            "        return 200 \"\(NginxName.variable(plan.service, "split"))\\n\";",
            "    }",
            "}",
        ]
    }

    private func locationText() -> String {
        """
        # Written by Tidegate for the service \(plan.service); include it in the service's location.
        proxy_pass http://\(NginxName.variable(plan.service, "upstream"));
        proxy_http_version 1.1;
        proxy_set_header Connection "";
        proxy_set_header Host $host;
        proxy_set_header \(plan.routing.tagHeader) \(NginxName.variable(plan.service, "tag"));
        add_header x-tidegate-revision \(NginxName.variable(plan.service, "revision")) always;

        """
    }

    /// Everything that is printed as it stands is a name, a number or an address, or it is refused here.
    private func check() throws {
        if let problem = Name.problem(with: plan.service) { throw ReleaseError(.invalidInput, "the service '\(plan.service)' \(problem)") }
        let isReleaseID =
            (1...128).contains(plan.release.utf8.count) && Name.problem(with: String(plan.release.prefix(63))) == nil
            && plan.release.utf8.allSatisfy { Name.problem(with: "a" + String(UnicodeScalar($0))) == nil }
        guard isReleaseID else { throw ReleaseError(.invalidInput, "'\(plan.release)' is not the id of a release") }
        guard plan.generation >= 0, plan.leaseTerm >= 0, max(plan.generation, plan.leaseTerm) < 1 << 53 else {
            throw ReleaseError(.invalidInput, "generation and lease term must lie between 0 and 2^53")
        }
        if let problem = HeaderName.problem(with: plan.routing.tagHeader) {
            throw ReleaseError(.invalidInput, "the tag header '\(plan.routing.tagHeader)' \(problem)")
        }
        for arm in plan.arms {
            if let problem = Name.problem(with: arm.revision) {
                throw ReleaseError(.invalidInput, "the revision '\(arm.revision)' \(problem)")
            }
            guard arm.weight == .zero || !arm.servers.isEmpty else {
                throw ReleaseError(.invalidInput, "the arm '\(arm.name)' gets \(arm.weight) of the traffic but has no servers")
            }
            guard arm.servers.count <= Self.maximumServers else {
                throw ReleaseError(.limitExceeded, "the arm '\(arm.name)' has more than \(Self.maximumServers) servers")
            }
            for server in arm.servers {
                if let problem = ServerAddress.problem(with: server) {
                    throw ReleaseError(.invalidInput, "the server '\(server)' of arm '\(arm.name)' \(problem)")
                }
            }
        }
    }
}
