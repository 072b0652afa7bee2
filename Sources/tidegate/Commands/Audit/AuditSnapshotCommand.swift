import ArgumentParser
import Foundation
import ReleaseModel
import ReleaseStore

struct AuditSnapshotCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "snapshot", abstract: "Write the whole history, with all recorded rows, for `audit verify`.",
        discussion: """
              tidegate audit snapshot --database-url postgresql://auditor@db/tidegate -f history.ndjson
              tidegate audit snapshot --data /srv/tidegate -f history.ndjson

            All of it is from one moment. docs/audit.md describes the lines.
            """)

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to.", valueName: "file"))
    var file: String

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp("Read the history from this PostgreSQL; a login of role tidegate_auditor is enough.", valueName: "url"))
    var databaseURL: String?

    @Flag(name: .customLong("no-evidence"), help: "Leave out the bytes of the evidence, which are most of a history.")
    var withoutEvidence = false

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    func run() async throws {
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw ReleaseError(.forbidden, "the file cannot be written: \(String(cString: strerror(errno)))", place: file)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        if let databaseURL {
            try await DatabaseSource.withReader(databaseURL) { pool in
                try await ReleaseStore.exportHistory(pool, withEvidence: !withoutEvidence) { try handle.write(contentsOf: $0) }
            }
        } else {
            let withEvidence = !withoutEvidence
            try await connection.withReader {
                try await $0.historyExport(withEvidence: withEvidence) { try handle.write(contentsOf: Data($0)) }
            }
        }
        try handle.close()
    }
}
