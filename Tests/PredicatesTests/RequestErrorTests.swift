import Predicates
import Testing

/// Every refusal of an expression over requests as a person sees it.
@Suite struct RequestErrorTests {
    static func refusal(_ source: String) -> String {
        var slots = RequestSlots()
        do {
            _ = try RequestPredicate(source, slots: &slots, place: "p.yaml:12:20")
            return "accepted"
        } catch {
            return error.description
        }
    }

    static let refusals: [(source: String, expected: String)] = [
        (
            #"headers["x-canary"] == "true""#,
            """
            p.yaml:12:20: unknown name 'headers["x-canary"]'
              headers["x-canary"] == "true"
              ^ did you mean 'header'?
            """
        ),
        (
            #"header.x-canary == "true""#,
            """
            p.yaml:12:20: 'x-canary' is not a name, it is a subtraction
              header.x-canary == "true"
              ^ write header["x-canary"]
            """
        ),
        (
            #"client.adress == "10.0.0.1""#,
            """
            p.yaml:12:20: unknown name 'client.adress'
              client.adress == "10.0.0.1"
              ^ did you mean 'client.address'?
            """
        ),
        (
            #"region == "sh""#,
            """
            p.yaml:12:20: unknown name 'region'
              region == "sh"
              ^ write "region" for a text; known names are header["..."], cookie.x, query.x, tag["..."], client.address, path, method, host, scheme, request.target
            """
        ),
        (
            #"header["x-n"] == 1"#,
            """
            p.yaml:12:34: 'header["x-n"]' is a text or nil and '1' is a number: they are never equal
              header["x-n"] == 1
                            ^ write it in quotes: "1"
            """
        ),
        (
            #"header["x-n"] < 5"#,
            """
            p.yaml:12:34: 'header["x-n"]' is a text or nil and '5' is a number: '<' always fails
              header["x-n"] < 5
                            ^ write tonumber(header["x-n"])
            """
        ),
        (
            #"header["x-canary"] == true"#,
            """
            p.yaml:12:39: 'header["x-canary"]' is a text or nil and 'true' is true or false: they are never equal
              header["x-canary"] == true
                                 ^ write it in quotes: "true"
            """
        ),
        (
            #"header["v"] >= semver("2.0.0")"#,
            """
            p.yaml:12:32: 'header["v"]' is a text or nil and 'semver("2.0.0")' is a version: '>=' always fails
              header["v"] >= semver("2.0.0")
                          ^ write semver(header["v"])
            """
        ),
        (
            #"semver("2.x") == semver(header["v"])"#,
            """
            p.yaml:12:20: 'semver("2.x")' has no value: '2.x' is no version
              semver("2.x") == semver(header["v"])
              ^
            """
        ),
        (
            #"crc32(client.address) % 100"#,
            """
            p.yaml:12:42: a condition is wanted, and a number is always true, also 0
              crc32(client.address) % 100
                                    ^ compare it, for example: ... < 30
            """
        ),
        (
            #"oneof(cookie.region, {"sh"})"#,
            """
            p.yaml:12:20: unknown function 'oneof'
              oneof(cookie.region, {"sh"})
              ^ did you mean 'oneOf'?
            """
        ),
        (
            #"match(path, "^/api")"#,
            """
            p.yaml:12:20: unknown function 'match'
              match(path, "^/api")
              ^ write path:match(...)
            """
        ),
        (
            #"path:matches("^/api")"#,
            """
            p.yaml:12:25: texts have no method 'matches'
              path:matches("^/api")
                   ^ did you mean 'match'?
            """
        ),
        (
            #"percent(cookie.uid, cookie.salt) < 30"#,
            """
            p.yaml:12:40: the salt of 'percent' must be a text in quotes of 1 to 128 bytes
              percent(cookie.uid, cookie.salt) < 30
                                  ^ for example: percent(cookie.uid, "salt")
            """
        ),
        (
            #"now(1) > 5"#,
            """
            p.yaml:12:20: 'now' is called with 1 argument
              now(1) > 5
              ^ for example: now()
            """
        ),
        (
            #"inCIDR(client.address, "10.1.0.0/8")"#,
            """
            p.yaml:12:43: '10.1.0.0/8' is no network
              inCIDR(client.address, "10.1.0.0/8")
                                     ^ bits beyond the prefix are set: did you mean '10.0.0.0/8'?
            """
        ),
        (
            #"inCIDR(client.address, "10.0.0/8")"#,
            """
            p.yaml:12:43: '10.0.0/8' is no network
              inCIDR(client.address, "10.0.0/8")
                                     ^ for example "10.0.0.0/8" or "2001:db8::/32"
            """
        ),
        (
            #"oneOf(cookie.region, "sh")"#,
            """
            p.yaml:12:20: oneOf takes a value and a list
              oneOf(cookie.region, "sh")
              ^ for example: oneOf(cookie.region, {"sh", "bj"})
            """
        ),
        (
            #"oneOf(cookie.n, {1})"#,
            """
            p.yaml:12:37: 'cookie.n' is a text or nil; it never equals 1
              oneOf(cookie.n, {1})
                               ^ write it in quotes: "1"
            """
        ),
        (
            #"cookie.region == {"sh"}"#,
            """
            p.yaml:12:37: a list stands only as an argument
              cookie.region == {"sh"}
                               ^ write oneOf(x, {"a", "b"})
            """
        ),
        (
            #"oneOf(cookie.region, {a = "sh"})"#,
            """
            p.yaml:12:44: a list holds values only, not keys
              oneOf(cookie.region, {a = "sh"})
                                      ^ write {"a", "b"}
            """
        ),
        (
            #"tagged(cookie.x)"#,
            """
            p.yaml:12:27: 'cookie.x' must be a text in quotes
              tagged(cookie.x)
                     ^ for example: tagged("user-v2")
            """
        ),
        (
            #"header[cookie.x] == "1""#,
            """
            p.yaml:12:27: the name in brackets must be written as a string
              header[cookie.x] == "1"
                     ^ for example: header["name"]
            """
        ),
        (
            #"path:match("^/api"#,
            """
            p.yaml:12:31: the string that begins here does not end
              path:match("^/api
                         ^ close it with "
            """
        ),
        (
            #"path:match("\d+")"#,
            #"""
            p.yaml:12:32: unknown escape '\d' in a string
              path:match("\d+")
                          ^ write \\ for a backslash; in Lua patterns the escape is %, as in %d and %.
            """#
        ),
        (
            #"function() return 1 end"#,
            """
            p.yaml:12:20: functions cannot be written here, only called
              function() return 1 end
              ^
            """
        ),
        (
            #"path == ..."#,
            """
            p.yaml:12:28: there are no variable arguments
              path == ...
                      ^
            """
        ),
        (
            #"held(path, 30s)"#,
            """
            p.yaml:12:31: malformed number '30s'
              held(path, 30s)
                         ^ lengths of time such as 30s belong to the rollback tree
            """
        ),
        (
            #"ngx.var.upstream_addr == "x""#,
            """
            p.yaml:12:28: unknown nginx variable 'upstream_addr'
              ngx.var.upstream_addr == "x"
                      ^ known are http_*, cookie_*, arg_*, remote_addr, uri, request_uri, request_method, host and scheme
            """
        ),
        (
            #"nil + 1 == 2"#,
            """
            p.yaml:12:20: arithmetic on 'nil' always fails: it is nil
              nil + 1 == 2
              ^
            """
        ),
        (
            #"cookie.beta == True"#,
            """
            p.yaml:12:35: unknown name 'True'
              cookie.beta == True
                             ^ write true
            """
        ),
        (
            #"cookie.a == "1" AND cookie.b == "2""#,
            """
            p.yaml:12:36: unexpected 'AND' after the expression
              cookie.a == "1" AND cookie.b == "2"
                              ^ write 'and' in small letters
            """
        ),
        (
            #"path:match()"#,
            """
            p.yaml:12:25: 'match' is called with 0 arguments
              path:match()
                   ^ for example: path:match("^/api/")
            """
        ),
        (
            "path == [[abc",
            """
            p.yaml:12:28: the long string that begins here does not end
              path == [[abc
                      ^ close it with ]]
            """
        ),
    ]

    @Test(arguments: refusals.indices)
    func everyRefusalSaysWhereAndWhatWouldBeRight(index: Int) {
        let (source, expected) = Self.refusals[index]
        #expect(Self.refusal(source) == expected)
    }

    @Test func aKeyIsAText() {
        var slots = RequestSlots()
        let error = #expect(throws: ExpressionError.self) {
            try RequestKey(#"cookie.a == "1""#, slots: &slots, place: "p.yaml:3:5")
        }
        #expect(error?.code == .type)
        #expect(error?.suggestion == #"for example: header["x-user-id"] or cookie.uid or client.address"#)
    }

    @Test func everyCodeIsReached() {
        var codes: Set<ExpressionError.Code> = []
        let sources = [
            "a b", String(repeating: "x", count: 9000), "unknown", "unknown()", #"path == 1"#, "function() end",
        ]
        for source in sources {
            var slots = RequestSlots()
            do {
                _ = try RequestPredicate(source, slots: &slots, place: "t")
            } catch {
                codes.insert(error.code)
            }
        }
        codes.insert(#expect(throws: ExpressionError.self) { try Condition("score < 750", schema: signals, place: "t") }?.code ?? .syntax)
        #expect(codes == Set(ExpressionError.Code.allCases))
    }
}
