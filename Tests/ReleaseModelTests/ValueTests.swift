import Foundation
import Hashing
import ReleaseModel
import Testing

@Suite struct WeightTests {
    @Test(arguments: [("0%", 0), ("100%", 10_000), ("12.5%", 1250), ("0.01%", 1), ("7.07 %", 707), ("50.50%", 5050)])
    func percentagesAreRead(text: String, basisPoints: Int) {
        #expect(Weight(percent: text)?.basisPoints == basisPoints)
    }

    @Test(arguments: ["", "%", "5", "-1%", "100.01%", "1.234%", "1.%", ".5%", "1e2%", "５%", "101%", "1,5%"])
    func whatIsNoPercentageIsRefused(text: String) {
        #expect(Weight(percent: text) == nil)
    }

    @Test func everyWeightIsPrintedAsItIsRead() {
        for basisPoints in 0...10_000 {
            #expect(Weight(percent: Weight(basisPoints: basisPoints).description)?.basisPoints == basisPoints)
        }
    }

    @Test func aWeightOutOfRangeIsNotDecoded() {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([Weight].self, from: Data("[10001]".utf8)) }
    }
}

@Suite struct TimeTests {
    @Test(
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2000-02-29T12:00:00Z", 951_825_600_000_000), ("1969-12-31T23:59:59.999999Z", -1),
            ("2026-11-21T03:48:00.5+02:00", 1_795_225_680_500_000), ("2100-03-01T00:00:00Z", 4_107_542_400_000_000),
        ] as [(String, Int64)])
    func timesAreRead(text: String, microseconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.microseconds == microseconds)
    }

    @Test(arguments: ["", "2026-11-21", "2026-11-21T01:00:00", "2026-13-01T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.Z"])
    func whatIsNoTimeIsRefused(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test func everyDayIsPrintedAsItIsRead() {
        for day in stride(from: Int64(-200_000), to: 200_000, by: 37) {
            let time = Timestamp(microseconds: day * 86_400_000_000 + 12_345_678)
            #expect(Timestamp(rfc3339: time.description) == time)
        }
    }

    @Test(
        arguments: [("0s", 0), ("500ms", 500_000), ("1h30m", 5_400_000_000), ("28d", 2_419_200_000_000), ("1.5s", 1_500_000)]
            as [(String, Int64)])
    func spansAreRead(text: String, microseconds: Int64) {
        #expect(TimeSpan(text)?.microseconds == microseconds)
    }

    @Test(arguments: ["", "5", "s", "-5s", "5m1h", "5s5s", "1..5s", "99999d", "5 s", "5S"])
    func whatIsNoSpanIsRefused(text: String) {
        #expect(TimeSpan(text) == nil)
    }

    @Test func spansArePrintedAsTheyAreRead() {
        for microseconds in stride(from: Int64(0), to: 100_000_000_000, by: 777_777_777) {
            #expect(TimeSpan(TimeSpan(microseconds: microseconds).description)?.microseconds == microseconds)
        }
    }
}

@Suite struct CodingTests {
    @Test(arguments: [
        (TreeAction.advance, "\"advance\""), (.rollback, "\"rollback\""),
        (.observe(.seconds(120), otherwise: .rollback), "{\"observe\":\"2m\",\"otherwise\":\"rollback\"}"),
        (.hold, "\"hold\""), (.stepDown, "\"stepDown\""), (.freeze, "\"freeze\""), (.ask(nil), "\"ask\""),
        (.holdFor(.seconds(1800), otherwise: .ask), "{\"hold\":\"30m\",\"otherwise\":\"ask\"}"),
        (.ask(Approval(role: "sre", expires: .seconds(3600))), "{\"ask\":\"sre\",\"expires\":\"1h\"}"),
    ])
    func actionsAreCodedAsPoliciesWriteThem(action: TreeAction, text: String) throws {
        #expect(try JSONValue(encoding: action).canonicalText == text)
        #expect(try JSONValue(parsing: text.utf8).decoded(as: TreeAction.self) == action)
    }

    /// What was stored before nodes could stand within nodes reads as it did, and is written letter by letter as it was.
    @Test(arguments: [
        #"{"action":"rollback","condition":"errors.guilty","name":"canary is worse"}"#, #"{"action":"advance","name":"all good"}"#,
        #"{"condition":"slo.breached","name":"slo","nodes":[{"action":"hold","name":"wait"}]}"#,
    ])
    func nodesKeepTheirForm(text: String) throws {
        let node = try JSONValue(parsing: text.utf8).decoded(as: TreeNode.self)
        #expect(try JSONValue(encoding: node).canonicalText == text)
    }

    @Test func anEvaluationWithoutDepthKeepsItsForm() throws {
        let evaluation = NodeEvaluation(node: "a", condition: nil, truth: .true, taken: true, readings: [])
        #expect(try JSONValue(encoding: evaluation).canonicalText == #"{"node":"a","readings":[],"taken":true,"truth":"true"}"#)
    }

    @Test(arguments: [SignalReading.bool(true), .number(97.5), .string("x"), .missing("none"), .failed("crash")])
    func readings(reading: SignalReading) throws {
        #expect(try JSONValue(encoding: reading).decoded(as: SignalReading.self) == reading)
    }

    @Test func aHistogramNeedsACountForEachEdge() {
        let text = #"{"histogram":{"edges":[1,2],"cumulative":[1],"count":1,"sum":1}}"#
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(SampleValue.self, from: Data(text.utf8)) }
    }

    @Test(arguments: ["", "-x", "a b", "a/b", "a\n", "ä", String(repeating: "a", count: 64)])
    func badNamesAreRefused(name: String) {
        #expect(Name.problem(with: name) != nil)
    }
}

@Suite struct HashingTests {
    /// NIST's examples.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func sha256(text: String, hex: String) { #expect(SHA256Digest(of: text).hex == hex) }

    /// RFC 4231, test case 2.
    @Test func hmac() {
        let code = hmacSHA256(key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8))
        #expect(code.hex == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test func digestsAreReadBack() {
        #expect(SHA256Digest(hex: SHA256Digest(of: "x").hex) == SHA256Digest(of: "x"))
        #expect(SHA256Digest(hex: "abcd") == nil)
        #expect(SHA256Digest(hex: String(repeating: "g", count: 64)) == nil)
    }

    @Test func randomBytesDiffer() { #expect(secureRandomBytes(16) != secureRandomBytes(16)) }
}
