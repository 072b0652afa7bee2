import ArgumentParser
import Foundation
import PolicyImport
import PolicyLanguage
import ReleaseModel

struct PolicyImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Make policies from the manifests of Argo Rollouts or Flagger.",
        discussion: """
            Steps, weights, pauses, header and cookie matches, Prometheus analyses with their limits, and webhooks are carried over. What
            has no equal is listed with its place. Give templates and what names them in one run. Folders stand for every .yaml and .yml
            file in them and below; - is standard input.

              tidegate policy import argo rollout.yaml analysis-templates.yaml > checkout.yaml
              tidegate policy import flagger manifests/ --to policies/
              kubectl get canary shop -o yaml | tidegate policy import flagger -

            Without --to, the policies go to standard output and the report to standard error. Every policy is checked as by policy lint.
            Exits 1 when a file cannot be read, or a policy has errors.
            """)

    @Argument(help: "Whose manifests they are: argo or flagger.")
    var format: Format

    @Argument(help: ArgumentHelp("Manifests, and folders of manifests; - is standard input.", valueName: "file"))
    var files: [String]

    @Option(help: ArgumentHelp("Write each policy into this folder, as NAME.yaml; existing files stay.", valueName: "folder"))
    var to: String?

    @Flag(help: "List also what was left elsewhere: workload and data plane.")
    var all = false

    @Option(help: ArgumentHelp("Folder with the plugins, for the names of signals; by default that of this program.", valueName: "folder"))
    var plugins: String?

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        var policies: [Policy]
        var files: [ImportedFile]
        var remarks: [FieldRemark]
        var counts: FieldCounts
        /// Of the fields about releases, how many are carried over: as they are, or adapted.
        var share: Double?

        struct Policy: Codable, Sendable {
            var policy: ImportedPolicy
            var findings: [Finding]
            var writtenTo: String?
        }

        var isSound: Bool {
            files.allSatisfy { $0.problem == nil } && policies.allSatisfy { $0.findings.allSatisfy { $0.severity != .error } }
        }
    }

    func run() async throws {
        let paths = try PolicyFiles.files(files, extensions: ["yaml", "yml"])
        let imported = PolicyImporter.run(format.format, paths.map(Self.read))
        let schema = try? await LocalPlugins.with(plugins) { $0.schema }
        var report = Report(
            policies: imported.policies.map { policy in
                let (_, findings) = PolicyParser.parse(policy.yaml, file: "\(policy.name).yaml", signals: schema)
                return .init(policy: policy, findings: findings)
            }, files: imported.files, remarks: imported.remarks, counts: imported.counts, share: imported.counts.share)
        if let to { try write(&report, to: to) }
        let console = Invocation.current.console
        switch output.format {
        case .json: console.line(try JSONOutput.text(of: report))
        case .table:
            let lines = ImportView(report: report, showsEverything: all).lines(console.style)
            if to == nil {
                for (index, entry) in report.policies.enumerated() { console.write((index > 0 ? "---\n" : "") + entry.policy.yaml) }
                for line in lines { console.complain(line) }
            } else {
                console.lines(lines)
            }
        }
        if !report.isSound { throw ExitCode(1) }
    }

    private static func read(_ path: String) -> PolicyImporter.File {
        let file = InputFile(path)
        do throws(ReleaseError) {
            return .init(name: file.place, text: try file.text())
        } catch {
            return .init(name: file.place, problem: error.reason)
        }
    }

    private func write(_ report: inout Report, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for index in report.policies.indices {
            let path = (folder as NSString).appendingPathComponent("\(report.policies[index].policy.name).yaml")
            guard !FileManager.default.fileExists(atPath: path) else {
                throw ReleaseError(.conflict, "the file is there already", place: path, advice: "move it away, or name another folder")
            }
            guard FileManager.default.createFile(atPath: path, contents: Data(report.policies[index].policy.yaml.utf8)) else {
                throw ReleaseError(.forbidden, "the file cannot be written", place: path, advice: "check the folder's rights")
            }
            report.policies[index].writtenTo = path
        }
    }
}

extension PolicyImportCommand {
    /// The formats, as they are named on the command line.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case argo, flagger

        var format: PolicyImporter.Format {
            switch self {
            case .argo: .argo
            case .flagger: .flagger
            }
        }
    }
}
