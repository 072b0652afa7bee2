import Foundation
import Predicates
import ReleaseModel
import Testing

@testable import PolicyLanguage

/// The signals of the shipped plugins and of the engine, with the direction in which each gets worse.
let directedSignals = SignalSchema([
    SignalDescriptor(name: "score", kind: .number, unit: "1", minimum: 0, maximum: 100, worse: .lower, summary: ""),
    SignalDescriptor(name: "scoreDrop.low", kind: .number, unit: "1", minimum: -100, maximum: 100, worse: .higher, summary: ""),
    SignalDescriptor(name: "coverage", kind: .number, unit: "1", minimum: 0, maximum: 1, worse: .lower, summary: ""),
    SignalDescriptor(name: "complete", kind: .bool, worse: .false, summary: ""),
    SignalDescriptor(name: "errors.guilty", kind: .bool, worse: .true, summary: ""),
    SignalDescriptor(name: "latency.guilty", kind: .bool, worse: .true, summary: ""),
    SignalDescriptor(name: "gc.guilty", kind: .bool, worse: .true, summary: ""),
    SignalDescriptor(name: "memory.guilty", kind: .bool, worse: .true, summary: ""),
    SignalDescriptor(name: "slo.breached", kind: .bool, worse: .true, summary: ""),
    SignalDescriptor(name: "slo.burn_fast", kind: .number, unit: "1", minimum: 0, worse: .higher, summary: ""),
    SignalDescriptor(name: "slo.burn_slow", kind: .number, unit: "1", minimum: 0, worse: .higher, summary: ""),
    SignalDescriptor(name: "latency.p95", kind: .number, unit: "ms", minimum: 0, worse: .higher, summary: ""),
    SignalDescriptor(name: "logs.anomaly", kind: .number, unit: "1", minimum: 0, maximum: 1, worse: .higher, summary: ""),
    SignalDescriptor(name: "logs.bursts", kind: .number, unit: "templates", minimum: 0, worse: .higher, summary: ""),
    SignalDescriptor(name: "logs.new_errors", kind: .number, unit: "templates", minimum: 0, worse: .higher, summary: ""),
    SignalDescriptor(name: "usual", kind: .number, unit: "1", worse: .none, summary: ""),
    SignalDescriptor(name: "region", kind: .string, worse: .none, summary: ""),
    SignalDescriptor(name: "drift", kind: .bool, worse: .true, summary: ""),
])

@Suite struct TreeProofTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func parse(_ tree: String) -> (policy: Policy?, findings: [Finding]) {
        let text = "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n  tree:\n" + tree
        return PolicyParser.parse(text, file: "p.yaml", signals: directedSignals)
    }

    /// A tree that is wrong, the code of the finding, and a part of what it says.
    struct Wrong: Sendable, CustomTestStringConvertible {
        var title: String
        var code: FindingCode
        var says: String
        var tree: String
        var testDescription: String { title }
    }

    static let wrongTrees = [
        Wrong(
            title: "a comparison points the wrong way", code: .treeNotMonotone,
            says: "rollback ('bad score') becomes advance ('all good') when score gets worse from 87.5 to 37.5",
            tree: """
                    - {name: bad score, if: score > 75, then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a permissive node stands above a careful one", code: .treeNotMonotone,
            says: "rollback ('score') becomes observe ('slo alone') when slo.breached gets worse from false to true",
            tree: """
                    - {name: slo and logs agree, if: slo.breached and logs.anomaly >= 0.85, then: rollback}
                    - {name: slo alone, if: slo.breached, then: {observe: 2m, otherwise: rollback}}
                    - {name: score, if: "held(score < 75, 30s)", then: rollback}
                    - {name: too little to say, if: coverage < 0.6 or not complete, then: hold}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "good news is asked for by a signal of harm", code: .treeNotMonotone,
            says: "advance ('fine') when logs.anomaly gets worse",
            tree: """
                    - {name: errors, if: errors.guilty, then: rollback}
                    - {name: fine, if: logs.anomaly > 0.1, then: advance}
                    - {name: otherwise, then: pause}
                """),
        Wrong(
            title: "not of a condition of harm", code: .treeNotMonotone, says: "errors.guilty gets worse from false to true",
            tree: """
                    - {name: errors, if: not errors.guilty, then: pause}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a band in the middle", code: .treeNotMonotone, says: "rollback ('middling') becomes",
            tree: """
                    - {name: middling, if: score < 75 and score > 50, then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "held of good news", code: .treeNotMonotone, says: "rollback ('long good')",
            tree: """
                    - {name: long good, if: "held(score >= 90, 5m)", then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a trend of good news", code: .treeNotMonotone, says: "rising(score, 5m)",
            tree: """
                    - {name: getting better, if: "rising(score, 5m)", then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "an observation that ends in less than what comes after it", code: .treeNotMonotone, says: "holds on what came since",
            tree: """
                    - {name: slo, if: slo.breached, then: {observe: 2m, otherwise: hold}}
                    - {name: all else, if: complete, then: pause}
                    - {name: rest, then: rollback}
                """),
        Wrong(
            title: "the wrong node within a node", code: .treeNotMonotone, says: "advance ('quiet enough')",
            tree: """
                    - name: slo is burning
                      if: slo.breached
                      then:
                        - {name: loud, if: logs.anomaly > 0.5, then: rollback}
                        - {name: quiet enough, then: advance}
                    - {name: rest, then: hold}
                """),
        Wrong(
            title: "two signals compared the wrong way round", code: .treeNotMonotone, says: "slo.burn_fast gets worse",
            tree: """
                    - {name: slower than before, if: slo.burn_fast < slo.burn_slow, then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a contradiction", code: .conditionNeverHolds, says: "no readings make the condition of 'odd' true",
            tree: """
                    - {name: odd, if: score < 50 and score > 75, then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a contradiction over terms in time", code: .conditionNeverHolds, says: "'odd'",
            tree: """
                    - {name: odd, if: "held(errors.guilty, 1m) and not errors.guilty", then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a contradiction of texts", code: .conditionNeverHolds, says: "'odd'",
            tree: """
                    - {name: odd, if: 'region == "sh" and region == "bj"', then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a contradiction with the node around it", code: .conditionNeverHolds, says: "together with those around it",
            tree: """
                    - name: low
                      if: score < 50
                      then:
                        - {name: high, if: score > 90, then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a node that another one hides", code: .unreachableNode, says: "whenever it holds, 'low' above it decides",
            tree: """
                    - {name: low, if: score < 75, then: pause}
                    - {name: very low, if: score < 50, then: rollback}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a node that several hide together", code: .unreachableNode, says: "'a' or 'b' above it decides",
            tree: """
                    - {name: a, if: score < 75, then: rollback}
                    - {name: b, if: score > 60, then: hold}
                    - {name: c, if: score < 90 and complete, then: pause}
                    - {name: all good, then: hold}
                """),
        Wrong(
            title: "an advance that is never reached", code: .unreachableNode, says: "'all good' is never reached",
            tree: """
                    - {name: bad, if: errors.guilty, then: rollback}
                    - {name: fine, if: not errors.guilty, then: hold}
                    - {name: all good, then: advance}
                """),
        Wrong(
            title: "a node behind one without a condition", code: .unreachableNode, says: "always holds",
            tree: """
                    - {name: all good, then: advance}
                    - {name: bad, if: errors.guilty, then: rollback}
                """),
        Wrong(
            title: "a last node with a condition", code: .treeNotTotal, says: "for example with errors.guilty false, complete false",
            tree: """
                    - {name: bad, if: errors.guilty, then: rollback}
                    - {name: all good, if: complete, then: advance}
                """),
        Wrong(
            title: "a last node within a condition", code: .treeNotTotal, says: "the last node stands within a condition",
            tree: """
                    - {name: bad, if: errors.guilty, then: rollback}
                    - name: complete
                      if: complete
                      then:
                        - {name: all good, then: advance}
                """),
        Wrong(
            title: "a condition that is always true", code: .conditionAlwaysHolds, says: "true whenever its signals are there",
            tree: """
                    - {name: any score, if: score < 75 or score >= 50, then: hold}
                    - {name: rest, then: rollback}
                """),
        Wrong(
            title: "a number outside of the range", code: .signalRange, says: "'score' is 0 to 100",
            tree: "    - {name: low, if: score < 750, then: rollback}\n    - {name: all good, then: advance}"),
        Wrong(
            title: "numbers of different units", code: .expressionType, says: "no common measure",
            tree: "    - {name: odd, if: latency.p95 > logs.bursts, then: rollback}\n    - {name: all good, then: advance}"),
        Wrong(
            title: "a length of time beside a number that is none", code: .expressionType, says: "'500ms' is a length of time",
            tree: "    - {name: slow, if: score < 500ms, then: rollback}\n    - {name: all good, then: advance}"),
        Wrong(
            title: "a rollback on new kinds of log lines alone", code: .noveltyAlone,
            says: "'new' rolls back on new kinds of log lines alone",
            tree:
                "    - {name: new, if: logs.new_errors > 0, then: {observe: 2m, otherwise: rollback}}\n    - {name: all good, then: advance}"
        ),
        Wrong(
            title: "too short a look back", code: .historyTooShort, says: "it needs 8 readings",
            tree: "    - {name: worse, if: \"falling(score, 30s)\", then: pause}\n    - {name: all good, then: advance}"),
    ]

    @Test(arguments: wrongTrees) func aWrongTreeIsCaught(wrong: Wrong) {
        let findings = Self.parse(wrong.tree).findings
        let found = findings.filter { $0.code == wrong.code }
        #expect(found.contains { $0.message.contains(wrong.says) }, "\(findings.map(\.description).joined(separator: "\n"))")
    }

    static let rightTrees = [
        """
            - {name: slow, if: latency.p95 > 500ms, then: rollback}
            - {name: twice as fast, if: slo.burn_fast * 2 > 28.8, then: rollback}
            - {name: worse than usual, if: slo.burn_fast > usual, then: pause}
            - {name: all good, then: advance}
        """,
        """
            - {name: worse, if: "above(slo.burn_fast, percentile(99, slo.burn_slow, 1h))", then: rollback}
            - {name: falling, if: "falling(score, 5m) or rising(logs.anomaly, 5m)", then: {observe: 2m, otherwise: stepDown}}
            - {name: little, if: coverage < 0.6, then: hold}
            - {name: all good, then: advance}
        """,
        """
            - name: burning
              if: slo.breached
              then:
                - {name: logs agree, if: logs.anomaly >= 0.85, then: rollback}
                - {name: alone, then: {observe: 2m, otherwise: rollback}}
            - {name: here, if: 'region == "sh" and held(score < 60, 1m)', then: hold}
            - {name: all good, then: advance}
        """,
        """
            - {name: new and worse, if: logs.new_errors > 0 and slo.breached, then: rollback}
            - {name: new, if: logs.new_errors > 0, then: {ask: sre, expires: 1h}}
            - {name: little, if: not complete, then: hold}
            - {name: all good, then: advance}
        """,
        """
            - {name: slower, if: latency.guilty, then: stepDown}
            - {name: odd, if: scoreDrop.low > 3, then: {ask: sre, expires: 1h}}
            - {name: little, if: not complete, then: {hold: 30m, otherwise: ask}}
            - {name: all good, then: advance}
        """,
    ]

    @Test(arguments: rightTrees) func aRightTreeIsProven(tree: String) throws {
        let (policy, findings) = Self.parse(tree)
        #expect(findings.filter { $0.severity != .note }.allSatisfy { $0.code == .noRollback }, "\(findings)")
        let proof = try #require(policy?.treeProof(signals: directedSignals))
        #expect(proof.isProven, "\(proof.failures.map(\.message))")
        #expect(proof.inexact.isEmpty)
    }

    @Test func theDefaultTreeIsProven() throws {
        let proof = try TreeProver.proof(of: PolicyDefaults.tree, schema: directedSignals)
        #expect(proof.isProven, "\(proof.failures.map(\.message))")
        // slo.breached, logs.anomaly, four flags, score, scoreDrop.low, coverage, complete: each with "missing".
        // The last two are what is known of `held`, and what came since an observation began.
        #expect(proof.cells == Double(3 * 3 * 81 * 4 * 4 * 3 * 3 * 2 * 3))
    }

    @Test(arguments: ["classic", "default", "demo"]) func theShippedTreesAreProven(name: String) throws {
        let file = Self.root.appending(path: "policies/\(name)/policy.yaml")
        let (policy, findings) = PolicyParser.parse(
            try String(contentsOf: file, encoding: .utf8), file: file.path, signals: directedSignals)
        #expect(findings.isEmpty, "\(findings)")
        let proof = try #require(policy?.treeProof(signals: directedSignals))
        #expect(proof.isProven, "\(proof.failures.map(\.message))")
    }

    /// A comparison over several signals: what is proven with it at will holds, what is not is said to be unknown.
    @Test func whatComputesWithSeveralSignalsIsTakenAtWill() throws {
        let right = [
            TreeNode(name: "both", condition: "scoreDrop.low - score > -50", action: .rollback),
            TreeNode(name: "good", condition: nil, action: .advance),
        ]
        let proof = try TreeProver.proof(of: right, schema: directedSignals)
        #expect(proof.isProven && proof.inexact == ["(scoreDrop.low - score) > -50"])
        let unclear = [
            TreeNode(name: "both", condition: "scoreDrop.low + score > 50", action: .rollback),
            TreeNode(name: "good", condition: nil, action: .advance),
        ]
        #expect(try TreeProver.proof(of: unclear, schema: directedSignals).failures.map(\.kind) == [.perhapsNotMonotone])
    }

    /// A tree beyond every limit is said to be so, and costs a bounded time.
    @Test func aTreeThatIsTooLargeIsSaidToBe() throws {
        let names = (0..<60).map { "s\($0)" }
        let schema = SignalSchema(names.map { SignalDescriptor(name: $0, kind: .number, worse: .higher, summary: "") })
        // Variables are asked in the order of their first use, which is the worst one for the pairs.
        let pairs = (0..<30).map { "(s\($0) > 1 and s\($0 + 30) > 1)" }
        let tree = [
            TreeNode(name: "all", condition: names.map { "\($0) > 1" }.joined(separator: " and "), action: .rollback),
            TreeNode(name: "pairs", condition: pairs.joined(separator: " or "), action: .pause),
            TreeNode(name: "good", condition: nil, action: .advance),
        ]
        let proof = try TreeProver.proof(of: tree, schema: schema)
        #expect(proof.failures.map(\.kind) == [.tooLarge])
        #expect(proof.cells == nil)
    }
}
