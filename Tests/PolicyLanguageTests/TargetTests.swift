import PolicyLanguage
import ReleaseModel
import Testing

@Suite struct TargetTests {
    static let head = "apiVersion: tidegate/v1\nkind: Target\nmetadata: {name: edge}\nspec:\n"

    @Test func aTargetIsRead() throws {
        let source =
            Self.head + """
                  plugin: nginx
                  nodes:
                    - {name: local, prefix: /srv/nginx, reloadTimeout: 10s}
                    - name: other
                  services:
                    checkout: {stable: v41, revisions: {v41: ["127.0.0.1:9001"], v42: ["127.0.0.1:9002", "[::1]:9002"]}}
                    cart: {stable: "7", revisions: {7: [cart-7.internal:80]}}
                """
        let target = try TargetParser.target(source, file: "t.yaml")
        #expect(
            target
                == Target(
                    name: "edge", plugin: "nginx",
                    nodes: [
                        TargetNode(name: "local", configuration: ["prefix": "/srv/nginx", "reloadTimeout": "10s"]),
                        TargetNode(name: "other", configuration: [:]),
                    ],
                    services: [
                        TargetService(
                            name: "checkout", stable: "v41",
                            revisions: [
                                TargetRevision(name: "v41", servers: ["127.0.0.1:9001"]),
                                TargetRevision(name: "v42", servers: ["127.0.0.1:9002", "[::1]:9002"]),
                            ]),
                        TargetService(name: "cart", stable: "7", revisions: [TargetRevision(name: "7", servers: ["cart-7.internal:80"])]),
                    ]))
    }

    static let refusals: [(spec: String, message: String)] = [
        ("  {}", "spec needs 'nodes'"),
        ("  nodes: []", "a target has at least one node"),
        ("  nodes: [{prefix: /srv}]", "a node needs 'name'"),
        ("  nodes: [{name: a}, {name: a}]", "two nodes are called 'a'"),
        ("  nodes: [{name: a, password: x}]", "'password' holds a secret; only a reference may stand here"),
        (
            "  nodes: [{name: a}]\n  services: {s: {stable: v1, revisions: {v2: [\"h:1\"]}}}",
            "the stable revision 'v1' is not among the revisions v2"
        ),
        ("  nodes: [{name: a}]\n  services: {s: {stable: v1}}", "the service 's' needs 'revisions'"),
        (
            "  nodes: [{name: a}]\n  services: {s: {stable: v1, revisions: {v1: [\"localhost\"]}}}",
            "'localhost' is no server: host:port, with an IPv6 address in brackets"
        ),
        (
            "  nodes: [{name: a}]\n  services: {s: {stable: v1, revisions: {v1: [\"h:0\"]}}}",
            "'h:0' is no server: host:port, with an IPv6 address in brackets"
        ),
        (
            "  nodes: [{name: a}]\n  services: {s: {stable: v1, revisions: {v1: [\"h:80;\\n\"]}}}",
            "'h:80;\n' is no server: host:port, with an IPv6 address in brackets"
        ),
        ("  nodes: [{name: a}]\n  services: {s: {stable: v1, revisions: {v1: []}}}", "'v1' has no server"),
        (
            "  nodes: [{name: a}]\n  services: {s: {stable: v1, revisions: {v1: [\"h:1\"], v2: [\"h:1\"]}}}",
            "h:1 is listed for 'v1' and for 'v2'"
        ),
        ("  nodes: [{name: a}]\n  service: {}", "unknown key 'service' in spec"),
        ("  nodes: [{name: ../a}]", "the node's name '../a' must start with a letter or a digit"),
    ]

    @Test(arguments: refusals.indices)
    func mistakesAreNamed(index: Int) {
        let (target, findings) = TargetParser.parse(Self.head + Self.refusals[index].spec, file: "t.yaml")
        #expect(target == nil)
        #expect(findings.map(\.message) == [Self.refusals[index].message])
    }

    @Test func aPolicyIsNoTarget() {
        let findings = TargetParser.parse("apiVersion: tidegate/v1\nkind: RolloutPolicy", file: "t.yaml").findings
        #expect(findings.map(\.suggestion) == ["apply it with: tidegate policy apply"])
    }
}
