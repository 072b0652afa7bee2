import ArgumentParser
import AuditVerifier
import Foundation
import PostgresClient
import ReleaseModel
import ReleaseStore
import Synchronization
import ZipArchive

struct AuditVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify", abstract: "Check the whole history; exits 1 when something does not hold.",
        discussion: """
              tidegate audit verify history.ndjson --key log.pub --anchor /mnt/worm/checkpoints
              tidegate audit verify --database-url postgresql://auditor@db/tidegate --key log.pub --anchor checkpoints
              tidegate audit verify --data /srv/tidegate
              tidegate audit verify                            # of a running server
              tidegate audit verify checkout-7.zip --key log.pub    # an evidence bundle, on its own

            It rebuilds the tree of entries, checks the signed head and the heads that were anchored outside of the database, follows
            every recorded row through the entries and compares it with the tables, and folds the decisions of every release. Without
            --key and --anchor it can only say that the history agrees with itself.
            """)

    @Argument(
        help: ArgumentHelp(
            "A snapshot of the history (`tidegate audit snapshot`), - for standard input, or an evidence bundle (NAME.zip).",
            valueName: "file"))
    var export: String?

    @Option(
        name: .customLong("database-url"),
        help: ArgumentHelp("Read the history from this PostgreSQL; a login of role tidegate_auditor is enough.", valueName: "url"))
    var databaseURL: String?

    @Option(help: ArgumentHelp("A public key that is trusted, or a file of such keys; may be given several times.", valueName: "key"))
    var key: [String] = []

    @Option(help: ArgumentHelp("A file of signed heads that were anchored; may be given several times.", valueName: "file"))
    var anchor: [String] = []

    @Flag(name: .customLong("no-evidence"), help: "Leave out the bytes of the evidence, which are most of a history.")
    var withoutEvidence = false

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    @OptionGroup
    var output: OutputOptions

    func validate() throws {
        if export != nil, databaseURL != nil { throw ValidationError("Name a file or --database-url, not both.") }
    }

    func run() async throws {
        if let export, export.hasSuffix(".zip") { return try verify(bundle: export) }
        let verifier = VerificationInput(trust: try trust())
        if let export {
            try verifier.feed(file: export)
        } else if let databaseURL {
            try await DatabaseSource.withReader(databaseURL) { pool in
                try await ReleaseStore.exportHistory(pool, withEvidence: !withoutEvidence) { verifier.feed($0) }
            }
        } else {
            let withEvidence = !withoutEvidence
            try await connection.withReader { try await $0.historyExport(withEvidence: withEvidence) { verifier.feed(Array($0)) } }
        }
        let report = verifier.finish()
        try output.print(report) { VerificationView(report: report).lines($0) }
        if !report.holds { throw ExitCode(1) }
    }

    private func verify(bundle path: String) throws {
        let report: BundleVerification
        do {
            let reader = try ZipReader(path: path)
            let names = reader.names
            report = try withoutActuallyEscaping({ try reader.read($0, maximumBytes: BundleReplaySource.maximumEntryBytes) }) { read in
                var verifier = BundleVerifier(trust: try trust(), read: read)
                return try verifier.verify(names: names)
            }
        } catch let error as ZipError {
            throw ReleaseError(.invalidInput, "the bundle cannot be read: \(error.reason)", place: error.place)
        }
        try output.print(report) { BundleVerificationView(report: report).lines($0) }
        if !report.holds { throw ExitCode(1) }
    }

    /// Keys and anchored heads from files and arguments.
    private func trust() throws -> Trust {
        var trust = Trust()
        for key in key {
            // A key holds a plus sign, which no sensible file name begins with after its name.
            let isKey = key.split(separator: "+").count >= 3 && !FileManager.default.fileExists(atPath: key)
            let lines = isKey ? [key] : try InputFile(key).text().split(whereSeparator: \.isNewline).map(String.init)
            trust.keys += lines.map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty && !$0.hasPrefix("#") }
        }
        for file in anchor {
            let notes = Trust.notes(in: try InputFile(file, maximumBytes: 64 << 20).text())
            guard !notes.isEmpty else { throw ReleaseError(.invalidInput, "there are no signed heads in the file", place: file) }
            trust.anchors += notes
        }
        return trust
    }
}

/// Feeds a verifier from wherever the export comes.
final class VerificationInput: Sendable {
    private static let chunkBytes = 1 << 20
    private let verifier: Mutex<HistoryVerifier>

    init(trust: Trust) { verifier = Mutex(HistoryVerifier(trust: trust)) }

    func feed(_ bytes: [UInt8]) {
        verifier.withLock { verifier in bytes.withUnsafeBytes { verifier.feed($0) } }
    }

    /// - Throws: `notFound` or `forbidden` for a file that cannot be read.
    func feed(file: String) throws {
        guard let handle = file == "-" ? .standardInput : FileHandle(forReadingAtPath: file) else {
            throw ReleaseError(.notFound, "the file cannot be read", place: file, advice: "check its path and rights")
        }
        do {
            while let data = try handle.read(upToCount: Self.chunkBytes), !data.isEmpty { feed(Array(data)) }
        } catch {
            // A folder can be opened, and not read.
            throw ReleaseError(
                .invalidInput, "the file cannot be read", place: file,
                advice: "name a snapshot: `tidegate audit snapshot -f FILE` writes one")
        }
    }

    func finish() -> VerificationReport { verifier.withLock { $0.finish() } }
}
