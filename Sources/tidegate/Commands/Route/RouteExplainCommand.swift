import ArgumentParser
import PluginKit
import ReleaseModel
import Routing

struct RouteExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Say where one request goes: which rule, bucket, weight and colours applied, and why.",
        discussion: """
            Every rule is asked, also those after the one that decides. Colours that the request brings along in its own header are
            believed from trusted networks and under valid signatures, as everywhere; --tag says that a colour is believed.

              tidegate route explain policies/demo/policy.yaml --weight 10% -H 'x-user-id: ada'
              tidegate route explain policy.yaml --arms stable=70%,a=15%,b=15% --url /cart/7 -b uid=7 --at 2026-11-21T03:00:00+08:00
              tidegate route explain --release checkout --request request.json -o json
            """)

    @OptionGroup
    var routing: RoutingOptions

    @OptionGroup(title: "Request")
    var request: RequestOptions

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        var of: String
        var salt: String
        var weights: [ArmWeight]
        /// What became of the colours in the request's own header: `believed`, or why not.
        var admission: String
        var explanation: RoutingExplanation
    }

    func validate() throws {
        if routing.policy == "-", request.request == "-" {
            throw ValidationError("Standard input cannot be both the policy and the request.")
        }
    }

    func run() async throws {
        let subject = try await routing.subject()
        let given = try request.given()
        let admission = try Self.admission(given, subject.table)
        var inbound = admission.colors
        for tag in given.tags where !inbound.tags.contains(tag) { inbound.tags.append(tag) }
        let report = Report(
            of: subject.name, salt: subject.salt, weights: subject.table.arms, admission: admission.reason?.rawValue ?? "believed",
            explanation: subject.table.explanation(of: given.request, now: given.now, inbound: inbound))
        try output.print(report) { ExplanationView(style: $0).lines(report) }
    }

    /// Whether the colours in the request's header are believed. A key whose secret is not to be had here verifies nothing.
    private static func admission(_ given: RequestOptions.Given, _ table: RoutingTable) throws -> ColorGate.Admission {
        var propagation = table.propagation
        var secrets: [String: [UInt8]] = [:]
        for key in propagation.keys {
            if let secret = try? SecretReference(key.secret)?.resolve() { secrets[key.id] = Array(secret.utf8) }
        }
        propagation.keys = propagation.keys.filter { secrets[$0.id] != nil }
        let gate = try ColorGate(propagation: propagation, tagHeader: table.tagHeader, secrets: secrets)
        return gate.admit(given.request, now: given.now)
    }
}
