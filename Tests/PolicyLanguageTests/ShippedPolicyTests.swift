import Foundation
import PolicyLanguage
import Predicates
import ReleaseModel
import Testing

@Suite struct ShippedPolicyTests {
    static func source(of name: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        return try String(contentsOf: root.appending(path: "policies/\(name)/policy.yaml"), encoding: .utf8)
    }

    @Test(arguments: ["default", "classic", "demo"])
    func everyShippedPolicyIsClean(name: String) throws {
        let (policy, findings) = PolicyParser.parse(try Self.source(of: name), file: "policies/\(name)/policy.yaml", signals: signals)
        #expect(findings.map(\.description) == [])
        #expect(policy?.name == name)
    }

    @Test func theDefaultPolicyWritesOutTheDefaults() throws {
        let written = try PolicyParser.policy(try Self.source(of: "default"), file: "default", signals: signals)
        let short = """
            apiVersion: tidegate/v1
            kind: RolloutPolicy
            metadata: {name: default}
            spec: {metrics: {url: "http://127.0.0.1:9090"}}
            """
        var implied = try PolicyParser.policy(short, file: "short", signals: signals)
        // The settings of HealthScore have their defaults in its own descriptor.
        implied.health.configuration = written.health.configuration
        #expect(written == implied)
        #expect(try written.digest == implied.digest)
    }

    @Test func theDemoIsQuickAndJudgesEverything() throws {
        let demo = try PolicyParser.policy(try Self.source(of: "demo"), file: "demo", signals: signals)
        #expect(demo.stages.map(\.weight.description) == ["10%", "25%", "50%"])
        #expect(demo.stages.allSatisfy { $0.duration == .seconds(20) })
        #expect(demo.tree.map(\.name) == PolicyDefaults.tree.map(\.name))
        #expect(demo.tree.map(\.condition) == PolicyDefaults.tree.map(\.condition))
        #expect(demo.metrics.source.configuration == ["url": "http://127.0.0.1:9090", "scrape": "1s"])
    }

    /// A policy that uses every section, as the design has it.
    @Test func everySectionIsRead() throws {
        let source = """
            apiVersion: tidegate/v1
            kind: RolloutPolicy
            metadata: {name: checkout}
            spec:
              traffic: {plugin: nginx}
              metrics: {plugin: prometheus, url: "http://127.0.0.1:9090", every: 10s, lag: 15s}
              routing:
                key: header["x-user-id"] or cookie.uid or client.address     # from a trusted hop; an empty value counts as absent
                colors:
                  - {tag: user-v2, when: 'semver(header["x-app-version"]) >= semver("2.0.0")'}
                rules:
                  - {name: testers, when: 'header["x-canary"] == "true" and inCIDR(client.address, "10.0.0.0/8")', to: canary}
                  - {name: payments stay, when: 'path:match("^/payments/") ~= nil', to: stable}
                  - {name: shanghai at night, when: 'tagged("user-v2") and tagged("region-sh")', to: canary, weight: 30%, during: "02:00-06:00 Asia/Shanghai"}
                trust: [10.0.0.0/8]
              stages:
                - {weight: 1%, for: 10m, samples: 500, extend: 4x, then: ask}
                - {weight: 10%, for: 20m}
                - {weight: 50%, for: 30m, approval: {role: approver, expires: 4h}}
              warmUp: 3m
              bake: 30m
              health:
                falseRollback: 0.01
                score: {latency: 40, errors: 30, gc: 15, memory: 15}
                required: [errors, latency]
                slo: [{name: availability, objective: 99.9%, window: 30d}]
              tree:
                - {name: slo and logs agree, if: 'slo.breached and logs.anomaly >= 0.85', then: rollback}
                - {name: canary is worse, if: 'errors.guilty or latency.guilty or gc.guilty or memory.guilty', then: rollback}
                - {name: score, if: 'held(score < 75 and scoreDrop.low > 10, 30s)', then: rollback}
                - {name: slo alone, if: 'slo.breached', then: {observe: 2m, otherwise: rollback}}
                - {name: too little to say, if: 'coverage < 0.6 or not complete', then: hold}
                - {name: not good enough, if: 'score < 90 and scoreDrop.low > 5', then: hold}
                - {name: all good, then: advance}
              notify: [{webhook: "https://chat.example/hook", secret: env:CHAT_SECRET}]
            """
        let (parsed, findings) = PolicyParser.parse(source, file: "p.yaml", signals: signals)
        #expect(findings.map(\.description) == [])
        let policy = try #require(parsed)
        #expect(policy.routing.key == PolicyDefaults.key)
        #expect(policy.routing.rules.map(\.to) == ["canary", "stable", "canary"])
        #expect(policy.routing.colors.map(\.tag) == ["user-v2"])
        #expect(policy.stages[0] == Stage(weight: Weight(basisPoints: 100), duration: .seconds(600), samples: 500, extend: 4, then: .ask))
        #expect(policy.stages[2].approval == Approval(role: "approver", expires: .seconds(14_400)))
        #expect(policy.health.configuration["slo"] == [["name": "availability", "objective": "99.9%", "window": "30d"]])
        #expect(policy.health.configuration["falseRollback"] == 0.01)
        #expect(policy.tree == PolicyDefaults.tree)
        #expect(policy.notify == [Webhook(url: "https://chat.example/hook", secret: "env:CHAT_SECRET")])
    }

    @Test func aPolicySurvivesItsCanonicalJSON() throws {
        let policy = try PolicyParser.policy(try Self.source(of: "demo"), file: "demo", signals: signals)
        let json = try JSONValue(encoding: policy)
        #expect(try json.decoded(as: Policy.self) == policy)
    }

    @Test func scalingChangesThePaceOnly() throws {
        let policy = try PolicyParser.policy(try Self.source(of: "default"), file: "default", signals: signals)
        let fast = policy.scaled(by: 0.5)
        #expect(fast.name == "default-x0.5")
        #expect(fast.stages.map(\.duration.description) == ["5m", "10m", "15m"])
        #expect(fast.bake == .seconds(900))
        #expect(fast.warmUp == .seconds(90))
        #expect(fast.tree[3].action == .observe(.seconds(60), otherwise: .rollback))
        #expect(fast.tree[2].condition == policy.tree[2].condition)
        #expect(fast.metrics == policy.metrics)
        #expect(Name.problem(with: fast.name) == nil)
    }
}
