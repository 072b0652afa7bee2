import Foundation
import PluginKit
import Testing

@Suite struct SecretReferenceTests {
    @Test func readsWhereASecretIs() throws {
        #expect(SecretReference("env:TOKEN")?.environmentVariable == "TOKEN")
        #expect(SecretReference("file:/etc/x")?.environmentVariable == nil)
        #expect(SecretReference("file:/etc/x")?.description == "file:/etc/x")
        for text in ["", "env:", "file:", "TOKEN", "vault:x"] { #expect(SecretReference(text) == nil) }
    }

    @Test func resolvesAFileWithoutItsLineBreak() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("secret-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try Data("s3cret\n".utf8).write(to: URL(fileURLWithPath: path))
        #expect(try SecretReference("file:" + path)?.resolve() == "s3cret")
        try Data(count: SecretReference.maximumBytes + 1).write(to: URL(fileURLWithPath: path))
        #expect(throws: PluginFailure.self) { try SecretReference("file:" + path)?.resolve() }
        try Data().write(to: URL(fileURLWithPath: path))
        #expect(throws: PluginFailure.self) { try SecretReference("file:" + path)?.resolve() }
    }

    @Test func whatIsMissingIsNamed() {
        let failure = #expect(throws: PluginFailure.self) { try SecretReference("env:TIDEGATE_NO_SUCH_VARIABLE")?.resolve() }
        #expect(failure?.reason == "the environment variable TIDEGATE_NO_SUCH_VARIABLE is not set")
        #expect(throws: PluginFailure.self) { try SecretReference("file:/nonexistent/secret")?.resolve() }
    }
}
