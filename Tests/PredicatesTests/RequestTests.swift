import Predicates
import Testing

/// A request as tests write it: fields by the text that names them in the language.
struct TestRequest {
    var fields: [RequestField: String] = [:]

    init(_ fields: [RequestField: String]) { self.fields = fields }

    func matches(_ source: String, failures: inout Int) throws -> Bool {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(source, slots: &slots, place: "t")
        return predicate.matches(RequestView(slots) { fields[$0] }, failures: &failures)
    }

    func matches(_ source: String) throws -> Bool {
        var failures = 0
        let result = try matches(source, failures: &failures)
        #expect(failures == 0, "\(source) failed")
        return result
    }

    func key(_ source: String) throws -> String? {
        var slots = RequestSlots()
        let key = try RequestKey(source, slots: &slots, place: "t")
        return try key.evaluate(RequestView(slots) { fields[$0] })
    }
}

@Suite struct RequestTests {
    let request = TestRequest([
        .header("x-canary"): "true", .header("x-app-version"): "2.3.1", .cookie("uid"): "user-42", .query("debug"): "1",
        .clientAddress: "10.1.2.3", .path: "/payments/42", .method: "GET", .host: "shop.example", .scheme: "https",
        .requestTarget: "/payments/42?debug=1", .tag("user-v2"): "1", .header("accept-language"): "",
    ])

    @Test(arguments: [
        #"header["x-canary"] == "true""#, #"header["X-Canary"] == "true""#, #"header["x-canary"]"#, #"cookie.uid == "user-42""#,
        #"cookie["uid"]"#, #"query.debug == "1""#, #"client.address == "10.1.2.3""#, #"path:match("^/payments/") ~= nil"#,
        #"path:match("^/payments/(%d+)$") == "42""#, #"method == "GET" and scheme == "https""#, #"host ~= "other""#, #"tagged("user-v2")"#,
        #"tag["user-v2"]"#, #"not tagged("region-sh")"#, #"inCIDR(client.address, "10.0.0.0/8")"#,
        #"inCIDR(client.address, "192.168.0.0/16", "10.1.2.3")"#, #"oneOf(cookie.uid, {"user-1", "user-42"})"#,
        #"semver(header["x-app-version"]) >= semver("2.0.0")"#, #"header["x-missing"] == nil"#, #"not header["x-missing"]"#,
        #"(header["x-missing"] or "sh") == "sh""#, #"header["accept-language"] == """#, #"tonumber(query.debug) + 1 == 2"#,
        #"#cookie.uid == 7"#, #"cookie.uid .. "!" == "user-42!""#, #"path:sub(1, 9) == "/payments""#, #"path:lower():find("pay", 1, true)"#,
        #"host:upper() == "SHOP.EXAMPLE""#, #"string.match(path, "%d+") == "42""#, ##"path:gsub("%d", "#") == "/payments/##""##,
        #"request.target == "/payments/42?debug=1""#, #"ngx.var.http_x_canary == "true""#, #"ngx.var.remote_addr == client.address"#,
        #"ngx.req.get_headers()["x-canary"] == "true""#, #"ngx.crc32_short(ngx.var.remote_addr) % 100 < 100"#,
        #"ngx.var.arg_debug == query.debug and ngx.var.cookie_uid == cookie.uid"#, #"ngx.var["uri"] == path"#,
        #"crc32("123456789") == 0xCBF43926"#, #"1 < 2 and "a" < "b""#, #"tostring(1.0) == "1.0""#, "true",
    ])
    func holds(source: String) throws {
        #expect(try request.matches(source))
    }

    @Test(arguments: [
        #"header["x-canary"] == "True""#, #"header["x-missing"] == "true""#, #"inCIDR(header["x-missing"], "10.0.0.0/8")"#,
        #"inCIDR(cookie.uid, "10.0.0.0/8")"#, #"inCIDR(client.address, "10.2.0.0/16")"#, #"oneOf(header["x-missing"], {"a"})"#,
        #"semver(header["x-app-version"]) == semver("2.3.2")"#, #"path:match("^/cart") ~= nil"#, "false", "nil",
        #"header["x-canary"] == "true" and not tagged("user-v2")"#, #"path:find(".*x")"#,
    ])
    func doesNotHold(source: String) throws {
        #expect(try !request.matches(source))
    }

    @Test(arguments: [
        #"semver(header["x-missing"]) >= semver("2.0.0")"#, #"semver(cookie.uid) >= semver("2.0.0")"#, #"header["x-missing"] < "a""#,
        #"header["x-missing"] .. "a" == "a""#, #"cookie.uid + 1 > 0"#, #"header["x-missing"]:lower() == "a""#, #"#header["x-missing"] > 0"#,
        #"path:match(cookie.uid:sub(1, 0) .. "%") == "a""#, #"tonumber(query.debug) // 0 == 1"#,
        #"tonumber("1.5") | tonumber(query.debug) == 1"#,
        #"(path:rep(60)):rep(600) == path"#,
    ])
    func anErrorIsNoMatchAndIsCounted(source: String) throws {
        var failures = 0
        #expect(try !request.matches(source, failures: &failures))
        #expect(failures == 1)
    }

    @Test func aKeyTakesTheFirstThatIsThereAndNotEmpty() throws {
        let source = #"header["x-user-id"] or cookie.uid or client.address"#
        #expect(try request.key(source) == "user-42")
        #expect(try TestRequest([.header("x-user-id"): "", .cookie("uid"): "", .clientAddress: "10.0.0.1"]).key(source) == "10.0.0.1")
        #expect(try TestRequest([.header("x-user-id"): "u", .clientAddress: "10.0.0.1"]).key(source) == "u")
        #expect(try TestRequest([:]).key(source) == nil)
        #expect(try TestRequest([.cookie("uid"): ""]).key(#"cookie.uid"#) == nil)
        #expect(try request.key(#"cookie.uid .. ":" .. host"#) == "user-42:shop.example")
        #expect(try request.key(#"crc32(cookie.uid)"#) != nil)
    }

    @Test func everyFieldHasOneSlotHoweverOftenItIsRead() throws {
        var slots = RequestSlots()
        let first = try RequestPredicate(#"header["X-A"] == cookie.b and ngx.var.http_x_a ~= "c""#, slots: &slots, place: "t")
        let second = try RequestPredicate(#"cookie["b"] == "1" or tagged("t")"#, slots: &slots, place: "t")
        #expect(slots.fields == [.header("x-a"), .cookie("b"), .tag("t")])
        let view = RequestView(values: ["v", "v", nil])
        #expect(try first.evaluate(view))
        #expect(try !second.evaluate(view))
    }

    @Test func aViewOfFewerSlotsIsEmptyThere() throws {
        var slots = RequestSlots()
        let predicate = try RequestPredicate("cookie.a == nil", slots: &slots, place: "t")
        #expect(try predicate.evaluate(RequestView(values: [])))
    }

    @Test func theCheckedTreeShowsWhatPrintersNeed() throws {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(
            #"header["x-a"] == "1" and not inCIDR(client.address, "10.0.0.0/8") or tagged("t")"#, slots: &slots, place: "t")
        let network = try #require(IPNetwork("10.0.0.0/8"))
        #expect(
            predicate.node
                == .or(
                    .and(
                        .comparison(.equal, .field(.header("x-a"), slot: 0), .literal(.string("1"))),
                        .not(.inCIDR(.field(.clientAddress, slot: 1), [network]))),
                    .tagged("t", slot: 2)))
    }

    @Test func constantPartsAreFolded() throws {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(#"tonumber(query.n) < 60 * 60 + ("a"):len()"#, slots: &slots, place: "t")
        #expect(predicate.node == .comparison(.less, .call(.tonumber, [.field(.query("n"), slot: 0)]), .literal(.integer(3601))))
    }

    @Test func fieldsPrintAsTheLanguageWritesThem() {
        let fields: [RequestField] = [
            .header("x-a"), .cookie("uid"), .cookie("a b"), .query("end"), .tag("t"), .clientAddress, .path, .method, .host, .scheme,
            .requestTarget,
        ]
        #expect(
            fields.map(\.description) == [
                #"header["x-a"]"#, "cookie.uid", #"cookie["a b"]"#, #"query["end"]"#, #"tag["t"]"#, "client.address", "path", "method",
                "host",
                "scheme", "request.target",
            ])
    }
}
