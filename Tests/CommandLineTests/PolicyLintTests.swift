import Foundation
import PolicyLanguage
import Testing

@testable import tidegate

/// `policy lint` on the real plugins beside this program: their settings are checked as a server checks them, at their places.
@Suite struct PolicyLintTests {
    private static func lint(_ health: String, _ metrics: String = #"{url: "http://127.0.0.1:9090"}"#, more: String = "") async throws -> (
        code: Int32, output: String, errors: String
    ) {
        let policy = """
            apiVersion: tidegate/v1
            kind: RolloutPolicy
            metadata: {name: shop}
            spec:
              metrics: \(metrics)
              health:
                \(health)
              stages: [{weight: 1%, for: 10m}, {weight: 50%, for: 10m}]\(more)

            """
        return try await PolicyTrialTests.withFolder(["shop.yaml": policy]) { folder in
            let result = await PolicyTrialTests.run(["lint", "\(folder)/shop.yaml"])
            return (result.code, result.output.replacing("\(folder)/", with: ""), result.errors)
        }
    }

    @Test(arguments: [
        ("slo: [{name: a, objective: 101%}]", "shop.yaml:7:21: health.slo[0].objective must be a share"),
        ("slo: [{name: a, objective: 99.9%, window: 3s}]", "shop.yaml:7:39: health.slo[0].window must be a length of time"),
        ("slo: [{name: a, objective: 99.9%, latency: 3s}]", "shop.yaml:7:39: health.slo[0].latency must be an object"),
        ("falseRolback: 1%", "shop.yaml:7:5: health.falseRolback is not a setting of HealthScore; did you mean falseRollback?"),
    ])
    func settingsAreCheckedAtTheirPlaces(health: String, expected: String) async throws {
        let result = try await Self.lint(health)
        #expect(result.code == 1)
        #expect(result.output.contains(expected), "\(result)")
        // The line with a caret under the setting.
        #expect(result.output.contains("^"), "\(result)")
    }

    @Test func settingsThatAreRightPass() async throws {
        let result = try await Self.lint("slo: [{name: a, objective: 99.9%, window: 28d}]")
        #expect(result.code == 0)
        #expect(result.output.hasPrefix("shop.yaml: ok (policy shop)\n  tree proven"), "\(result)")
    }

    @Test func theMainSourceAndFurtherOnesAreChecked() async throws {
        let wrong = try await Self.lint("{}", #"{urll: "http://127.0.0.1:9090"}"#)
        #expect(wrong.code == 1)
        #expect(wrong.output.contains("5:13: metrics.urll is not a setting of PrometheusMetrics; did you mean url?"), "\(wrong)")
        let further = try await Self.lint(
            "{}", #"{url: "http://127.0.0.1:9090", also: [{plugin: webhooks, chekcs: []}]}"#)
        #expect(further.output.contains(": metrics.also.0.chekcs is not a setting of WebhookChecks"), "\(further)")
    }

    /// A plugin that is not at hand may be on the server; one of another kind belongs nowhere there.
    @Test func pluginsAreOfTheKindThatIsWanted() async throws {
        let unknown = try await Self.lint("plugin: OurScore", more: "\n  logs: {plugin: HealthScor}")
        #expect(unknown.code == 0)
        #expect(unknown.output.contains("shop.yaml:7:5: warning: there is no plugin 'OurScore'"), "\(unknown)")
        #expect(unknown.output.contains("9:10: warning: there is no plugin 'HealthScor'; did you mean HealthScore?"), "\(unknown)")
        let other = try await Self.lint("plugin: nginx")
        #expect(other.code == 1)
        #expect(
            other.output.contains(
                "shop.yaml:7:5: 'nginx' is a plugin of kind dataPlane; scoring or signals is wanted here"), "\(other)")
    }

    /// What one plugin gives helps nobody who uses another.
    @Test func theTreeReadsWhatThePoliciesPluginsGive() async throws {
        let other = try await Self.lint("plugin: LogSignals")
        #expect(other.code == 1)
        #expect(
            other.output.contains("tree node 'slo and logs agree'") && other.output.contains("unknown signal 'slo.breached'"), "\(other)")
        let quiet = try await Self.lint("{}", more: "\n  logs: none")
        #expect(quiet.code == 0 && quiet.output.contains("tree proven"), "\(quiet)")
    }

    @Test func aLineWithASecretIsNotShown() async throws {
        let result = try await Self.lint("{}", #"{url: "http://u:hunter2@127.0.0.1:9090", urll: 1}"#)
        #expect(result.code == 1)
        #expect(!result.output.contains("hunter2"), "\(result)")
    }

    @Test func theShippedPoliciesPass() async throws {
        for name in ["default", "classic", "demo"] {
            try await PolicyTrialTests.withFolder(["policy.yaml": try ShippedPolicy.text(named: name)]) { folder in
                let result = await PolicyTrialTests.run(["lint", "\(folder)/policy.yaml"])
                #expect(result.code == 0 && result.output.contains("tree proven"), "\(result)")
            }
        }
    }

    @Test func aFolderThatWasNamedMustBeThere() async throws {
        try await PolicyTrialTests.withFolder(["policy.yaml": try ShippedPolicy.text(named: "default")]) { folder in
            let missing = await PolicyTrialTests.run(["lint", "\(folder)/policy.yaml", "--plugins", "\(folder)/nothing"])
            #expect(missing.code == 1 && missing.errors.contains("nothing"), "\(missing)")
            try FileManager.default.createDirectory(atPath: "\(folder)/empty", withIntermediateDirectories: false)
            let without = await PolicyTrialTests.run(["lint", "\(folder)/policy.yaml", "--plugins", "\(folder)/empty"])
            #expect(without.code == 0, "\(without)")
        }
    }
}
