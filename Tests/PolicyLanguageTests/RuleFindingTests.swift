import PolicyLanguage
import ReleaseModel
import Testing

/// What `policy lint` says about rules, as a person sees it.
@Suite struct RuleFindingTests {
    /// Rules from line 7 on, one a line.
    static func findings(_ rules: String..., colors: String = "[]") -> [String] {
        let source =
            "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n  routing:\n    colors: \(colors)\n    rules:\n"
            + rules.map { "      - \($0)" }.joined(separator: "\n")
        let (policy, findings) = PolicyParser.parse(source, file: "p.yaml")
        #expect(policy != nil, "these are warnings")
        return findings.map(\.description)
    }

    @Test func aRuleThatNeverMatchesSaysWhatContradicts() {
        let rule = "{name: t, when: 'inCIDR(client.address, \"10.0.0.0/8\") and client.address == \"192.0.2.1\"', to: canary}"
        #expect(
            Self.findings(rule) == [
                "p.yaml:8:25: warning: no request can match 't'\n  - \(rule)\n                    "
                    + "^ inCIDR(client.address, \"10.0.0.0/8\") and client.address == \"192.0.2.1\" never hold together"
            ])
        #expect(
            Self.findings("{name: t, when: 'semver(header[\"v\"]) > semver(\"2\") and semver(header[\"v\"]) < semver(\"1\")', to: canary}")[
                0
            ]
            .hasSuffix("^ semver(header[\"v\"]) > semver(\"2.0.0\") and semver(header[\"v\"]) < semver(\"1.0.0\") never hold together"))
        #expect(
            Self.findings("{name: t, when: 'crc32(client.address) % 100 < 10 and crc32(client.address) % 100 >= 10', to: canary}")[0]
                .hasSuffix("^ ... % ... < 10 and ... % ... >= 10 never hold together"))
        // Three parts that contradict each other only together.
        let three = Self.findings(
            "{name: t, when: 'oneOf(cookie.a, {\"1\", \"2\"}) and cookie.a ~= \"1\" and cookie.a ~= \"2\"', to: canary}")
        #expect(three.count == 1 && three[0].hasSuffix(" ^"))
    }

    @Test func aRuleThatAlwaysMatchesTakesAwayTheWeights() {
        #expect(
            Self.findings("{name: everybody, when: 'cookie.a ~= \"1\" or cookie.a == \"1\"', to: canary}") == [
                "p.yaml:8:33: warning: every request matches 'everybody': weights and later rules never decide\n"
                    + "  - {name: everybody, when: 'cookie.a ~= \"1\" or cookie.a == \"1\"', to: canary}\n"
                    + "                            ^ give the stages that weight"
            ])
        // With a weight or a time that is what one may well want.
        #expect(Self.findings("{name: some, when: 'true', to: canary, weight: 5%}") == [])
        #expect(Self.findings("{name: night, when: 'true', to: canary, during: \"02:00-06:00 UTC\"}") == [])
    }

    @Test func aShadowedRuleSaysByWhich() {
        let findings = Self.findings(
            "{name: internal, when: 'inCIDR(client.address, \"10.0.0.0/8\")', to: stable}",
            "{name: testers, when: 'inCIDR(client.address, \"10.1.0.0/16\") and header[\"x-canary\"] == \"1\"', to: canary}")
        #expect(
            findings == [
                "p.yaml:9:31: warning: 'testers' never decides: what matches it matches 'internal' above it\n"
                    + "  - {name: testers, when: 'inCIDR(client.address, \"10.1.0.0/16\") and header[\"x-canary\"] == \"1\"', to: canary}\n"
                    + "                          ^ move it up, or leave it out"
            ])
        let together = Self.findings(
            "{name: a, when: 'cookie.a == \"1\"', to: stable}", "{name: b, when: 'cookie.a == \"2\"', to: stable}",
            "{name: c, when: 'oneOf(cookie.a, {\"1\", \"2\"})', to: canary}")
        #expect(together.count == 1 && together[0].contains("what matches it matches 'a' or 'b' above it"))
    }

    @Test func aColourThatNothingCanHaveIsNamed() {
        let findings = Self.findings(
            "{name: t, when: 'tagged(\"v2\")', to: canary}", colors: "[{tag: v2, when: 'path == \"/a\" and path == \"/b\"'}]")
        #expect(findings.count == 1 && findings[0].hasPrefix("p.yaml:6:30: warning: nothing can have the colour 'v2'"))
    }

    @Test func soundPoliciesAreLeftAlone() {
        #expect(
            Self.findings(
                "{name: testers, when: 'header[\"x-canary\"] == \"true\" and inCIDR(client.address, \"10.0.0.0/8\")', to: canary}",
                "{name: payments stay, when: 'path:match(\"^/payments/\") ~= nil', to: stable}",
                "{name: gateway, when: 'ngx.crc32_short(ngx.var.remote_addr .. ngx.var.request_uri) % 100 < 70', to: canary}",
                "{name: new app, when: 'semver(header[\"x-app\"]) >= semver(\"2.0.0\")', to: canary, weight: 30%}",
                "{name: newer app, when: 'semver(header[\"x-app\"]) >= semver(\"3.0.0\")', to: canary}") == [])
    }

    // MARK: - Other releases

    static func routing(layer: Layer? = nil, rules: [(String, String, String)] = []) -> RoutingPolicy {
        RoutingPolicy(
            plugin: "weighted", coloring: "coloring", key: "cookie.uid", tagHeader: "x-gray-tag", colors: [],
            rules: rules.map { RoutingRule(name: $0.0, when: $0.1, to: $0.2) }, layer: layer)
    }

    static func layer(_ from: Int, _ to: Int, name: String = "ui") -> Layer {
        Layer(name: name, from: Weight(basisPoints: from), to: Weight(basisPoints: to))
    }

    static func messages(_ mine: RoutingPolicy, _ other: RoutingPolicy, service: String = "checkout") -> [String] {
        RoutingOverlap.findings(
            mine: mine, service: "checkout", others: [.init(release: "r-7", service: service, routing: other)], file: "p.yaml"
        ).map { $0.message + ($0.suggestion.map { " / \($0)" } ?? "") }
    }

    @Test func releasesThatShareUsersAreNamed() {
        #expect(Self.messages(Self.routing(layer: Self.layer(0, 5000)), Self.routing(layer: Self.layer(5000, 10_000))) == [])
        #expect(Self.messages(Self.routing(layer: Self.layer(0, 5000)), Self.routing(layer: Self.layer(5000, 9000)), service: "cart") == [])
        #expect(
            Self.messages(Self.routing(layer: Self.layer(0, 6000)), Self.routing(layer: Self.layer(5000, 9000)), service: "cart") == [
                "it shares the users from 50% to 60% of the layer 'ui' with 'r-7' / write layer: {name: ui, from: 0%, to: 50%}"
            ])
        #expect(
            Self.messages(Self.routing(layer: Self.layer(0, 5000)), Self.routing(layer: Self.layer(0, 5000, name: "search"))) == [
                "its layer 'ui' and the layer 'search' of 'r-7' draw users independently of each other / write layer: {name: search, from: 50%, to: 100%}"
            ])
        #expect(Self.messages(Self.routing(), Self.routing()).count == 1)
        #expect(Self.messages(Self.routing(), Self.routing(), service: "cart") == [])
    }

    @Test func rulesOverlapWhereARequestIsFoundThatMatchesBoth() {
        let mine = Self.routing(
            layer: Self.layer(0, 5000),
            rules: [
                ("testers", #"header["x-canary"] == "true" and inCIDR(client.address, "10.0.0.0/8")"#, "canary"),
                ("stay", "true", "stable"),
            ])
        let other = Self.routing(
            layer: Self.layer(5000, 10_000),
            rules: [
                ("office", #"inCIDR(client.address, "10.1.0.0/16")"#, "canary"), ("home", #"client.address == "192.0.2.1""#, "canary"),
                ("never", #"header["x-canary"] == "false""#, "canary"), ("all stay", "true", "stable"),
            ])
        #expect(
            Self.messages(mine, other) == [
                #"a request can match 'testers' and 'office' of 'r-7' / for example with header["x-canary"] = "true", client.address = "10.1.0.0""#
            ])
    }
}
