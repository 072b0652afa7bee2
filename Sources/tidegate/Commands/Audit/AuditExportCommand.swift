import ArgumentParser
import Foundation
import ReleaseModel

struct AuditExportCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable, Sendable { case ndjson, csv, ocsf }

    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Write entries of the history as NDJSON, CSV or OCSF events, page by page.",
        discussion: """
              tidegate audit export --from 2026-10-01 --to 2027-01-01 -f q4.ndjson
              tidegate audit export --format csv --service checkout -f checkout.csv
              tidegate audit export --format ocsf --after 81233 -f -       # goes on where the last export ended

            OCSF events are of class API Activity (6003), OCSF 1.3.0. The last line on standard error says the place after which
            the next export goes on; an export that breaks off says it too.
            """)

    @Option(help: "ndjson, csv or ocsf.")
    var format: Format = .ndjson

    @Option(name: .shortAndLong, help: ArgumentHelp("Where to; - for standard output.", valueName: "file"))
    var file = "-"

    @OptionGroup(title: "Which")
    var filter: AuditFilterOptions

    @Option(help: ArgumentHelp("Go on after this place.", valueName: "place"))
    var after: Int64 = 0

    @OptionGroup(title: "Server")
    var connection: ConnectionOptions

    func validate() throws {
        guard after >= 0 else { throw ValidationError("--after is the place that an earlier export ended at.") }
    }

    func run() async throws {
        let console = Invocation.current.console
        let sink = try ExportSink(file: file, console: console)
        let place = try await connection.withReader { client in
            var place = after
            while true {
                let page: (bytes: [UInt8], next: Int64?)
                do {
                    page = try await client.exported(format.rawValue, filter.query(), after: place)
                } catch {
                    console.complain("the export broke off; go on with --after \(place)")
                    throw error
                }
                try sink.write(page.bytes)
                guard let next = page.next else { return place }
                place = next
            }
        }
        try sink.close()
        console.complain("the next export goes on with --after \(place)")
    }
}

/// Where an export goes: a file that is complete when the command ends well, or standard output.
struct ExportSink: Sendable {
    private let handle: FileHandle?
    private let path: String
    private let console: Console

    init(file: String, console: Console) throws(ReleaseError) {
        self.console = console
        path = file
        guard file != "-" else {
            handle = nil
            return
        }
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else {
            throw ReleaseError(
                .invalidInput, "the file cannot be written: \(String(cString: strerror(errno)))", place: file,
                advice: "name another one with -f")
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ bytes: [UInt8]) throws {
        guard let handle else { return console.write(String(decoding: bytes, as: UTF8.self)) }
        do {
            try handle.write(contentsOf: bytes)
        } catch {
            throw ReleaseError(.unavailable, "the file cannot be written: \(error)", place: path, advice: "is the disk full?")
        }
    }

    func close() throws { try handle?.close() }
}
