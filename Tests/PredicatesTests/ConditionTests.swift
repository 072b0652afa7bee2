import Predicates
import Testing

/// The signals of the shipped plugins and of the engine, with one of texts.
let signals = SignalSchema([
    ("score", .number, 0, 100), ("scoreDrop", .number, -100, 100), ("scoreDrop.low", .number, -100, 100), ("coverage", .number, 0, 1),
    ("complete", .bool, nil, nil), ("errors.guilty", .bool, nil, nil), ("latency.guilty", .bool, nil, nil), ("gc.guilty", .bool, nil, nil),
    ("memory.guilty", .bool, nil, nil), ("slo.breached", .bool, nil, nil), ("slo.burn_fast", .number, 0, nil),
    ("slo.burn_slow", .number, 0, nil), ("slo.budget_left", .number, nil, 1), ("samples", .number, 0, nil),
    ("logs.anomaly", .number, 0, 1), ("logs.bursts", .number, 0, nil), ("logs.new_errors", .number, 0, nil), ("drift", .bool, nil, nil),
    ("logs.sequence[\"login then timeout\"]", .bool, nil, nil), ("region", .string, nil, nil),
])

@Suite struct ConditionTests {
    func truth(
        _ source: String, held: [Ternary] = [], _ readings: [String: ConditionValue] = [:]
    ) throws -> Ternary {
        try Condition(source, schema: signals, place: "t").truth(held: held) { readings[$0] }
    }

    @Test(arguments: [
        ("score < 75", 74.9, Ternary.true), ("score < 75", 75, .false), ("score <= 75", 75, .true), ("score > 75", 75, .false),
        ("score >= 75", 75, .true), ("score == 75", 75, .true), ("score ~= 75", 75, .false), ("75 > score", 74, .true),
        ("score / 2 + 1 < 20", 37, .true), ("score // 10 == 7", 75, .true), ("score % 10 == 5", 75, .true), ("-score < -70", 75, .true),
        ("score ^ 2 > 5000", 75, .true), ("score - 10 * 2 == 55", 75, .true), ("2 ^ 3 ^ 2 == 512", 0, .true), ("score < 0x4B", 74, .true),
        ("score < 7.5e1", 74, .true), ("score / 0 > 1", 75, .unknown), ("score < 75", .nan, .unknown), ("score < 75", .infinity, .unknown),
        ("not (score < 75)", 80, .true), ("score < 75 == true", 74, .true), ("(score < 75) == (score < 80)", 77, .false),
    ])
    func numbersCompare(source: String, score: Double, expected: Ternary) throws {
        #expect(try truth(source, ["score": .number(score)]) == expected)
    }

    @Test func precedenceIsLuas() throws {
        let readings: [String: ConditionValue] = ["drift": .bool(true), "complete": .bool(false), "slo.breached": .bool(false)]
        // `and` binds tighter than `or`, `not` tighter than both.
        #expect(try truth("drift or complete and slo.breached", readings) == .true)
        #expect(try truth("(drift or complete) and slo.breached", readings) == .false)
        #expect(try truth("not complete and drift", readings) == .true)
        #expect(try truth("not (complete and drift)", readings) == .true)
    }

    @Test func aMissingSignalIsUnknownAndNeverDecides() throws {
        #expect(try truth("score < 75") == .unknown)
        #expect(try truth("not (score < 75)") == .unknown)
        #expect(try truth("errors.guilty") == .unknown)
        #expect(try truth("errors.guilty or latency.guilty", ["latency.guilty": .bool(true)]) == .true)
        #expect(try truth("errors.guilty and latency.guilty", ["latency.guilty": .bool(false)]) == .false)
        #expect(try truth("errors.guilty == false") == .unknown)
    }

    @Test func aReadingOfAnotherTypeIsUnknown() throws {
        #expect(try truth("score < 75", ["score": .bool(true)]) == .unknown)
        #expect(try truth("errors.guilty", ["errors.guilty": .number(1)]) == .unknown)
        #expect(try truth("region == \"sh\"", ["region": .number(1)]) == .unknown)
    }

    @Test func textsCompareByTheirBytes() throws {
        #expect(try truth("region == \"sh\"", ["region": .string("sh")]) == .true)
        #expect(try truth("region < \"sj\"", ["region": .string("sh")]) == .true)
        #expect(try truth("region == \"\\u{E9}\"", ["region": .string("e\u{301}")]) == .false)
    }

    @Test func namesStandInTheOrderOfTheirFirstUse() throws {
        let condition = try Condition(
            "held(score < 75 and scoreDrop.low > 10, 30s) or errors.guilty or score < 3", schema: signals, place: "t")
        #expect(condition.names == ["score", "scoreDrop.low", "errors.guilty"])
    }

    @Test func aKeyedNameIsOneSignal() throws {
        let condition = try Condition(#"logs.sequence["login then timeout"] or logs["anomaly"] > 0.5"#, schema: signals, place: "t")
        #expect(condition.names == ["logs.sequence[\"login then timeout\"]", "logs.anomaly"])
        #expect(condition.truth(held: []) { $0.hasPrefix("logs.sequence") ? .bool(true) : nil } == .true)
    }

    // MARK: - held

    @Test func heldTermsAreListedInSourceOrder() throws {
        let condition = try Condition(
            "held(score < 75 and scoreDrop.low > 10, 30s) and not held(slo.breached, 1h30m) or held(drift, 500ms)", schema: signals,
            place: "t")
        #expect(condition.heldTerms.map(\.source) == ["score < 75 and scoreDrop.low > 10", "slo.breached", "drift"])
        #expect(condition.heldTerms.map(\.microseconds) == [30_000_000, 5_400_000_000, 500_000])
        let read: (String) -> ConditionValue? = { ["score": .number(70), "scoreDrop.low": .number(11), "drift": .bool(false)][$0] }
        #expect(condition.truth(ofHeldTerm: 0, reading: read) == .true)
        #expect(condition.truth(ofHeldTerm: 1, reading: read) == .unknown)
        #expect(condition.truth(ofHeldTerm: 2, reading: read) == .false)
    }

    @Test(arguments: Ternary.allCases, Ternary.allCases)
    func theWholeUsesWhatEachTermHasComeTo(first: Ternary, second: Ternary) throws {
        let condition = try Condition("held(drift, 1s) and not held(complete, 2s)", schema: signals, place: "t")
        #expect(condition.truth(held: [first, second]) { _ in nil } == first.and(second.negated))
    }

    @Test func aHeldConditionThatIsTrueNowDecidesNothingByItself() throws {
        let condition = try Condition("held(score < 75, 30s)", schema: signals, place: "t")
        #expect(condition.truth(held: [.false]) { _ in .number(10) } == .false)
    }

    @Test(
        arguments: [
            ("30s", 30_000_000), ("5m", 300_000_000), ("1h30m", 5_400_000_000), ("1.5s", 1_500_000), ("500ms", 500_000),
            ("1d", 86_400_000_000),
            ("7us", 7),
        ] as [(String, Int64)])
    func lengthsOfTimeAreRead(text: String, microseconds: Int64) throws {
        let condition = try Condition("held(drift, \(text))", schema: signals, place: "t")
        #expect(condition.heldTerms[0].microseconds == microseconds)
    }
}
