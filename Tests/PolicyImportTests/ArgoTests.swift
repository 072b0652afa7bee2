import PolicyImport
import PolicyLanguage
import ReleaseModel
import Testing

/// Manifests of Argo Rollouts, written to its documentation.
@Suite struct ArgoTests {
    static let rollout = """
        apiVersion: argoproj.io/v1alpha1
        kind: Rollout
        metadata: {name: shop}
        spec:
          replicas: 4
          selector: {matchLabels: {app: shop}}
          template:
            metadata: {labels: {app: shop}}
            spec: {containers: [{name: shop, image: shop:1}]}
          strategy:
            canary:
              stableService: shop-stable
              canaryService: shop-canary
              trafficRouting:
                managedRoutes: [{name: beta}]
                nginx: {stableIngress: shop}
              analysis:
                templates: [{templateName: success-rate}]
                startingStep: 3
                args:
                - name: service
                  value: shop.prod
                - name: hash
                  valueFrom: {podTemplateHashValue: Latest}
              steps:
              - setWeight: 5
              - setHeaderRoute:
                  name: beta
                  match:
                  - headerName: X-Beta
                    headerValue: {exact: "yes"}
                  - headerName: user-agent
                    headerValue: {regex: ".*Firefox.*"}
              - pause: {duration: 10m}
              - setWeight: 25
              - pause: {}
              - setWeight: 50
              - pause: {duration: 90}
              - setMirrorRoute: {name: beta, percentage: 50}
        """

    static let template = """
        ---
        apiVersion: argoproj.io/v1alpha1
        kind: AnalysisTemplate
        metadata: {name: success-rate}
        spec:
          args:
          - name: service
          - name: hash
          metrics:
          - name: success-rate
            interval: 5m
            initialDelay: 1m
            successCondition: result[0] >= 0.95
            failureCondition: result[0] < 0.9
            failureLimit: 3
            provider:
              prometheus:
                address: http://prometheus.example:9090
                query: |
                  sum(rate(requests{service="{{args.service}}",hash="{{ args.hash }}",code!~"5.*"}[5m]))
                  / sum(rate(requests{service="{{args.service}}",hash="{{ args.hash }}"}[5m]))
        """

    static func run(_ texts: String...) -> ImportReport {
        PolicyImporter.run(.argo, texts.enumerated().map { .init(name: "\($0.offset).yaml", text: $0.element) })
    }

    /// The one policy of a report, as the policy language reads it.
    static func policy(_ report: ImportReport, at index: Int = 0) throws -> Policy {
        let imported = report.policies[index]
        let (policy, findings) = PolicyParser.parse(imported.yaml, file: imported.name)
        return try #require(policy, "\(findings)\n\(imported.yaml)")
    }

    @Test func stepsBecomeStages() throws {
        let policy = try Self.policy(Self.run(Self.rollout, Self.template))
        #expect(policy.name == "shop")
        #expect(policy.stages.map(\.weight) == [500, 2500, 5000].map(Weight.init(basisPoints:)))
        #expect(policy.stages.map(\.duration) == [.seconds(600), .seconds(10), .seconds(90)])
        #expect(policy.stages.map { $0.approval != nil } == [false, false, true])
        #expect(policy.stages.allSatisfy { $0.samples == 0 })
    }

    @Test func analysesBecomeChecks() throws {
        let policy = try Self.policy(Self.run(Self.rollout, Self.template))
        let check = try #require(policy.metrics.source.configuration["checks"]?.array?.first)
        #expect(policy.metrics.source.configuration["url"]?.string == "http://prometheus.example:9090")
        #expect(check["every"]?.string == "5m" && check["delay"]?.string == "1m" && check["from"]?.string == "25%")
        #expect(
            check["query"]?.string == """
                sum(rate(requests{service="shop.prod",hash="$revision",code!~"5.*"}[5m]))
                / sum(rate(requests{service="shop.prod",hash="$revision"}[5m]))
                """)
        let limits = try #require(policy.health.configuration["checks"]?.array?.first)
        #expect(limits["atLeast"]?.number == 0.95 && limits["failing"]?["below"]?.number == 0.9)
        #expect(limits["failures"]?.number == 3 && limits["unanswered"]?.number == 4)
        #expect(policy.tree.first?.condition == "checks.failed")
    }

    @Test func headersBecomeRules() throws {
        let rules = try Self.policy(Self.run(Self.rollout, Self.template)).routing.rules
        #expect(
            rules.map(\.when) == [
                #"header["x-beta"] == "yes""#, #"header["user-agent"] ~= nil and ngx.re.find(header["user-agent"], ".*Firefox.*") ~= nil"#,
            ])
        #expect(rules.allSatisfy { $0.to == "canary" })
    }

    @Test func everyFieldIsAccountedFor() {
        let report = Self.run(Self.rollout, Self.template)
        #expect(report.counts.dropped == 2)
        let mirror = report.remarks.filter { $0.outcome == .dropped }
        #expect(mirror.map(\.field) == ["spec.strategy.canary.steps[7].setMirrorRoute"])
        #expect(mirror.first?.file == "0.yaml" && mirror.first?.line == 39)
        #expect(report.counts.adapted == 2, "the hash of the pods: name and value")
        #expect(report.counts.elsewhere > 5)
        #expect(report.files.map(\.manifests) == [["Rollout shop"], ["AnalysisTemplate success-rate"]])
    }

    @Test func aFieldThatNobodyKnowsIsListed() {
        let report = Self.run(Self.rollout.replacing("  replicas: 4", with: "  replicas: 4\n  brandNew: {a: 1, b: [2, 3]}"))
        let unknown = report.remarks.filter { $0.field.hasPrefix("spec.brandNew") }
        #expect(unknown.map(\.field) == ["spec.brandNew.a", "spec.brandNew.b[0]", "spec.brandNew.b[1]"])
        #expect(unknown.allSatisfy { $0.outcome == .dropped && $0.line == 6 })
    }

    @Test func aTemplateThatIsMissingIsSaid() throws {
        let report = Self.run(Self.rollout)
        #expect(report.remarks.contains { $0.reason.contains("'success-rate' is in none of the files") })
        #expect(try Self.policy(report).stages.count == 3)
    }

    @Test func anInlineAnalysisHoldsItsStage() throws {
        let text = """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: inline}
            spec:
              strategy:
                canary:
                  steps:
                  - setWeight: 10
                  - pause: {duration: 1m}
                  - analysis:
                      templates: [{templateName: t, clusterScope: true}]
                  - setWeight: 100
                  - pause: {duration: 20m}
            ---
            apiVersion: argoproj.io/v1alpha1
            kind: ClusterAnalysisTemplate
            metadata: {name: t}
            spec:
              metrics:
              - name: errors
                interval: 30s
                count: 5
                failureCondition: result[0] > 10
                provider: {prometheus: {address: "http://p:9090", query: "errors_total"}}
            """
        let policy = try Self.policy(Self.run(text))
        #expect(policy.stages.map(\.duration) == [.seconds(180)])
        #expect(policy.bake == .seconds(1200))
        #expect(policy.metrics.source.configuration["checks"]?.array?.first?["count"]?.number == 5)
        #expect(policy.health.configuration["checks"]?.array?.first?["atMost"]?.number == 10)
    }

    @Test func blueGreenIsOneStepWithItsApproval() throws {
        let text = """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: blue}
            spec:
              strategy:
                blueGreen: {activeService: a, previewService: p, autoPromotionEnabled: false}
            """
        let policy = try Self.policy(Self.run(text))
        #expect(policy.stages.map(\.weight) == [.full])
        #expect(policy.stages.first?.approval != nil)
    }

    @Test func aProviderWithoutAnEqualMustBeFilledInAndFailsUntilThen() throws {
        let text = """
            apiVersion: argoproj.io/v1alpha1
            kind: AnalysisTemplate
            metadata: {name: smoke}
            spec:
              metrics:
              - name: smoke
                interval: 10s
                failureLimit: 1
                provider: {job: {spec: {template: {spec: {containers: [{name: a, image: b}], restartPolicy: Never}}}}}
            """
        let report = Self.run(text)
        let policy = try Self.policy(report)
        #expect(policy.metrics.also?.first?.plugin == "webhooks")
        #expect(
            report.counts
                == {
                    var counts = FieldCounts(); (counts.carried, counts.dropped) = (3, 1); return counts
                }())
        #expect(report.policies.first?.yaml.contains("fail until the address") == true)
    }

    @Test(arguments: ["apiVersion: [", "a: 1\na: 2", "{{- with .Values }}\nkind: x\n{{- end }}\n"]) func whatIsNoYAMLIsSaidWithItsLine(
        text: String
    ) {
        let report = Self.run(text, Self.rollout)
        #expect(report.files[0].problem?.hasPrefix("line ") == true)
        #expect(report.policies.count == 1, "the other files are imported")
    }

    @Test func anAliasBombIsStopped() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...8 {
            text += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        #expect(Self.run(text).files[0].problem?.contains("more than 200000 values") == true)
    }

    @Test func otherKindsAreNamed() {
        let report = Self.run("apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n")
        #expect(report.files[0].others == ["Service s"] && report.policies.isEmpty && report.counts.share == nil)
    }
}
