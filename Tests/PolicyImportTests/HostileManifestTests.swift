import PolicyImport
import PolicyLanguage
import ReleaseModel
import Testing

/// Whatever a manifest says, what is written is one policy and nothing else.
@Suite struct HostileManifestTests {
    @Test(arguments: [
        #"shop\", evil: \"x"#, "shop\\nspec: {}", "a: b # c", "日本語", "{{ x }}", "'", "- x", "\\u0007bell",
    ])
    func namesAndTextsStayTexts(text: String) throws {
        let manifest = """
            apiVersion: flagger.app/v1beta1
            kind: Canary
            metadata: {name: "\(text)", namespace: "\(text)"}
            spec:
              analysis:
                interval: 1m
                threshold: 2
                stepWeight: 30
                maxWeight: 60
                metrics:
                - name: "\(text)"
                  query: "up{a=\\"\(text.replacing("\\", with: "\\\\").replacing("\"", with: ""))\\"}"
                  thresholdRange: {max: 1}
                webhooks:
                - name: "\(text)"
                  url: "http://a/"
                  metadata: {"\(text)": "\(text)"}
            """
        let report = PolicyImporter.run(.flagger, [.init(name: "x.yaml", text: manifest)])
        try #require(report.files[0].problem == nil, "\(report.files[0].problem ?? "")")
        let (policy, findings) = PolicyParser.parse(report.policies[0].yaml, file: "x")
        #expect(policy != nil, "\(findings)\n\(report.policies[0].yaml)")
        #expect(policy?.stages.count == 2 && policy?.tree.count == 3)
    }
}
