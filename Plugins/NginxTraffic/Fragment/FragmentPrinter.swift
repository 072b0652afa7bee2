internal import NginxPrinting
internal import PluginKit
internal import ReleaseModel
internal import Routing

/// Writes a traffic plan as nginx configuration: native maps, splits and groups of servers, no scripting and no subrequests; or, for a
/// node with an edge, what asks the edge.
struct FragmentPrinter {
    /// Idle connections that each worker keeps open to an arm's servers.
    static let keepalive = 32
    static let maximumServers = 256

    let plan: TrafficPlan
    let options: FragmentOptions

    /// - Throws: `PrintingRefusal` naming the part of the plan that nginx cannot carry, `ReleaseError` for a plan that is wrong in itself.
    func fragment() throws -> Fragment {
        try check()
        let weights = plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }
        let table = try RoutingTable(routing: plan.routing, salt: plan.salt, arms: weights)
        var files = [FragmentKind.location: locationText(.http), .grpc: locationText(.grpc)]
        if let edge = options.edge { files[.server] = edgeLocations(edge) }
        let digests = files.map { ($0.key.rawValue, Fragment.digest(of: $0.value)) }
        var header = FragmentHeader(
            release: plan.release, service: plan.service, generation: options.edge == nil ? plan.generation : 0,
            leaseTerm: options.edge == nil ? plan.leaseTerm : 0, files: Dictionary(uniqueKeysWithValues: digests))
        let http = FragmentHeader.sealed(try httpText(table, header))
        guard let sealed = FragmentHeader(of: http) else {
            throw ReleaseError(.invalidInput, "the header of the fragment cannot be read back")
        }
        header = sealed
        files[.http] = http
        let edgePlan = options.edge == nil ? nil : try JSONValue(encoding: plan).canonicalText + "\n"
        return Fragment(header: header, files: files, plan: edgePlan)
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
        for arm in plan.arms { try check(arm) }
    }

    private func check(_ arm: TrafficArm) throws {
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
