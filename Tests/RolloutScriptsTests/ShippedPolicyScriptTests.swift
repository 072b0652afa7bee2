import Foundation
import Testing

/// The scripts beside the shipped policies hold: what each policy is for, in plain text.
@Suite struct ShippedPolicyScriptTests {
    static let folder = ScriptTests.root.appending(path: "policies")

    static var names: [String] {
        let policies = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return policies.sorted().flatMap { policy in
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.appending(path: policy).path)) ?? []
            return files.filter { $0.hasSuffix(".rollout") }.sorted().map { "\(policy)/\($0)" }
        }
    }

    @Test func scriptsAreFound() {
        for policy in ["classic", "default"] { #expect(Self.names.filter { $0.hasPrefix("\(policy)/") }.count >= 3) }
    }

    @Test(arguments: names) func holds(name: String) async throws {
        try await ScriptTests.run(try String(contentsOf: Self.folder.appending(path: name), encoding: .utf8), name: name)
    }
}
