import PolicyLanguage
import ReleaseModel
import Testing

/// The routing section of a policy.
@Suite struct RoutingPolicyTests {
    static let whole = """
        apiVersion: tidegate/v1
        kind: RolloutPolicy
        metadata: {name: p}
        spec:
          routing:
            key: cookie.uid
            colors:
              - {tag: user-v2, when: 'cookie.beta == "1"'}
            arms: [{name: a, share: 33.33%}, {name: b, share: 66.67%}]
            strata: ['header["x-region"]', 'cookie.device']
            layer: {name: ui, from: 20%, to: 70%}
            trust: [10.0.0.0/8, "2001:db8::/32"]
            sign: [{id: k2, secret: env:COLOR_KEY}, {id: k1, secret: "file:/run/k1"}]
            hops: 4
            baggage: gray-tag
            rules:
              - {name: night, when: 'tagged("user-v2")', to: b, weight: 30%, during: "02:00-06:00   Asia/Shanghai"}
              - {name: stay, when: 'path == "/pay"', to: stable}
        """

    @Test func everyKeyIsRead() throws {
        let (policy, findings) = PolicyParser.parse(Self.whole, file: "p.yaml")
        #expect(findings.map(\.description) == [])
        let routing = try #require(policy?.routing)
        #expect(
            routing.arms == [ArmShare(name: "a", share: .init(basisPoints: 3333)), ArmShare(name: "b", share: .init(basisPoints: 6667))])
        #expect(routing.strata == [#"header["x-region"]"#, "cookie.device"])
        #expect(routing.layer == Layer(name: "ui", from: .init(basisPoints: 2000), to: .init(basisPoints: 7000)))
        #expect(
            routing.propagation
                == Propagation(
                    trust: ["10.0.0.0/8", "2001:db8::/32"],
                    keys: [ColorKey(id: "k2", secret: "env:COLOR_KEY"), ColorKey(id: "k1", secret: "file:/run/k1")], maximumHops: 4,
                    baggage: "gray-tag"))
        #expect(routing.rules[0].weight == Weight(basisPoints: 3000))
        #expect(routing.rules[0].during == "02:00-06:00 Asia/Shanghai")
        #expect(routing.rules[0].to == "b")
        #expect(routing.rules[1].weight == nil)
    }

    @Test func whatIsLeftOutIsNotInThePolicy() throws {
        let (policy, _) = PolicyParser.parse("apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}", file: "p.yaml")
        let routing = try #require(policy?.routing)
        #expect(routing.arms == nil && routing.strata == nil && routing.layer == nil && routing.propagation == nil)
    }

    /// The part of `routing` that is wrong, in line 6 from column 5, and what is said about it.
    static let wrong: [(text: String, finding: String)] = [
        ("arms: [{name: a, share: 50%}]", "6:11: the arms' shares sum to 50.0%, not to 100%"),
        ("arms: []", "6:11: 'arms' needs at least one arm"),
        ("arms: [{name: a, share: 50%}, {name: a, share: 50%}]", "6:42: two arms are called 'a'"),
        ("arms: [{name: stable, share: 100%}]", "6:19: 'stable' is not among the arms: it has whoever does not take part"),
        ("arms: [{name: a, share: 100%}, {name: b, share: 0%}]", "6:53: an arm's share is above 0%"),
        ("arms: [{name: a b, share: 100%}]", "6:19: the arm 'a b' may hold only letters, digits, '.', '_' and '-'"),
        ("arms: [{name: a}]", "6:12: an arm needs 'share'"),
        ("arms: [{name: a, share: 100%, wait: 1}]", "6:35: unknown key 'wait' in an arm"),
        ("strata: ['header[\"x\"] == \"1\"']", "6:27: a key is a text, and this is true or false"),
        ("strata: [path, host, method, scheme, path]", "6:42: strata has 5 elements; at most 4 are allowed"),
        ("layer: {name: ui, from: 50%, to: 20%}", "6:12: the range from 50% to 20% is empty"),
        ("layer: {from: 50%}", "6:12: layer needs 'name'"),
        ("layer: {name: ui, to: 101%}", "6:27: '101%' is no weight: a percentage from 0% to 100% with at most two decimals"),
        ("layer: {name: ui, to: 40%}", "6:12: a stage of 50% does not fit into 0% to 40% of the layer 'ui'"),
        ("trust: [10.0.0.1/8]", "6:13: '10.0.0.1/8' is no network in CIDR notation"),
        ("trust: [0.0.0.0/0]", "6:13: warning: 0.0.0.0/0 is everybody: any client can colour itself"),
        ("sign: [{id: k1, secret: hunter2}]", "6:29: 'secret' holds a secret; only a reference may stand here"),
        ("sign: [{id: k1}]", "6:12: a key needs 'secret'"),
        ("sign: [{id: k1, secret: env:A}, {id: k1, secret: env:B}]", "6:42: two keys are called 'k1'"),
        ("hops: 0", "6:11: hops lies between 1 and 64, not 0"),
        ("hops: many", "6:11: hops is a whole number, not 'many'"),
        ("baggage: 'a b'", "6:14: the baggage member 'a b' may hold only letters, digits, '.', '_' and '-'"),
        ("strata: [path]", "6:13: warning: strata have no say with one arm: who takes part does not depend on them"),
        ("rules: [{name: t, when: 'cookie.a == \"1\"', to: canary, weight: 0%}]", "6:68: a rule's weight is above 0%"),
        (
            "rules: [{name: t, when: 'cookie.a == \"1\"', to: canary, weight: 30}]",
            "6:68: '30' is no weight: a percentage from 0% to 100% with at most two decimals"
        ),
        ("rules: [{name: t, when: 'cookie.a == \"1\"', to: canary, during: \"02:00-06:00\"}]", "6:68: '02:00-06:00' names no time zone"),
        (
            "rules: [{name: t, when: 'cookie.a == \"1\"', to: canary, during: \"02:00-02:00 UTC\"}]",
            "6:68: 02:00-02:00 begins where it ends"
        ),
        (
            "rules: [{name: t, when: 'cookie.a == \"1\"', to: canary, during: \"2-6 UTC\"}]",
            "6:68: '2-6' is no time of day from HH:MM to HH:MM"
        ),
        (
            "rules: [{name: t, when: 'cookie.a == \"1\"', to: canary, during: \"02:00-06:00 Asia/Shanhai\"}]",
            "6:68: 'Asia/Shanhai' is no time zone"
        ),
        (
            "rules: [{name: t, when: 'header[\"x\"] == 5', to: canary}]",
            "6:42: 'header[\"x\"]' is a text or nil and '5' is a number: they are never equal"
        ),
        (
            "rules: [{name: t, when: 'tagged(\"x\")', to: canary}]",
            "6:29: warning: no colour here is called 'x', and no earlier hop is believed"
        ),
        ("tagHeader: Host", "6:16: 'Host' is no name for the colours' header: it is a header of HTTP itself"),
    ]

    @Test(arguments: wrong.indices) func whatIsWrongIsNamed(index: Int) {
        let source = "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n  routing:\n    \(Self.wrong[index].text)"
        let findings = PolicyParser.parse(source, file: "p.yaml").findings
        #expect(findings.first?.description.split(separator: "\n").first.map(String.init) == "p.yaml:\(Self.wrong[index].finding)")
        #expect(findings.count == 1)
    }

    @Test func aMisspeltZoneIsSuggested() {
        let source =
            "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n  routing:\n    "
            + Self.wrong.first { $0.text.contains("Shanhai") }!.text
        #expect(PolicyParser.parse(source, file: "p.yaml").findings.first?.suggestion == "did you mean 'Asia/Shanghai'?")
    }

    @Test func moreThanSixteenColoursAreTooMany() {
        let colors = (1...18).map { "{tag: t\($0), when: 'cookie.a == \"\($0)\"'}" }.joined(separator: ", ")
        let source = "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n  routing:\n    colors: [\(colors)]"
        let (policy, findings) = PolicyParser.parse(source, file: "p.yaml")
        #expect(findings.map(\.message) == ["'t17' is the 17th colour, and a request carries at most 16"])
        #expect(policy?.routing.colors.count == 18)
    }
}
