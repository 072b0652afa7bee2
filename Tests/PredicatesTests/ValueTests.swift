@testable import Predicates
import Testing

@Suite struct ValueTests {
    @Test(
        arguments: [
            (1.0, "1.0"), (-1.0, "-1.0"), (0.1, "0.1"), (1e15, "1e+15"), (1e14, "1e+14"), (1e13, "10000000000000.0"),
            (123456789012345, "1.2345678901234e+14"),
            (1234567890123456, "1.2345678901235e+15"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1e100, "1e+100"), (1e-300, "1e-300"),
            (3.14159265358979, "3.1415926535898"), (0.1 + 0.2, "0.3"), (100.0 / 3, "33.333333333333"), (2.0 / 3, "0.66666666666667"),
            (5e-324, "4.9406564584125e-324"), (1.7976931348623157e308, "1.7976931348623e+308"), (1e-310, "1e-310"), (-0.0, "-0.0"),
            (.infinity, "inf"),
            (-.infinity, "-inf"), (99999999999999.5, "1e+14"), (0.000123456789012345, "0.00012345678901234"),
            (9999999999999.95, "9999999999999.9"),
            (1.00000000000005, "1.0"), (1.00000000000015, "1.0000000000002"), (4503599627370497.5, "4.5035996273705e+15"),
        ] as [(Double, String)])
    func floatsPrintAsLuaPrintsThem(value: Double, text: String) {
        #expect(LuaFormat.text(value) == text)
    }

    @Test(arguments: [
        ("10", LuaValue.integer(10)), (" 0x10 ", .integer(16)), ("-7", .integer(-7)), ("1e1", .float(10)), ("\t.5\n", .float(0.5)),
        ("-0x1p-1", .float(-0.5)), ("+3", .integer(3)), ("-9223372036854775808", .integer(.min)), ("-9223372036854775809", .float(-0x1p63)),
    ])
    func textsAreNumbersAsInLua(text: String, expected: LuaValue) {
        #expect(LuaNumber.parse(Array(text.utf8)) == expected)
    }

    @Test(arguments: ["", " ", "1 2", "0x", "inf", "nan", "-inf", "1e", "0x1p", "١", "1,5", "--1", "- 1", "1\u{0}", "1d", "e5", "."])
    func otherTextsAreNot(text: String) {
        #expect(LuaNumber.parse(Array(text.utf8)) == nil)
    }

    // MARK: - Versions

    @Test func versionsAreOrderedBySemanticVersioning() throws {
        let ordered = [
            "0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "v1",
            "1.0.1", "1.2", "1.10", "v2.0.0",
        ]
        let versions = try ordered.map { try #require(SemanticVersion($0)) }
        #expect(versions.sorted() == versions)
        #expect(zip(versions, versions.dropFirst()).allSatisfy { $0 < $1 })
        #expect(SemanticVersion("1.2.3+build.7") == SemanticVersion("1.2.3+other"))
        #expect(SemanticVersion("v1.2.3-rc.1+x")?.description == "1.2.3-rc.1")
    }

    @Test(arguments: ["", "v", "1.2.3.4", "1..2", "01.2", "1.2.3-", "1.2.3-01", "1.2.3+", "a", "1.2.x", "1.2.3-a_b", "9999999999999999999"])
    func otherTextsAreNoVersions(text: String) {
        #expect(SemanticVersion(text) == nil)
    }

    // MARK: - Addresses

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("0.0.0.0/0", "1.2.3.4", true),
        ("0.0.0.0/0", "::1", false),
        ("192.168.1.1", "192.168.1.1", true), ("192.168.1.1", "192.168.1.2", false), ("2001:db8::/32", "2001:db8:ffff::1", true),
        ("2001:db8::/32", "2001:db9::1", false), ("::/0", "fe80::1", true), ("::1", "::1", true), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
        ("::ffff:10.0.0.0/104", "10.1.2.3", true), ("fe80::/10", "febf::1", true), ("fe80::/10", "fec0::1", false),
        ("2001:db8::1/128", "2001:DB8:0:0:0:0:0:1", true), ("10.1.2.128/25", "10.1.2.127", false), ("10.1.2.128/25", "10.1.2.200", true),
        ("64:ff9b::/96", "64:ff9b::1.2.3.4", true),
    ])
    func addressesLieInTheirNetworks(network: String, address: String, expected: Bool) throws {
        let network = try #require(IPNetwork(network))
        let address = try #require(IPAddress(address))
        #expect(network.contains(address) == expected)
    }

    @Test(arguments: [
        "", "10.0.0", "10.0.0.256", "10.0.0.01", "10.0.0.0/33", "10.0.0.1/8", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8/8", ":", ":::",
        "1::2::3",
        "12345::", "::1/129", "2001:db8::1/32", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7::8", "::1.2.3", "1.2.3.4::",
        "fe80::1%eth0",
        "a.b.c.d", " 10.0.0.1", "1:2:3:4:5:6:7:8::",
    ])
    func otherTextsAreNoNetworks(text: String) {
        #expect(IPNetwork(text) == nil)
    }

    // MARK: - Spelling and carets

    @Test func theNearestWordIsOffered() {
        let words = ["score", "scoreDrop", "errors.guilty", "logs.anomaly"]
        #expect(Spelling.nearest(to: "scroe", among: words) == "score")
        #expect(Spelling.nearest(to: "ERRORS.GUILTY", among: words) == "errors.guilty")
        #expect(Spelling.nearest(to: "logs.anomally", among: words) == "logs.anomaly")
        #expect(Spelling.nearest(to: "weather", among: words) == nil)
        #expect(Spelling.nearest(to: "", among: words) == nil)
    }

    @Test func theCaretStandsUnderWideCharacters() {
        #expect(CaretLine(lineText: "上海 = x", caret: 3, remark: nil).description == "  上海 = x\n       ^")
        #expect(CaretLine(lineText: "\ta b", caret: 1, remark: "here").description == "  \ta b\n  \t^ here")
        #expect(CaretLine(lineText: "a\u{1B}[31mb", caret: 9, remark: nil).description == "  a\u{FFFD}[31mb\n         ^")
        let long = CaretLine(lineText: String(repeating: "x", count: 1000) + "!", caret: 1000, remark: nil).description
        #expect(long.split(separator: "\n").map(\.count) == [162, 162])
    }
}
