internal import Hashing
internal import PluginKit
internal import Predicates
internal import ReleaseModel
internal import Routing

/// One service's plan, compiled: everything that a decision needs, and the parts of its answer that are the same every time.
final class LoadedPlan: Sendable {
    struct ArmAnswer: Sendable {
        /// The answer's beginning up to and with the name of the header that says the rule.
        let head: [UInt8]
        let count: AtomicCounter
    }

    /// The parts of a request line, and the connection's, that a routing reads.
    struct Parts: Sendable {
        var method = false
        var target = false
        var host = false
        var scheme = false

        init(_ fields: [RequestField]) {
            for field in fields {
                switch field {
                case .method: method = true
                case .path, .query, .requestTarget: target = true
                case .host, .header("host"): host = true
                case .scheme: scheme = true
                case .header, .cookie, .tag, .clientAddress: break
                }
            }
        }
    }

    let plan: TrafficPlan
    let table: RoutingTable
    let gate: ColorGate
    /// In the order of the plan's arms.
    let arms: [ArmAnswer]
    /// The rules' names as header values.
    let rules: [[UInt8]]
    /// The headers that the routing reads, still without values.
    let headers: [RoutingRequest.Header]
    /// Which other parts of a request it reads.
    let parts: Parts
    /// The service's name as it comes in requests.
    let serviceName: [UInt8]
    let counters: ServiceCounters
    /// SHA-256 of the plan's file, in hexadecimal.
    let digest: String
    let loadedAt: Timestamp

    /// - Throws: `ReleaseError` or `PluginFailure` that says what in the plan cannot be used.
    init(_ plan: TrafficPlan, digest: String, counters: ServiceCounters, loadedAt: Timestamp) throws {
        if let problem = Name.problem(with: plan.service) {
            throw ReleaseError(.invalidInput, "the service '\(plan.service)' \(problem)")
        }
        guard plan.generation >= 0, plan.leaseTerm >= 0 else {
            throw ReleaseError(.invalidInput, "generation and lease term must not be negative")
        }
        let table = try RoutingTable(
            routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
        let gate = try Self.gate(of: table)
        self.plan = plan
        self.table = table
        self.gate = gate
        self.counters = counters
        self.digest = digest
        self.loadedAt = loadedAt
        arms = plan.arms.map { arm in
            let text =
                "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-tidegate-generation: \(plan.generation)\r\nx-tidegate-arm: "
            let head =
                Array(text.utf8) + HeaderText.escaped(arm.name) + Array("\r\nx-tidegate-revision: ".utf8)
                + HeaderText.escaped(arm.revision) + Array("\r\nx-tidegate-rule: ".utf8)
            return ArmAnswer(head: head, count: counters.counter(of: .init(name: arm.name, revision: arm.revision)))
        }
        rules = table.rules.map { HeaderText.escaped($0.name) }
        headers = Self.headers(of: table, gate: gate)
        parts = Parts(table.slots.fields)
        serviceName = Array(plan.service.utf8)
    }

    private static func gate(of table: RoutingTable) throws -> ColorGate {
        var secrets: [String: [UInt8]] = [:]
        for key in table.propagation.keys {
            guard let reference = SecretReference(key.secret) else {
                throw ReleaseError(
                    .invalidInput, "its secret is no reference", place: "colour key '\(key.id)'", advice: "write env:NAME or file:PATH")
            }
            secrets[key.id] = Array(try reference.resolve().utf8)
        }
        return try ColorGate(propagation: table.propagation, tagHeader: table.tagHeader, secrets: secrets)
    }

    private static func headers(of table: RoutingTable, gate: ColorGate) -> [RoutingRequest.Header] {
        var names = [gate.tagHeader, HeaderName.signature(of: gate.tagHeader), HeaderName.hops(of: gate.tagHeader)]
        if gate.baggage != nil { names.append("baggage") }
        for field in table.slots.fields {
            switch field {
            case .header(let name): names.append(name.lowercased())
            case .cookie: names.append("cookie")
            default: break
            }
        }
        var seen: Set<String> = []
        // What the proxy says about the request is not a header of it; `host` is the proxy's, the client's comes in x-original-host.
        return names.filter { seen.insert($0).inserted && $0 != "host" && !ProxyHeaders.names.contains($0) }
            .map { RoutingRequest.Header(name: Array($0.utf8), value: []) }
    }
}
