import PolicyLanguage
import Predicates
import ReleaseModel
import Testing

/// Every finding about a policy as a person sees it.
@Suite struct PolicyFindingTests {
    /// A policy whose spec is `spec`, which begins in line 5.
    static func findings(_ spec: String) -> [String] {
        let source = "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n" + spec
        let (policy, findings) = PolicyParser.parse(source, file: "p.yaml", signals: signals)
        #expect((policy == nil) == findings.contains { $0.severity == .error })
        return findings.map(\.description)
    }

    static let cases: [(spec: String, expected: [String])] = [
        (
            "  stage: [{weight: 1%}]",
            ["p.yaml:5:3: unknown key 'stage' in spec\n  stage: [{weight: 1%}]\n  ^ did you mean 'stages'?"]
        ),
        (
            "  stages: [{weight: 1%, wait: 3m}]",
            [
                "p.yaml:5:25: unknown key 'wait' in a stage\n  stages: [{weight: 1%, wait: 3m}]\n                        ^ known are weight, for, samples, extend, then, approval"
            ]
        ),
        (
            "  stages:\n    - {weight: 10}",
            [
                "p.yaml:6:16: '10' is no weight: a percentage from 0% to 100% with at most two decimals\n  - {weight: 10}\n             ^ write 10%"
            ]
        ),
        (
            "  stages:\n    - {weight: 10%}\n    - {weight: 10%}\n    - {weight: 5%}",
            [
                "p.yaml:7:16: the weight does not grow: 10% after 10%\n  - {weight: 10%}\n             ^",
                "p.yaml:8:16: the weight does not grow: 5% after 10%\n  - {weight: 5%}\n             ^",
            ]
        ),
        (
            "  stages: [{weight: 0%}]",
            [
                "p.yaml:5:21: a stage gives the canary some traffic: its weight is above 0%\n  stages: [{weight: 0%}]\n                    ^ at least 0.01%"
            ]
        ),
        (
            "  stages: []",
            ["p.yaml:5:11: a release needs at least one stage\n  stages: []\n          ^ for example: - {weight: 1%, for: 10m}"]
        ),
        (
            "  stages: [{for: 10m}]",
            ["p.yaml:5:12: a stage needs 'weight'\n  stages: [{for: 10m}]\n           ^ for example: weight: 10%"]
        ),
        (
            "  stages: [{weight: 10%, for: 600}]",
            [
                "p.yaml:5:31: '600' is no length of time\n  stages: [{weight: 10%, for: 600}]\n                              ^ write the unit: 600s or 600m"
            ]
        ),
        (
            "  stages: [{weight: 10%, extend: 4}]",
            [
                "p.yaml:5:34: extend is a factor from 1x to 100x, not '4'\n  stages: [{weight: 10%, extend: 4}]\n                                 ^ write 4x"
            ]
        ),
        (
            "  stages: [{weight: 10%, then: aks}]",
            [
                "p.yaml:5:32: then is ask, hold, rollback, not 'aks'\n  stages: [{weight: 10%, then: aks}]\n                               ^ did you mean 'ask'?"
            ]
        ),
        (
            "  stages: [{weight: 10%, samples: few}]",
            [
                "p.yaml:5:35: samples is a whole number, not 'few'\n  stages: [{weight: 10%, samples: few}]\n                                  ^"
            ]
        ),
        (
            "  stages: [{weight: 10%, samples: 0, then: hold}]",
            [
                "p.yaml:5:44: note: samples is 0, so there are never too few of them\n  stages: [{weight: 10%, samples: 0, then: hold}]\n                                           ^ leave extend and then out, or ask for samples"
            ]
        ),
        (
            "  stages: [{weight: 10%, extend: 1x}]",
            [
                "p.yaml:5:34: note: a stage with too few samples gets no more time\n  stages: [{weight: 10%, extend: 1x}]\n                                 ^ for example extend: 4x"
            ]
        ),
        (
            "  stages: [{weight: 60%}, {weight: 100%}]",
            [
                "p.yaml:5:21: warning: the first stage gives 60% of the users a revision nobody has seen yet\n  stages: [{weight: 60%}, {weight: 100%}]\n                    ^ begin with 1% to 10%",
                "p.yaml:5:36: warning: a stage of 100% leaves no stable traffic to compare with\n  stages: [{weight: 60%}, {weight: 100%}]\n                                   ^ leave it out: after the last stage the release goes to 100% and bakes",
            ]
        ),
        (
            "  warmUp: 0s\n  stages: [{weight: 10%, for: 5s}]",
            [
                "p.yaml:6:31: warning: the stage lasts 5s, and metrics are looked at every 10s\n  stages: [{weight: 10%, for: 5s}]\n                              ^ let it last several polls"
            ]
        ),
        (
            "  warmUp: 20m",
            [
                "p.yaml:5:11: warning: warmUp is 20m: the first stage of 10m is over before latency, GC or memory are judged\n  warmUp: 20m\n          ^"
            ]
        ),
        (
            "  bake: 0s",
            ["p.yaml:5:9: warning: the release ends as soon as it has all traffic\n  bake: 0s\n        ^ for example bake: 30m"]
        ),
        (
            "  metrics: {scrape: 30s, lag: 10s}",
            [
                "p.yaml:5:31: warning: lag is 10s, shorter than the scrape interval of 30s\n  metrics: {scrape: 30s, lag: 10s}\n                              ^ write lag: 30s or more"
            ]
        ),
        (
            "  metrics: {every: 0s}",
            ["p.yaml:5:20: every lies between 100ms and 1h, not 0s\n  metrics: {every: 0s}\n                   ^"]
        ),
        (
            "  metrics: prometheus",
            [
                "p.yaml:5:12: metrics is a map, not a value\n  metrics: prometheus\n           ^ for example: metrics: {plugin: prometheus, url: \"http://127.0.0.1:9090\", every: 10s, lag: 15s}"
            ]
        ),
        (
            "  health: {falseRollback: 0.6}",
            [
                "p.yaml:5:27: falseRollback is a chance above 0 and at most 0.5, not '0.6'\n  health: {falseRollback: 0.6}\n                          ^ for example 0.01"
            ]
        ),
        (
            "  health: {falseRollback: 1%}",
            [
                "p.yaml:5:27: falseRollback is a chance above 0 and at most 0.5, not '1%'\n  health: {falseRollback: 1%}\n                          ^ write it as a number: 0.01 for 1%"
            ]
        ),
        // The tree
        (
            "  tree:\n    - {name: a, if: 'errors.gulity', then: rollback}\n    - {name: b, then: advance}",
            ["p.yaml:6:22: unknown signal 'errors.gulity'\n  errors.gulity\n  ^ did you mean 'errors.guilty'?"]
        ),
        (
            "  tree:\n    - {name: a, if: 'score < 750', then: rollback}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:30: 'score' is 0 to 100: 'score < 750' is always true\n  score < 750\n          ^ compare with a number from that range"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: 'drift', then: rollback}",
            [
                "p.yaml:5:3: warning: no node of the tree advances; only a person can promote\n  tree:\n  ^",
                "p.yaml:6:21: the last node has a condition, so an evaluation may end nowhere, for example with drift false\n  - {name: a, if: 'drift', then: rollback}\n                  ^ add at the end: - {name: all good, then: advance}",
            ]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: rollback}\n    - {name: b, then: advance}\n    - {name: c, then: hold}",
            [
                "p.yaml:8:7: 'c' is never reached: 'b' above it always holds\n  - {name: c, then: hold}\n    ^ move the node without 'if' to the end"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: hold}\n    - {name: b, then: advance}",
            ["p.yaml:5:3: warning: no node of the tree rolls back\n  tree:\n  ^"]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: {observe: 2m}}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:34: warning: observe does not say what follows; rollback is taken\n  - {name: a, if: drift, then: {observe: 2m}}\n                               ^ write {observe: 2m, otherwise: rollback}"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: {observe: 5s, otherwise: rollback}}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:34: warning: observe lasts 5s, and metrics are looked at every 10s\n  - {name: a, if: drift, then: {observe: 5s, otherwise: rollback}}\n                               ^"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: {observe: 2m, otherwise: advance}}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:59: otherwise is hold, ask, pause, freeze, stepDown, rollback, not 'advance'\n  - {name: a, if: drift, then: {observe: 2m, otherwise: advance}}\n                                                        ^"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: 'held(drift, 2s)', then: rollback}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:21: note: held looks back 2s, and metrics are looked at every 10s\n  - {name: a, if: 'held(drift, 2s)', then: rollback}\n                  ^"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: roll back}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:34: unknown action 'roll back'\n  - {name: a, if: drift, then: roll back}\n                               ^ did you mean 'rollback'?"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: observe}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:34: unknown action 'observe'\n  - {name: a, if: drift, then: observe}\n                               ^ write {observe: 2m, otherwise: rollback}"
            ]
        ),
        (
            "  tree:\n    - {name: a, if: drift, then: rollback}\n    - {name: a, then: advance}",
            ["p.yaml:7:14: two nodes are called 'a'\n  - {name: a, then: advance}\n           ^"]
        ),
        (
            "  tree:\n    - {name: a, if: , then: rollback}\n    - {name: b, then: advance}",
            [
                "p.yaml:6:7: the condition after 'if:' is missing\n  - {name: a, if: , then: rollback}\n    ^ leave 'if' out for a node that always holds"
            ]
        ),
        (
            "  logs: none\n  tree:\n    - {name: a, if: 'logs.anomaly > 0.5', then: rollback}\n    - {name: b, then: advance}",
            [
                "p.yaml:7:21: 'logs.anomaly' is never known: logs is none\n  - {name: a, if: 'logs.anomaly > 0.5', then: rollback}\n                  ^ leave the condition out, or use a logs plugin"
            ]
        ),
        (
            "  tree:\n    - name: a\n      if: |\n        drift or\n        scor < 3\n      then: rollback\n    - {name: b, then: advance}",
            ["p.yaml:9:1: unknown signal 'scor'\n  scor < 3\n  ^ did you mean 'score'?"]
        ),
        // Routing
        (
            "  routing:\n    rules:\n      - {name: t, when: 'headers[\"x\"] == \"1\"', to: canary}",
            ["p.yaml:7:26: unknown name 'headers.x'\n  headers[\"x\"] == \"1\"\n  ^ did you mean 'header'?"]
        ),
        (
            "  routing:\n    rules:\n      - {name: t, when: 'cookie.a == \"1\"', to: v42}",
            [
                "p.yaml:7:48: a rule leads to 'stable' or 'canary', not to 'v42'\n  - {name: t, when: 'cookie.a == \"1\"', to: v42}\n                                           ^ name the arm, not the revision"
            ]
        ),
        (
            "  routing: {key: 'cookie.a == \"1\"'}",
            [
                "p.yaml:5:28: a key is a text, and this is true or false\n  cookie.a == \"1\"\n           ^ for example: header[\"x-user-id\"] or cookie.uid or client.address"
            ]
        ),
        (
            "  routing: {tagHeader: 'x gray'}",
            [
                "p.yaml:5:24: 'x gray' is no name for the colours' header: it may hold only letters, digits and '-', beginning with a letter, at most 64 bytes\n  routing: {tagHeader: 'x gray'}\n                       ^ for example x-gray-tag"
            ]
        ),
        // Health
        (
            "  health: {breach: {by: percentile}}",
            [
                "p.yaml:5:11: note: falseRollback does not cover slo.breached where the breach is told by percentile\n  health: {breach: {by: percentile}}\n          ^ leave breach out for burn rates, or let the tree observe before it rolls back"
            ]
        ),
        // Notifications and secrets
        (
            "  notify: [{webhook: \"https://chat.example/hook\"}]",
            [
                "p.yaml:5:12: warning: notifications to this webhook are not signed\n  notify: [{webhook: \"https://chat.example/hook\"}]\n           ^ add secret: env:NAME"
            ]
        ),
        (
            "  notify: [{webhook: \"https://chat.example/hook\", secret: hunter2}]",
            [
                "p.yaml:5:59: 'secret' holds a secret; only a reference may stand here\n  (the line is not shown: it holds a secret)\n  ^ write secret: env:NAME or secret: file:PATH"
            ]
        ),
        (
            "  notify: [{webhook: \"https://user:hunter2@chat.example/hook\", secret: env:S}]",
            [
                "p.yaml:5:22: the URL holds a user name or a password\n  (the line is not shown: it holds a secret)\n  ^ leave it out of the URL and write secret: env:NAME"
            ]
        ),
        (
            "  metrics: {url: \"http://127.0.0.1:9090\", auth: {bearer-token: hunter2}, ever: 3s}",
            [
                "p.yaml:5:64: 'bearer-token' holds a secret; only a reference may stand here\n  (the line is not shown: it holds a secret)\n  ^ write secret: env:NAME or secret: file:PATH"
            ]
        ),
        (
            "  notify: [{webhook: \"ftp://x\", secret: env:S}]",
            [
                "p.yaml:5:22: 'ftp://x' is no http or https URL\n  notify: [{webhook: \"ftp://x\", secret: env:S}]\n                     ^ for example \"https://chat.example/hook\""
            ]
        ),
    ]

    @Test(arguments: cases.indices)
    func everyFindingSaysWhereAndWhatWouldBeRight(index: Int) {
        let (spec, expected) = Self.cases[index]
        #expect(Self.findings(spec) == expected)
    }

    @Test func everyCodeHasAnExplanation() {
        for code in FindingCode.allCases { #expect(code.explanation.hasSuffix(".") && code.explanation.count > 20) }
    }

    @Test func withoutSignalsConditionsAreCheckedForSyntax() {
        let source = """
            apiVersion: tidegate/v1
            kind: RolloutPolicy
            metadata: {name: p}
            spec:
              tree:
                - {name: a, if: 'anything.at.all > 3', then: rollback}
                - {name: b, if: 'score <', then: hold}
                - {name: c, then: advance}
            """
        let (policy, findings) = PolicyParser.parse(source, file: "p.yaml")
        #expect(policy == nil)
        #expect(findings.map(\.line) == [7])
        #expect(findings.map(\.code) == [.expression])
    }

    @Test func theDefaultTreeMustFitTheSignals() {
        let source = "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}"
        let few = SignalSchema([("score", .number, 0, 100)])
        let (policy, findings) = PolicyParser.parse(source, file: "p.yaml", signals: few)
        #expect(policy == nil)
        #expect(
            findings.map(\.message) == ["the default tree does not fit the signals of the plugins in use: unknown signal 'slo.breached'"])
    }

    @Test func anErrorOfAllErrorsIsThrown() throws {
        let error = #expect(throws: ReleaseError.self) {
            try PolicyParser.policy(
                "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec: {bake: x, warmUp: y}", file: "p.yaml")
        }
        #expect(error?.code == .invalidInput)
        #expect(error?.description.contains("2 errors\np.yaml:4:14: 'x' is no length of time") == true)
        #expect(error?.description.contains("p.yaml:4:25: 'y' is no length of time") == true)
    }
}
