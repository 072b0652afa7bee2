import PolicyLanguage
import Predicates
public import ReleaseModel
import RolloutEngine

extension Script {
    /// The policy that the script runs under, parsed by the policy language.
    ///
    /// - Parameters:
    ///   - shipped: the text of a shipped policy by name.
    ///   - signals: what the policy's tree may read.
    /// - Throws: `ScriptError` with the first finding that is an error.
    public func resolvedPolicy(
        signals: [SignalDescriptor], shipped: (String) throws -> String
    ) throws -> Policy {
        let text: String
        let line: Int
        switch policy {
        case .named(let name):
            text = try shipped(name)
            line = 0
        case .spec(let spec, let first):
            text = Self.document(spec)
            line = first
        }
        let (parsed, findings) = PolicyParser.parse(text, file: name, signals: SignalSchema(signals + RollbackTree.ownSignals))
        if let error = findings.first(where: { $0.severity == .error }) {
            throw ScriptError(script: name, line: line, reason: "\(error)")
        }
        guard let parsed else { throw ScriptError(script: name, line: line, reason: "the policy cannot be read") }
        return parsed
    }

    /// A whole policy around a script's `spec`: windows of 10 s that are read at once, no warm-up, no bake unless the script has one.
    private static func document(_ spec: String) -> String {
        func missing(_ key: String) -> Bool {
            !spec.split(separator: "\n").contains { $0.drop { $0 == " " }.hasPrefix("\(key):") && $0.prefix { $0 == " " }.count == 2 }
        }
        var lines = ["apiVersion: tidegate/v1", "kind: RolloutPolicy", "metadata: {name: script}", "spec:"]
        if missing("metrics") { lines.append("  metrics: {plugin: prometheus, url: \"http://127.0.0.1:9090\", every: 10s, lag: 0s}") }
        if missing("warmUp") { lines.append("  warmUp: 0s") }
        if missing("bake") { lines.append("  bake: 0s") }
        return lines.joined(separator: "\n") + "\n" + spec + "\n"
    }
}
