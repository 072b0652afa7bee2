import Foundation
import ReleaseModel
import Testing

@Suite struct JSONParsingTests {
    @Test(arguments: [
        "null", "true", "[]", "{}", "0", "-0", "1e3", "1E-3", "0.1", "123456789012345678", "\"\"", #""\ud83d\ude00\u20ac\n""#,
        " [ 1 , 2 ] ",
        #"{"a":{"b":[1,{"c":null}]}}"#, "\"ä€😀\"", "4.9e-324", "[[[[[]]]]]", "-1.5e+10",
    ])
    func itReadsWhatFoundationReads(text: String) throws {
        #expect(try JSONValue(parsing: text.utf8) == JSONDecoder().decode(JSONValue.self, from: Data(text.utf8)))
    }

    @Test(arguments: [
        "", " ", "[1,]", "[1 2]", "[", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{\"a\":1,\"a\":2}", "01", "1.", ".5", "+1", "-",
        "1e", "1e999",
        "tru", "nulll", "'a'", "\"a", "\"\\q\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud83d\"", "\"\\ude00\"", "\"\\ud83d\\u0041\"", "\"\n\"",
        "1 2", "NaN",
    ])
    func itRefusesWhatIsNoJSON(text: String) {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: text.utf8) }
    }

    @Test func itRefusesBrokenBytesAndBottomlessNesting() {
        #expect(throws: DecodingError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22]) }
        #expect(throws: DecodingError.self) { try JSONValue(parsing: Array(repeating: UInt8(ascii: "["), count: 100_000)) }
    }

    @Test func codableValuesComeBackThroughJSON() throws {
        let value: JSONValue = ["a": [1, -2.5, true, .null, "x"], "b": ["c": 1e300], "d": "\u{1}\"\\"]
        #expect(try JSONValue(encoding: value) == value)
        #expect(try value.decoded(as: JSONValue.self) == value)
        #expect(try JSONValue(parsing: value.canonicalBytes) == value)
    }
}
