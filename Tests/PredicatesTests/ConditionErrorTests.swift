import Predicates
import Testing

/// Every refusal of a condition as a person sees it.
@Suite struct ConditionErrorTests {
    static let place = "policies/demo/policy.yaml:31:27"

    static func refusal(_ source: String) -> String {
        do {
            _ = try Condition(source, schema: signals, place: place)
            return "accepted"
        } catch {
            return error.description
        }
    }

    static let refusals: [(source: String, expected: String)] = [
        (
            "errors.gulity or latency.guilty",
            """
            policies/demo/policy.yaml:31:27: unknown signal 'errors.gulity'
              errors.gulity or latency.guilty
              ^ did you mean 'errors.guilty'?
            """
        ),
        (
            "slo.breached and guilty",
            """
            policies/demo/policy.yaml:31:44: unknown signal 'guilty'
              slo.breached and guilty
                               ^ did you mean 'errors.guilty' or 'latency.guilty' or 'gc.guilty'?
            """
        ),
        (
            "score",
            """
            policies/demo/policy.yaml:31:27: 'score' is a number (0 to 100), and a condition is wanted
              score
              ^ compare it, for example: score < 50
            """
        ),
        (
            "score < 750",
            """
            policies/demo/policy.yaml:31:35: 'score' is 0 to 100: 'score < 750' is always true
              score < 750
                      ^ compare with a number from that range
            """
        ),
        (
            "coverage < 60",
            """
            policies/demo/policy.yaml:31:38: 'coverage' is 0 to 1: 'coverage < 60' is always true
              coverage < 60
                         ^ write a share as 0.6 for 60%
            """
        ),
        (
            "-5 > score",
            """
            policies/demo/policy.yaml:31:27: 'score' is 0 to 100: 'score < -5' is never true
              -5 > score
              ^ compare with a number from that range
            """
        ),
        (
            "samples < -1",
            """
            policies/demo/policy.yaml:31:37: 'samples' is at least 0: 'samples < -1' is never true
              samples < -1
                        ^ compare with a number from that range
            """
        ),
        (
            "errors.guilty > 0.5",
            """
            policies/demo/policy.yaml:31:41: 'errors.guilty' is true or false and '0.5' is a number: '>' cannot compare them
              errors.guilty > 0.5
                            ^ write 'errors.guilty' or 'not errors.guilty'
            """
        ),
        (
            "complete < drift",
            """
            policies/demo/policy.yaml:31:36: '<' compares numbers or texts, not conditions
              complete < drift
                       ^ join conditions by 'and' or 'or'
            """
        ),
        (
            "score == \"75\"",
            """
            policies/demo/policy.yaml:31:33: 'score' is a number and '"75"' is a text: '==' cannot compare them
              score == "75"
                    ^
            """
        ),
        (
            "score ~= nil",
            """
            policies/demo/policy.yaml:31:36: a signal is never nil: where it is missing, the condition is unknown
              score ~= nil
                       ^ use coverage or complete to ask how much was seen
            """
        ),
        (
            "not score",
            """
            policies/demo/policy.yaml:31:31: 'score' is a number (0 to 100), and a condition is wanted
              not score
                  ^ compare it, for example: score < 50
            """
        ),
        (
            "errors.guilty + 1 > 0",
            """
            policies/demo/policy.yaml:31:27: 'errors.guilty' is no number
              errors.guilty + 1 > 0
              ^
            """
        ),
        (
            "score | 1 > 2",
            """
            policies/demo/policy.yaml:31:33: arithmetic has no meaning over signals
              score | 1 > 2
                    ^ signals know + - * / // % ^ and comparisons
            """
        ),
        (
            "hold(score < 75, 30s)",
            """
            policies/demo/policy.yaml:31:27: unknown function 'hold'
              hold(score < 75, 30s)
              ^ did you mean 'held'?
            """
        ),
        (
            "held(score < 75)",
            """
            policies/demo/policy.yaml:31:27: held takes a condition and a length of time, not 1 arguments
              held(score < 75)
              ^ for example: held(score < 75, 30s)
            """
        ),
        (
            "held(score < 75, 30)",
            """
            policies/demo/policy.yaml:31:44: the second argument of held is a length of time, not a number
              held(score < 75, 30)
                               ^ for example: 30s, 5m or 1h30m
            """
        ),
        (
            "held(held(drift, 1s), 30s)",
            """
            policies/demo/policy.yaml:31:32: held cannot stand within held
              held(held(drift, 1s), 30s)
                   ^
            """
        ),
        (
            "held(drift, 8d)",
            """
            policies/demo/policy.yaml:31:39: held looks back between 1us and 7d
              held(drift, 8d)
                          ^
            """
        ),
        (
            "score < 75 && drift",
            """
            policies/demo/policy.yaml:31:38: '&&' is no operator of this language
              score < 75 && drift
                         ^ write 'and'
            """
        ),
        (
            "score != 75",
            """
            policies/demo/policy.yaml:31:33: '!=' is no operator of this language
              score != 75
                    ^ write ~= for "not equal"
            """
        ),
        (
            "score = 75",
            """
            policies/demo/policy.yaml:31:33: an expression assigns nothing
              score = 75
                    ^ write == to compare
            """
        ),
        (
            "score < 75 drift",
            """
            policies/demo/policy.yaml:31:38: unexpected 'drift' after the expression
              score < 75 drift
                         ^ join two conditions by 'and' or 'or'
            """
        ),
        (
            "(score < 75",
            """
            policies/demo/policy.yaml:31:38: expected ')' to close the '(' of column 27, found the end
              (score < 75
                         ^
            """
        ),
        (
            "score < ",
            """
            policies/demo/policy.yaml:31:35: an expression is missing: found the end
              score <\u{20}
                      ^
            """
        ),
        (
            "  ",
            """
            policies/demo/policy.yaml:31:27: there is no expression here
            \u{20}\u{20}\u{20}\u{20}
              ^
            """
        ),
        (
            "if score < 75 then drift end",
            """
            policies/demo/policy.yaml:31:27: an expression is wanted, not a statement: 'if'
              if score < 75 then drift end
              ^ write: condition and a or b
            """
        ),
        (
            "return drift",
            """
            policies/demo/policy.yaml:31:27: an expression is wanted, not a statement
              return drift
              ^ leave out 'return'
            """
        ),
        (
            "held(drift, 30m5h)",
            """
            policies/demo/policy.yaml:31:39: malformed number '30m5h'
              held(drift, 30m5h)
                          ^ a length of time reads 500ms, 30s, 5m or 1h30m
            """
        ),
        (
            "drift and\n  scor < 3",
            """
            policies/demo/policy.yaml:32:3: unknown signal 'scor'
                scor < 3
                ^ did you mean 'score'?
            """
        ),
        (
            "region == \u{201C}上海\u{201D}",
            """
            policies/demo/policy.yaml:31:37: unexpected character '\u{201C}'
              region == \u{201C}上海\u{201D}
                        ^ write plain quotes "
            """
        ),
        (
            "region == \"上海\" and scor < 3",
            """
            policies/demo/policy.yaml:31:46: unknown signal 'scor'
              region == "上海" and scor < 3
                                   ^ did you mean 'score'?
            """
        ),
        (
            "1 / 0 > score",
            """
            policies/demo/policy.yaml:31:29: '1 / 0' is no finite number
              1 / 0 > score
                ^
            """
        ),
    ]

    @Test(arguments: refusals.indices)
    func everyRefusalSaysWhereAndWhatWouldBeRight(index: Int) {
        let (source, expected) = Self.refusals[index]
        #expect(Self.refusal(source) == expected)
    }

    @Test func limitsAreNamed() {
        let long = String(repeating: "x", count: ExpressionLimits.sourceBytes + 1)
        #expect(Self.refusal(long).contains("the expression is 8193 bytes long; at most 8192 are read"))
        let deep = String(repeating: "(", count: 300) + "drift" + String(repeating: ")", count: 300)
        #expect(Self.refusal(deep).contains("nests more than 200 deep"))
        let wide = Array(repeating: "drift", count: 300).joined(separator: " or ")
        #expect(Self.refusal(wide).contains("nests more than 200 deep"))
        let nots = String(repeating: "not ", count: 300) + "drift"
        #expect(Self.refusal(nots).contains("nests more than 200 deep"))
        let held = Array(repeating: "held(drift, 1s)", count: 17).joined(separator: " or ")
        #expect(Self.refusal(held).contains("more than 16 held terms"))
    }

    @Test(arguments: [
        String(repeating: "not ", count: 198) + "drift", String(repeating: "(", count: 198) + "drift" + String(repeating: ")", count: 198),
        Array(repeating: "drift", count: 199).joined(separator: " or "),
    ])
    func whatIsWithinTheLimitsIsEvaluated(source: String) throws {
        let condition = try Condition(source, schema: signals, place: "t")
        #expect(condition.truth(held: []) { _ in .bool(true) } == .true)
    }

    @Test func placesAreReadFromTheirText() {
        #expect(SourcePlace("a/b.yaml:3:7") == SourcePlace(file: "a/b.yaml", line: 3, column: 7))
        #expect(SourcePlace("rule 'x: y'") == SourcePlace(file: "rule 'x: y'", line: 1, column: 1))
        #expect(SourcePlace("C:\\x:1:2").file == "C:\\x")
    }
}
