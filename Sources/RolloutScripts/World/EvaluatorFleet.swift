import DecisionReplay
public import PluginKit
import ReleaseController
public import ReleaseModel

/// The scoring and signal plugins that judge simulated windows: what the policy names, called as a controller would call it.
public struct EvaluatorFleet: Sendable {
    /// One plugin, with the settings that it accepted.
    public struct Member: Sendable {
        public var use: PluginUse
        public var version: String
        public var sha256: String
        public var signals: [SignalDescriptor]
        public var evaluate: @Sendable (EvaluateRequest) async throws -> EvaluateResponse

        public init(
            use: PluginUse, version: String, sha256: String, signals: [SignalDescriptor],
            evaluate: @escaping @Sendable (EvaluateRequest) async throws -> EvaluateResponse
        ) {
            self.use = use
            self.version = version
            self.sha256 = sha256
            self.signals = signals
            self.evaluate = evaluate
        }
    }

    public var members: [Member]

    public init(_ members: [Member]) { self.members = members }

    public var signals: [SignalDescriptor] { members.flatMap(\.signals) }

    func answer(_ call: EvaluatorCall) async -> EvaluatorAnswer {
        guard let member = members.first(where: { $0.use.plugin == call.plugin }) else {
            return EvaluatorAnswer(
                plugin: PluginIdentity(name: call.plugin, version: "", sha256: ""), output: nil, failure: "the plugin is not loaded")
        }
        let identity = PluginIdentity(name: call.plugin, version: member.version, sha256: member.sha256)
        do {
            let response = try await member.evaluate(EvaluateRequest(inputs: [call.input]))
            return EvaluatorAnswer(
                plugin: identity, output: response.outputs.first, failure: response.outputs.isEmpty ? "no answer" : nil)
        } catch {
            return EvaluatorAnswer(plugin: identity, output: nil, failure: "\(error)")
        }
    }
}
