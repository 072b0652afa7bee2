import NginxPrinting
import Predicates
import Testing

@Suite("Buckets and percents as splits") struct BucketPrintingTests {
    private func printed(_ source: String) throws -> [String] {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(source, slots: &slots, place: "rule")
        return try NginxPrinter.maps(for: predicate, name: "r").split(separator: "\n").map(String.init)
    }

    @Test(
        "the limit of a comparison becomes a share",
        arguments: [
            (#"bucket(cookie.u, "s") < 3000"#, "30.00%"), (#"bucket(cookie.u, "s") <= 3000"#, "30.01%"),
            (#"3000 > bucket(cookie.u, "s")"#, "30.00%"), (#"percent(cookie.u, "s") < 30"#, "30.00%"),
            (#"percent(cookie.u, "s") <= 30"#, "30.01%"), (#"percent(cookie.u, "s") < 0.015"#, "0.02%"),
            (#"percent(cookie.u, "s") < 99.99"#, "99.99%"), (#"bucket(cookie.u, "s") < 0.5"#, "0.01%"),
        ]) func shares(_ source: String, _ share: String) throws
    {
        let lines = try printed(source)
        #expect(lines.contains { $0.hasPrefix("split_clients \"s:${r_m1}\"") && $0.contains("{ \(share) 1; * 0; }") }, "\(lines)")
    }

    @Test("a limit that all or none keep needs no split", arguments: ["< 0", ">= 10000", "<= 9999", "< -1", "> 1e300"])
    func constants(_ comparison: String) throws {
        #expect(try !printed(#"bucket(cookie.u, "s") "# + comparison).contains { $0.hasPrefix("split_clients") })
    }

    @Test("a salt that nginx would read as something else is refused", arguments: ["a$b", "a b", "a\\\"b", "{", "é"]) func salts(
        _ salt: String
    ) {
        #expect(throws: PrintingRefusal.self) { try printed("bucket(cookie.u, \"\(salt)\") < 5") }
    }
}
