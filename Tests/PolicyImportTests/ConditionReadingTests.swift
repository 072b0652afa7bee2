import Testing

@testable import PolicyImport

/// Conditions of Argo Rollouts become limits, or are said not to.
@Suite struct ConditionReadingTests {
    @Test(arguments: [
        ("result[0] >= 0.95", PolicyDraft.Limits(atLeast: 0.95)), ("result < 5", .init(below: 5)), ("0.9 <= result", .init(atLeast: 0.9)),
        ("result[0] >= 0.9 && result[0] <= 1.1", .init(atLeast: 0.9, atMost: 1.1)), ("(result == 1)", .init(atLeast: 1, atMost: 1)),
        ("len(result) > 0 && result[0] > 2", .init(above: 2)), ("all(result, # < 0.5)", .init(below: 0.5)),
        ("all(result, {# <= 0.5})", .init(atMost: 0.5)), ("isNaN(result[0]) || result[0] >= 0.8", .init(atLeast: 0.8)),
        ("default(result, 0) < 3", .init(below: 3)),
    ])
    func comparisonsAreLimits(text: String, limits: PolicyDraft.Limits) {
        #expect(ConditionReading(text)?.limits == limits)
    }

    @Test func whatIsSaidOfNoDataIsKnown() {
        #expect(ConditionReading("isNaN(result[0]) || result[0] >= 0.8")?.passesWithoutData == true)
        #expect(ConditionReading("result[0] >= 0.8")?.passesWithoutData == false)
        #expect(ConditionReading("default(result, 7) < 3")?.absentValue == 7)
    }

    @Test func whatDoesNotFailIsTheComplement() {
        #expect(ConditionReading("result[0] >= 0.9")?.complement == .init(below: 0.9))
        #expect(ConditionReading("result[0] < 0.9 || result[0] > 1.1")?.complement == .init(atLeast: 0.9, atMost: 1.1))
        #expect(ConditionReading("result[0] > 1 && result[0] < 2")?.complement == nil)
    }

    @Test(arguments: ["result == 'true'", "result.ok", "len(result) > 0", "any(result, # > 1)", "result[1] > 2", "", "result > x"])
    func otherConditionsAreNotRead(text: String) { #expect(ConditionReading(text) == nil) }
}
