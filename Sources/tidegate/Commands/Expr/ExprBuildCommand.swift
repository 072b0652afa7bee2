import ArgumentParser
import Foundation
import PolicyLanguage
import Predicates
import ReleaseModel

struct ExprBuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build", abstract: "Compile a policy's conditions ahead of time into a routing plugin.",
        discussion: """
            Writes a Swift package whose conditions are functions, and builds it with the Swift toolchain of this machine and the sources of
            Tidegate. The plugin decides every plan, and a plan with these conditions by the compiled functions.

              tidegate expr build --policy checkout.yaml --name CheckoutRouting --folder build/checkout-routing
              tidegate expr build 'header["x-canary"] == "true"' --name Testers --folder build/testers
              tidegate plugin check build/testers/.build/release/libTesters.so
            """)

    @OptionGroup
    var expression: ExpressionOptions

    @Option(help: ArgumentHelp("Compile the rules and colours of a policy instead of one expression.", valueName: "file"))
    var policy: String?

    @Option(help: "Name of the plugin: a capital letter first, then letters and digits.")
    var name: String

    @Option(help: ArgumentHelp("Folder for the package; it is made, and may hold an older one of the same name.", valueName: "folder"))
    var folder: String

    @Option(help: ArgumentHelp("The sources of Tidegate; otherwise those that this program was built from.", valueName: "folder"))
    var tidegate: String?

    @Flag(help: "Write the package, and do not compile it.")
    var sourceOnly = false

    @Flag(help: "Compile without optimisation, which is faster to build.")
    var debug = false

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        var name: String
        var folder: String
        var rules: Int
        var colors: Int
        /// The plugin's file; nil where it was not compiled.
        var plugin: String?
    }

    func validate() throws {
        if policy != nil, expression.expression != nil || expression.file != nil {
            throw ValidationError("Give either an expression or --policy.")
        }
    }

    func run() throws {
        try ExpressionExit.run {
            let source = try source()
            let path = URL(filePath: folder).standardizedFileURL.path
            try write(source, to: path)
            var report = Report(name: name, folder: path, rules: source.rules.count, colors: source.colors.count)
            if !sourceOnly {
                report.plugin = try PluginBuild(folder: path, name: name, isOptimized: !debug).run(Invocation.current.environment)
            }
            try output.print(report) { style in
                let what = "\(report.rules) rules, \(report.colors) colours"
                guard let plugin = report.plugin else { return ["wrote \(style(path, .bold)): \(what)"] }
                return ["built \(style(plugin, .bold)): \(what)", "check it with `tidegate plugin check \(plugin)`"]
            }
        }
    }

    private func source() throws -> PluginSource {
        let sources = try Self.sources(tidegate)
        guard let policy else {
            let (source, place) = try expression.source()
            let text = source.trimmingCharacters(in: .whitespacesAndNewlines)
            var slots = RequestSlots()
            _ = try RequestPredicate(text, slots: &slots, place: SourcePlace(file: place))
            return try PluginSource(name: name, origin: "the expression of \(place)", rules: [text], colors: [], tidegate: sources)
        }
        let input = InputFile(policy)
        let parsed = try PolicyParser.policy(try input.text(), file: input.place)
        return try PluginSource(
            name: name, origin: "the policy \(parsed.name), sha256 \(try parsed.digest)", rules: parsed.routing.rules.map(\.when),
            colors: parsed.routing.colors.map(\.when), tidegate: sources)
    }

    /// The sources that were named, or those in a folder above this program.
    private static func sources(_ named: String?) throws(ReleaseError) -> String {
        let advice = "name the folder of Tidegate's sources with --tidegate"
        if let named {
            let path = URL(filePath: named).standardizedFileURL.path
            guard isTidegate(path) else {
                throw ReleaseError(.notFound, "the sources of Tidegate are not there", place: path, advice: advice)
            }
            return path
        }
        var folder = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
        while folder.path.count > 1 {
            if isTidegate(folder.path) { return folder.path }
            folder = folder.deletingLastPathComponent()
        }
        throw ReleaseError(
            .notFound, "this program does not lie in the sources that it was built from", place: "--tidegate", advice: advice)
    }

    private static func isTidegate(_ folder: String) -> Bool {
        ["Package.swift", "Sources/Routing", "Sources/PluginKit"].allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
    }

    /// Writes the files; what else lies in the folder stays, but a package of another name is not written over.
    private func write(_ source: PluginSource, to folder: String) throws {
        let manifest = "\(folder)/Package.swift"
        if let old = FileManager.default.contents(atPath: manifest), !String(decoding: old, as: UTF8.self).contains("name: \"\(name)\",") {
            throw ReleaseError(.conflict, "another package lies in this folder", place: folder, advice: "name another with --folder")
        }
        for (path, text) in source.files {
            let file = URL(filePath: "\(folder)/\(path)")
            do {
                try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data(text.utf8).write(to: file, options: .atomic)
            } catch {
                throw ReleaseError(.forbidden, "the file cannot be written: \(error.localizedDescription)", place: file.path)
            }
        }
    }
}
