import ArgumentParser
import ReleaseModel
import ReleaseServer
import ReportText

struct AuditBundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle", abstract: "Write everything about one release into a ZIP archive: entries, evidence, policy, report.",
        discussion: """
              tidegate audit bundle checkout-7 -f checkout-7.zip
              tidegate audit replay --bundle checkout-7.zip

            The archive stands for itself: its README says how to check it, report.html is made to be printed.
            """)

    @Argument(help: "The release.")
    var release: String

    @Option(name: .shortAndLong, help: ArgumentHelp("The archive; by default RELEASE.zip.", valueName: "file"))
    var file: String?

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let (manifest, path) = try await connection.withReader { client in
            let id = try await client.release(release).release.id
            let path = file ?? "\(id).zip"
            return (try await EvidenceBundle(client: client, release: id).write(to: path), path)
        }
        try output.print(manifest) { _ in
            let missing = manifest.missingEvidence.count
            return ["wrote \(path.printable): \(manifest.files.count + 1) files about \(manifest.release.printable)"]
                + (missing > 0 ? ["\(missing) documents of evidence have expired and are not in it; their digests are"] : [])
        }
    }
}
