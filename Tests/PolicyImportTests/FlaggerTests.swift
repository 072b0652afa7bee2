import PolicyImport
import PolicyLanguage
import ReleaseModel
import Testing

/// Manifests of Flagger, written to its documentation.
@Suite struct FlaggerTests {
    static let canary = """
        apiVersion: flagger.app/v1beta1
        kind: Canary
        metadata: {name: shop, namespace: prod}
        spec:
          provider: nginx
          targetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}
          ingressRef: {apiVersion: networking.k8s.io/v1, kind: Ingress, name: shop}
          progressDeadlineSeconds: 60
          service: {port: 80, targetPort: 9898}
          analysis:
            interval: 30s
            threshold: 5
            maxWeight: 50
            stepWeight: 20
            sessionAffinity: {cookieName: shop-side, maxAge: 3600}
            metrics:
            - name: request-success-rate
              thresholdRange: {min: 99}
              interval: 1m
            - name: request-duration
              thresholdRange: {max: 500}
              interval: 1m
            - name: "not found"
              templateRef: {name: not-found, namespace: ops}
              thresholdRange: {max: 5}
              interval: 2m
              templateVariables: {code: "404"}
            webhooks:
            - name: acceptance
              type: pre-rollout
              url: http://tester.test/
              timeout: 30s
              metadata: {type: bash, cmd: "curl -s http://shop-canary.prod/"}
            - name: load
              url: http://tester.test/
              timeout: 5s
              metadata: {cmd: "hey http://shop-canary.prod/"}
            - name: approve
              type: confirm-promotion
              url: http://tester.test/gate/check
            - name: events
              type: event
              url: http://events.test/
            - name: undo
              type: rollback
              url: http://tester.test/rollback/check
            alerts:
            - name: chat
              severity: error
              providerRef: {name: chat, namespace: ops}
        ---
        apiVersion: flagger.app/v1beta1
        kind: MetricTemplate
        metadata: {name: not-found, namespace: ops}
        spec:
          provider: {type: prometheus, address: "http://prometheus.ops:9090"}
          query: |
            100 * sum(rate(requests{namespace="{{ namespace }}",pod=~"{{ target }}-.*",code="{{ variables.code }}"}[{{ interval }}]))
        ---
        apiVersion: flagger.app/v1beta1
        kind: AlertProvider
        metadata: {name: chat, namespace: ops}
        spec: {type: slack, channel: releases, address: "https://hooks.example/x"}
        """

    static func run(_ text: String) -> ImportReport { PolicyImporter.run(.flagger, [.init(name: "canary.yaml", text: text)]) }

    @Test func weightsBecomeStages() throws {
        let policy = try ArgoTests.policy(Self.run(Self.canary))
        #expect(policy.stages.map(\.weight) == [2000, 4000, 5000].map(Weight.init(basisPoints:)))
        #expect(policy.stages.allSatisfy { $0.duration == .seconds(30) })
        #expect(policy.routing.key.hasPrefix(#"cookie["shop-side"] or "#))
    }

    @Test func metricsBecomeChecks() throws {
        let policy = try ArgoTests.policy(Self.run(Self.canary))
        let queries = policy.metrics.source.configuration["checks"]?.array ?? []
        #expect(queries.compactMap { $0["name"]?.string } == ["request-success-rate", "request-duration", "not-found"])
        #expect(
            queries.last?["query"]?.string
                == #"100 * sum(rate(requests{namespace="prod",pod=~"shop-.*",code="404"}[2m]))"#)
        let limits = policy.health.configuration["checks"]?.array ?? []
        #expect(limits.prefix(3).map { $0["atLeast"]?.number } == [99, nil, nil])
        #expect(limits.prefix(3).map { $0["atMost"]?.number } == [nil, 500, 5])
        #expect(limits.prefix(3).allSatisfy { $0["failures"]?.number == 4 && $0["unanswered"]?.number == 4 })
        #expect(policy.metrics.source.configuration["url"]?.string == "http://prometheus.ops:9090")
    }

    @Test func webhooksBecomeChecksAndNotifications() throws {
        let policy = try ArgoTests.policy(Self.run(Self.canary))
        let calls = policy.metrics.also?.first?.configuration["checks"]?.array ?? []
        #expect(calls.compactMap { $0["name"]?.string } == ["acceptance", "load", "approve"])
        #expect(calls.first?["timeout"]?.string == "8s")
        #expect(calls[1]["metadata"]?["cmd"]?.string == "hey http://shop-canary.prod/")
        #expect(calls.last?["from"]?.string == "50%")
        #expect(policy.notify.map(\.url) == ["http://events.test/", "https://hooks.example/x"])
    }

    @Test func whatHasNoEqualIsListedWithItsPlace() {
        let report = Self.run(Self.canary)
        let dropped = report.remarks.filter { $0.outcome == .dropped }
        #expect(dropped.map(\.field) == ["spec.analysis.webhooks[4]"])
        #expect(dropped.first?.line == 44)
        #expect(report.counts.dropped == 3)
        #expect((report.counts.share ?? 0) > 0.9)
    }

    @Test(arguments: [("iterations: 10", [1]), ("stepWeights: [5, 20, 60, 100]", [500, 2000, 6000])])
    func otherWaysToGrow(way: String, weights: [Int]) throws {
        let text = Self.canary.replacing("maxWeight: 50", with: way).replacing("    stepWeight: 20\n", with: "")
        #expect(try ArgoTests.policy(Self.run(text)).stages.map(\.weight.basisPoints) == weights)
    }

    @Test func matchesBecomeRulesAndNeverWiderOnes() throws {
        let text = Self.canary.replacing(
            "    sessionAffinity: {cookieName: shop-side, maxAge: 3600}",
            with: """
                    iterations: 5
                    match:
                    - headers: {x-insider: {exact: "yes"}}
                    - headers: {cookie: {regex: "^(.*?;)?(type=insider)(;.*)?$"}}
                    - headers: {x-insider: {exact: "yes"}, user-agent: {regex: "(?!.*Chrome)Safari"}}
                    - headers: {x-a: {exact: "1"}}
                      sourceLabels: {app: x}
                """)
        let report = Self.run(text)
        let rules = try ArgoTests.policy(report).routing.rules
        #expect(rules.map(\.when) == [#"header["x-insider"] == "yes""#, #"cookie["type"] == "insider""#])
        #expect(report.remarks.contains { $0.reason.contains("looks ahead") })
        #expect(report.remarks.contains { $0.field.hasSuffix("match[3].sourceLabels") && $0.outcome == .dropped })
    }

    @Test func aCanaryThatSkipsItsAnalysisHasNoChecks() throws {
        let policy = try ArgoTests.policy(
            Self.run(Self.canary.replacing("  provider: nginx", with: "  provider: nginx\n  skipAnalysis: true")))
        #expect(policy.health.configuration["checks"] == nil)
        #expect(policy.tree.count > 3, "the default tree")
    }
}
