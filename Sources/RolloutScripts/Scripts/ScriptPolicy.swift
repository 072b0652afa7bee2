import PolicyLanguage
import Predicates
public import ReleaseModel
import RolloutEngine

extension Script {
    /// A policy's text, and the file that it comes from.
    public struct PolicyText: Sendable {
        public var text: String
        public var file: String

        public init(text: String, file: String) {
            self.text = text
            self.file = file
        }
    }

    /// The policy that the script runs under, parsed by the policy language.
    ///
    /// - Parameters:
    ///   - signals: what the policy's tree may read.
    ///   - find: the policy of a name, or of a path relative to the script.
    /// - Throws: `ScriptError` with every finding that is an error.
    public func resolvedPolicy(signals: [SignalDescriptor], find: (String) throws -> PolicyText) throws -> Policy {
        let source: PolicyText
        let line: Int
        switch policy {
        case .named(let name, let first):
            do {
                source = try find(name)
            } catch let error as ReleaseError {
                throw ScriptError(script: self.name, line: first, reason: "\(error.place.map { "\($0): " } ?? "")\(error.reason)")
            }
            line = first
        case .spec(let spec, let first):
            source = PolicyText(text: Self.document(spec), file: name)
            line = first
        case nil: throw ScriptError(script: name, line: 0, reason: "a script names its policy")
        }
        let (parsed, findings) = PolicyParser.parse(
            source.text, file: source.file, signals: SignalSchema(signals + RollbackTree.ownSignals))
        let errors = findings.filter { $0.severity == .error }
        guard errors.isEmpty else {
            throw ScriptError(script: name, line: line, reason: errors.map { "\($0)" }.joined(separator: "\n"))
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
