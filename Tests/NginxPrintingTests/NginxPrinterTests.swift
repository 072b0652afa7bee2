import NginxPrinting
import Predicates
import Testing

@Suite("A condition printed for nginx") struct NginxPrinterTests {
    private func printed(_ source: String, name: String = "rule") throws -> String {
        var slots = RequestSlots()
        return try NginxPrinter.maps(for: RequestPredicate(source, slots: &slots, place: "rule"), name: name)
    }

    @Test func aComparisonIsTwoMaps() throws {
        #expect(
            try printed(#"header["x-canary"] == "true""#) == """
                map $http_x_canary $rule_m1 { "~^true\\z" 1; default 0; }
                map $rule_m1 $rule { 1 1; default 0; }

                """)
    }

    @Test func aConstantIsOneMap() throws { #expect(try printed("true") == "map \"\" $rule { default 1; }\n") }

    @Test("what nginx cannot do is named, with what can", arguments: ["crc32(client.address) % 100 < 30", "#path > 3"])
    func refusals(_ source: String) throws {
        let error = try #require(throws: PrintingRefusal.self) { try printed(source) }
        #expect(error.description.contains(source.prefix(5)))
        #expect(error.description.hasSuffix("`tidegate edge` can serve it"))
    }

    @Test("names that are no variables", arguments: ["", "1a", "a-b", "a b", "$a", "A", "a;", String(repeating: "a", count: 33)])
    func names(_ name: String) throws {
        #expect(throws: PrintingRefusal.self) { try printed("true", name: name) }
    }
}
