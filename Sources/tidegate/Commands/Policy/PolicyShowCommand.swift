import ArgumentParser
import PolicyLanguage
import ReleaseModel
import ReleaseServer
import ReportText
import TreePictures

struct PolicyShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Print a policy as it was applied, or draw its tree.",
        discussion: """
            With -o json, the policy as the controller reads it, every default filled in. With --svg, a drawing of its rollback tree; a
            path (one with a slash, or that ends in .yaml) is read from the file, and no server is asked.

              tidegate policy show demo > policy.yaml
              tidegate policy show 9c1d4e... -o json
              tidegate policy show demo --svg > tree.svg
              tidegate policy show policies/default/policy.yaml --svg > tree.svg
            """)

    @Argument(help: "The policy's name, for its newest version, a digest, or a file.")
    var name: String

    @Flag(help: "Draw the rollback tree, as SVG.")
    var svg = false

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        if svg, output.format == .json { throw ValidationError("--svg draws, -o json prints data: not both") }
    }

    func run() async throws {
        if Self.isFile(name) { return try showFile() }
        let policy = try await connection.withReader { try await $0.policy(name) }
        if svg {
            let version = "policy \(policy.name), version \(policy.version)"
            return Self.draw(policy.policy, subtitle: "\(version), sha256 \(policy.digest.prefix(12))")
        }
        try output.print(policy) { _ in Self.lines(of: policy.source) }
    }

    /// A path rather than a name: names have no slashes and no dots.
    static func isFile(_ name: String) -> Bool {
        name == "-" || name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
    }

    private func showFile() throws {
        let input = InputFile(name)
        let text = try input.text()
        let policy = try PolicyParser.policy(text, file: input.place)
        if svg { return Self.draw(policy, subtitle: input.place) }
        try output.print(policy) { _ in Self.lines(of: text) }
    }

    private static func draw(_ policy: Policy, subtitle: String) {
        Invocation.current.console.write(TreePicture(of: policy, subtitle: subtitle).svg)
    }

    private static func lines(of source: String) -> [String] {
        var lines = source.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.split(separator: "\t", omittingEmptySubsequences: false).map { String($0).printable }.joined(separator: "\t")
        }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
