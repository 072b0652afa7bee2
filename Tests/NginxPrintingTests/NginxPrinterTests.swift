import NginxPrinting
import Predicates
import Testing

@Suite("A condition printed for nginx") struct NginxPrinterTests {
    private func printed(_ source: String, name: String = "rule") throws -> String {
        var slots = RequestSlots()
        return try NginxPrinter.maps(for: RequestPredicate(source, slots: &slots, place: "rule"), name: name)
    }

    /// The hash table's hit is confirmed by a pattern, since its keys have no case.
    @Test func aComparisonIsALookUpAndAPattern() throws {
        #expect(
            try printed(#"header["x-canary"] == "true""#) == """
                map $http_x_canary $rule { "true" $rule_f1; default 0; }
                map $http_x_canary $rule_f1 { "~^true\\z" 1; default 0; }

                """)
        #expect(try printed(#"header["x-debug"] == "1""#) == "map $http_x_debug $rule { \"1\" 1; default 0; }\n")
    }

    /// `and`, `or` and `not` cost no maps of their own.
    @Test func joinedConditionsAreChains() throws {
        #expect(
            try printed(#"header["a"] == "1" and not (header["b"] == "2" or header["c"] == "3")"#) == """
                map $http_a $rule { "1" $rule_f2; default 0; }
                map $http_b $rule_f2 { "2" 0; default $rule_f3; }
                map $http_c $rule_f3 { "3" 0; default 1; }

                """)
    }

    /// What the default says needs no key, and no pattern that is tried last.
    @Test func nothingSaysWhatTheDefaultSays() throws {
        let version = try printed(#"semver(header["x-app"]) >= semver("2.0.0")"#)
        #expect(version.hasPrefix("map $http_x_app $rule { \"\" 0; \"~^"))
        #expect(version.hasSuffix(" 1; default 0; }\n"))
        #expect(version.split(separator: "\"~").count == 2, "one pattern: whether it is a version at all is not asked")
        #expect(try printed(#"path:match("^/a") == nil"#).contains("\"~^/a\" 0; default 1;"))
    }

    /// nginx lowers hosts and takes methods only in capitals, so the look-up is exact.
    @Test func hostsAndMethodsNeedNoPattern() throws {
        #expect(try printed(#"host == "shop.example""#) == "map $host $rule { \"shop.example\" 1; default 0; }\n")
        #expect(try printed(#"method == "POST""#) == "map $request_method $rule { \"post\" 1; default 0; }\n")
        #expect(try printed(#"host == "Shop""#).contains("~^Shop"))
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
