import PolicyLanguage
import ReleaseModel
import Testing

@Suite struct DocumentTests {
    static func findings(_ source: String) -> [String] {
        let (policy, findings) = PolicyParser.parse(source, file: "p.yaml", signals: signals)
        #expect((policy == nil) == findings.contains { $0.severity == .error })
        return findings.map(\.description)
    }

    @Test(arguments: [
        ("", "p.yaml:1:1: the file is empty\n  \n  ^"),
        ("- 1", "p.yaml:1:1: the file is a map, not a list\n  - 1\n  ^ for example: apiVersion: tidegate/v1"),
        ("kind: RolloutPolicy", "p.yaml:1:1: the file needs 'apiVersion'\n  kind: RolloutPolicy\n  ^ for example: apiVersion: tidegate/v1"),
        (
            "apiVersion: tidegate/v2\nkind: RolloutPolicy",
            "p.yaml:1:13: this program reads apiVersion tidegate/v1, not 'tidegate/v2'\n  apiVersion: tidegate/v2\n              ^"
        ),
        (
            "apiVersion: tidegate/v1\nkind: Target",
            "p.yaml:2:7: a RolloutPolicy is wanted, and this is 'Target'\n  kind: Target\n        ^ apply it with: tidegate target apply"
        ),
        (
            "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: a b}",
            "p.yaml:3:18: the name 'a b' may hold only letters, digits, '.', '_' and '-'\n  metadata: {name: a b}\n                   ^"
        ),
        (
            "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nmetadata: {name: q}",
            "p.yaml:3:1: the key 'metadata' stands twice in one map\n  metadata: {name: p}\n  ^ keep one of them"
        ),
        (
            "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec:\n\tbake: 1m",
            "p.yaml:5:1: not YAML: while scanning for the next token found character that cannot start any token\n  \tbake: 1m\n  ^ indent with spaces; a text that begins with a special character needs quotes"
        ),
        (
            "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: &n p}\nspec:\n  health: {label: *n}",
            "p.yaml:5:12: anchors and aliases are not read\n  health: {label: *n}\n           ^ write the value out"
        ),
        (
            "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\n---\nkind: x",
            "p.yaml:4:1: not YAML: expected a single document in the stream but found another document\n  ---\n  ^"
        ),
    ])
    func whatIsNoPolicyIsRefused(source: String, expected: String) {
        #expect(Self.findings(source) == [expected])
    }

    @Test func anAliasBombIsRefusedBeforeItIsRead() {
        var source = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            source += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n"
        }
        source += "? *a30\n: x\n"
        #expect(PolicyParser.parse(source, file: "p.yaml").findings.map(\.code) == [.alias])
    }

    @Test func deepNestingIsRefused() {
        for source in [
            String(repeating: "- ", count: 20_000) + "x", String(repeating: "? ", count: 20_000) + "x",
            String(repeating: "[", count: 30_000), String(repeating: "{a: ", count: 10_000),
            (0..<200).map { String(repeating: " ", count: $0) + "a:" }.joined(separator: "\n"),
        ] {
            let (policy, findings) = PolicyParser.parse(source, file: "p.yaml")
            #expect(policy == nil)
            #expect(findings.count == 1 && [.limit, .syntax].contains(findings[0].code))
        }
    }

    @Test func aLargeFileIsRefused() {
        let source = "# " + String(repeating: "x", count: DocumentLimits.policyBytes)
        #expect(PolicyParser.parse(source, file: "p.yaml").findings.map(\.code) == [.limit])
    }

    @Test func tooManyElementsAreRefused() {
        let stages = (1...51).map { "{weight: \($0)%}" }.joined(separator: ", ")
        let source = "apiVersion: tidegate/v1\nkind: RolloutPolicy\nmetadata: {name: p}\nspec: {stages: [\(stages)]}"
        #expect(PolicyParser.parse(source, file: "p.yaml").findings.first?.message == "stages has 51 elements; at most 50 are allowed")
    }

    @Test func settingsOfPluginsKeepTheirTypes() throws {
        let source = """
            apiVersion: tidegate/v1
            kind: RolloutPolicy
            metadata: {name: p}
            spec:
              health:
                plugin: HealthScore
                number: 1.5
                big: 9007199254740993
                text: "1.5"
                flag: true
                word: yes
                octal: 010
                share: 99.9%
                list: [1, two, null, ~]
                map: {a: {b: -3e2}}
            """
        let policy = try PolicyParser.policy(source, file: "p.yaml", signals: signals)
        #expect(
            policy.health.configuration == [
                "number": 1.5, "big": "9007199254740993", "text": "1.5", "flag": true, "word": "yes", "octal": "010", "share": "99.9%",
                "list": [1, "two", .null, .null], "map": ["a": ["b": -300]],
            ])
    }

    @Test func kindsAreRecognised() {
        #expect(DocumentKind.of("apiVersion: tidegate/v1\nkind: Target") == .target)
        #expect(DocumentKind.of("kind: RolloutPolicy") == .policy)
        #expect(DocumentKind.of("kind: Deployment") == nil)
        #expect(DocumentKind.of("{") == nil)
    }

    /// Policies with bytes changed, removed and repeated: always an answer, always with places inside the file.
    @Test func noTextBreaksTheReader() throws {
        let base = Array(try ShippedPolicyTests.source(of: "demo").utf8)
        var state: UInt64 = 42
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        for _ in 0..<300 {
            var bytes = base
            for _ in 0...next(4) {
                let index = next(bytes.count)
                switch next(4) {
                case 0: bytes[index] = UInt8(next(256))
                case 1: bytes.removeSubrange(index..<min(bytes.count, index + 1 + next(40)))
                case 2: bytes.insert(contentsOf: bytes[index..<min(bytes.count, index + next(60))], at: index)
                default:
                    let marks = Array(":{}[],&*#?|-\"'%@`! \n\t".utf8)
                    bytes[index] = marks[next(marks.count)]
                }
                if bytes.isEmpty { break }
            }
            let source = String(decoding: bytes, as: UTF8.self)
            let (policy, findings) = PolicyParser.parse(source, file: "p.yaml", signals: signals)
            #expect((policy == nil) == findings.contains { $0.severity == .error })
            for finding in findings { #expect(finding.line >= 1 && finding.column >= 1 && finding.caret <= finding.lineText.count) }
        }
    }
}
