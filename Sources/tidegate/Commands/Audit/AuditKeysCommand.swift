import ArgumentParser
import Foundation
import ReleaseModel
import ReleaseServer
import ReportText
import TransparencyLog

struct AuditKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "The keys that the history is signed with: list, rotate, retire.",
        subcommands: [AuditKeysListCommand.self, AuditKeysRotateCommand.self, AuditKeysRetireCommand.self],
        defaultSubcommand: AuditKeysListCommand.self)
}

struct AuditKeysListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the public keys, oldest first, and where heads are anchored.",
        discussion: """
              tidegate audit keys list
              tidegate audit keys list -o json | jq -r '.keys[].key' > log.pub
            """)

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func run() async throws {
        let status = try await connection.withReader { try await $0.log() }
        try output.print(status) { Self.lines(of: status, $0) }
    }

    static func lines(of status: LogStatus, _ style: Style) -> [String] {
        var keys = Table([.init("KEY"), .init("SINCE"), .init("ADDED BY")])
        for key in status.keys { keys.add([.init(key.key), .init(ReadingText.dateAndTime(key.addedAt)), .init(key.addedBy)]) }
        let head = ["log      \(status.origin)", "entries  \(status.size)", ""]
        guard !status.anchors.isEmpty else { return head + keys.lines(style) }
        var anchors = Table([.init("ANCHOR"), .init("ENTRIES", .right), .init("LAST TRIED"), .init("PROBLEM")])
        for anchor in status.anchors {
            anchors.add([
                .init(anchor.place), .init("\(anchor.size)"), .init(ReadingText.dateAndTime(anchor.at)), .init(anchor.problem ?? "none"),
            ])
        }
        return head + keys.lines(style) + [""] + anchors.lines(style)
    }
}

/// The file with the private keys.
struct LogKeyFileOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The file with the keys; otherwise 'log-key' in the data folder.", valueName: "file"))
    var file: String?

    @Option(help: ArgumentHelp("Data folder of `serve`.", valueName: "folder"))
    var data: String?

    func path() -> String {
        file ?? (data.map { DataFolder($0) } ?? .standard(Invocation.current.environment)).logKeyFile
    }

    /// - Throws: `invalidInput` when the file holds no keys.
    func keys() throws -> [NoteSigningKey] {
        let path = path()
        let lines = try InputFile(path).text().split(whereSeparator: \.isNewline)
        let keys = lines.compactMap { NoteSigningKey(String($0)) }
        guard !keys.isEmpty, keys.count == lines.count else {
            throw ReleaseError(.invalidInput, "this file does not hold keys of the history", place: path, advice: "name it with --file")
        }
        return keys
    }
}

struct AuditKeysRotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate", abstract: "Put a new key before the present one; both sign until the old one is retired.",
        discussion: """
              tidegate audit keys rotate --data /srv/tidegate

            The running server takes it up with its next batch: an entry tells of the new key, and the head over that entry is signed by
            both. Keep an anchored head from that time: by it, whoever trusts the old key comes to trust the new one.
            """)

    @OptionGroup
    var options: LogKeyFileOptions

    @OptionGroup
    var output: OutputOptions

    func run() throws {
        let keys = try options.keys()
        guard keys.count < 8 else {
            throw ReleaseError(
                .limitExceeded, "there are \(keys.count) keys already", place: options.path(), advice: "retire old ones first")
        }
        let new = try LogKeyFile.newKey(named: keys[0].name)
        try LogKeyFile.write([new] + keys, to: options.path())
        try printKeys([new] + keys, output)
    }
}

struct AuditKeysRetireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire", abstract: "Let only the newest key sign from now on.",
        discussion: "  tidegate audit keys retire --data /srv/tidegate")

    @OptionGroup
    var options: LogKeyFileOptions

    @OptionGroup
    var output: OutputOptions

    func run() throws {
        let keys = Array(try options.keys().prefix(1))
        try LogKeyFile.write(keys, to: options.path())
        try printKeys(keys, output)
    }
}

/// The public halves of keys, as text or JSON.
private func printKeys(_ keys: [NoteSigningKey], _ output: OutputOptions) throws {
    let shown = keys.map(\.verifier.description)
    try output.print(shown) { _ in shown }
}
