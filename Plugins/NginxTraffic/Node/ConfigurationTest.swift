internal import Foundation
internal import PluginKit
internal import ReleaseModel

/// `nginx -T`: nginx's own judgement of the whole configuration as it lies on disk, and the configuration in full when it is good.
struct ConfigurationTest: Sendable {
    static let maximumDump = 32 << 20
    /// How much of nginx's words is passed on.
    static let maximumWords = 600

    /// nil when nginx accepts the configuration.
    let error: String?
    /// Everything that nginx read, with a line `# configuration file PATH:` before each file; empty when it is refused.
    let dump: String

    init(_ node: NodeSettings, deadline: ContinuousClock.Instant) throws(PluginFailure) {
        var arguments = ["-T", "-c", node.main]
        if let prefix = node.prefix { arguments += ["-p", prefix + "/"] }
        if let errorLog = node.errorLog { arguments += ["-e", errorLog] }
        let run = try ProgramRun(node.binary, arguments, deadline: deadline, maximumOutput: Self.maximumDump)
        if run.status == 0 {
            error = nil
            dump = run.output
        } else {
            let lines = run.errors.split(separator: "\n").filter {
                $0.contains("[emerg]") || $0.contains("[alert]") || $0.contains("[crit]")
            }
            let words = lines.isEmpty ? run.errors : lines.joined(separator: "; ")
            error = words.isEmpty ? "nginx -T ended with status \(run.status)" : String(words.prefix(Self.maximumWords))
            dump = ""
        }
    }

    /// The files that nginx read.
    var files: [String] {
        let marker = "# configuration file "
        return dump.split(separator: "\n").filter { $0.hasPrefix(marker) && $0.hasSuffix(":") }
            .map { String($0.dropFirst(marker.count).dropLast()) }
    }

    /// The parameter of a directive that stands once, at the top level: `worker_shutdown_timeout`, `pid`.
    func parameter(of directive: String) -> String? {
        for line in dump.split(separator: "\n") where line.contains(directive) {
            let code = line.prefix { $0 != "#" }
            for statement in code.split(whereSeparator: { ";{}".contains($0) }) {
                let words = statement.split(whereSeparator: { $0 == " " || $0 == "\t" })
                if words.count == 2, words[0] == directive { return words[1].trimmingCharacters(in: ["\"", "'"]) }
            }
        }
        return nil
    }

    /// A time as nginx writes it: a number of seconds, or `1h30m`, `500ms`.
    static func time(_ text: String) -> TimeSpan? { Int(text).flatMap { $0 >= 0 ? .seconds(Double($0)) : nil } ?? TimeSpan(text) }
}
