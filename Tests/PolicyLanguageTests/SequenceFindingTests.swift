import PolicyLanguage
import Testing

/// Log sequences are checked where they stand in the file.
@Suite struct SequenceFindingTests {
    private func findings(_ sequences: String) -> [String] {
        let source = """
            apiVersion: tidegate/v1
            kind: RolloutPolicy
            metadata: {name: demo}
            spec:
              logs:
                plugin: LogSignals
                sequences:
            \(sequences)
            """
        return PolicyParser.parse(source, file: "p.yaml").findings.map(\.description)
    }

    @Test func aGoodSequenceHasNoFinding() {
        #expect(
            findings(
                """
                      - name: retries fail
                        pattern: '"payment failed" then 3 times "retry" and error'
                        within: 5m
                        by: user
                """
            ).isEmpty)
    }

    @Test func aMistakeInThePatternHasItsPlaceAndWhatWouldBeRight() {
        let found = findings(
            """
                  - name: retries fail
                    pattern: '"payment failed" than 3 times "retry"'
                    within: 5m
            """)
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix("p.yaml:9:36: 'than' is not understood here") == true, "\(found)")
        #expect(found.first?.contains("did you mean 'then'?") == true, "\(found)")
    }

    @Test func othersAreNamedWithTheirMember() {
        let found = findings("      - {name: a, pattern: '\"x\"', within: 5h, key: user}")
        #expect(found.first?.contains("'key' is not a member of a sequence") == true, "\(found)")
        #expect(findings("      - {name: a, pattern: '\"x\"', within: 5h}").first?.contains("'within' must be a length of time") == true)
    }
}
