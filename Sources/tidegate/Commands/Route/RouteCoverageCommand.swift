import ArgumentParser
import Foundation
import ReleaseModel
import ReportText

struct RouteCoverageCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage", abstract: "Say at which hop colours were lost, from the coverage logs of nginx.",
        discussion: """
            The nginx plugin writes the log where a node's setting coverageLog names a file. Requests are joined by the trace id of their
            traceparent header, so the services on the way must hand it on, as they must the colour header.

              tidegate route coverage /var/log/nginx/coverage.log
              ssh edge-2 cat coverage.log | tidegate route coverage coverage.log - -o json
            """)

    /// The most that all logs together may have.
    static let maximumBytes = 1 << 30

    @Argument(help: ArgumentHelp("Coverage logs; - is standard input.", valueName: "file"))
    var logs: [String]

    @OptionGroup
    var output: OutputOptions

    /// What `-o json` prints.
    struct Report: Codable, Sendable {
        /// The share of further hops of coloured requests that got the colours; nil when there was none.
        var coverage: Double?
        var expected: Int
        var lost: Int
        var log: HopCoverage
    }

    func run() throws {
        var left = Self.maximumBytes
        var lines: [Substring] = []
        for path in logs { lines += try Self.text(of: path, left: &left).split(separator: "\n") }
        let coverage = HopCoverage.read(lines)
        let report = Report(coverage: coverage.coverage, expected: coverage.expected, lost: coverage.lost, log: coverage)
        try output.print(report) { Self.lines(of: report, $0) }
    }

    private static func text(of path: String, left: inout Int) throws -> String {
        guard let handle = path == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: path) else {
            throw ReleaseError(.notFound, "the log cannot be read", place: path, advice: "check the path and its rights")
        }
        let data: Data
        do {
            data = try handle.read(upToCount: left + 1) ?? Data()
        } catch {
            throw ReleaseError(.invalidInput, "the log cannot be read: \(error.localizedDescription)", place: path)
        }
        left -= data.count
        guard left >= 0 else {
            throw ReleaseError(
                .limitExceeded, "the logs have more than \(maximumBytes >> 20) MiB", place: path, advice: "give the newest part")
        }
        return String(decoding: data, as: UTF8.self)
    }

    static func lines(of report: Report, _ style: Style) -> [String] {
        let log = report.log
        var table = Table([
            .init("SERVICE"), .init("HOP", .right), .init("REQUESTS", .right), .init("COLOURED", .right), .init("EXPECTED", .right),
            .init("LOST", .right),
        ])
        for hop in log.hops {
            table.add([
                .init(hop.service), .init("\(hop.hop)"), .init("\(hop.requests)"), .init("\(hop.colored)"), .init("\(hop.expected)"),
                .init("\(hop.lost)", hop.lost > 0 ? .red : nil),
            ])
        }
        var lines = log.hops.isEmpty ? ["no requests in the log"] : table.lines(style)
        for loss in log.losses {
            lines.append("")
            lines.append(
                style("lost", .red) + " between \(loss.from.printable) and \(loss.to.printable): \(loss.requests) requests, "
                    + "\(loss.missing.joined(separator: ", ").printable) in trace \(loss.example.printable)")
        }
        lines.append("")
        lines.append(summary(report, style))
        if log.untraced > 0 { lines.append("\(log.untraced) requests have no traceparent and cannot be joined") }
        if log.unreadable > 0 { lines.append("\(log.unreadable) lines are none of a coverage log") }
        if log.isCut { lines.append("only the first \(HopCoverage.maximumLines) lines were read") }
        return lines
    }

    private static func summary(_ report: Report, _ style: Style) -> String {
        guard let coverage = report.coverage else {
            return "no coloured request went over a further hop (\(report.log.coloredTraces) coloured traces)"
        }
        let percent = (coverage * 10_000).rounded(.down) / 100
        return style("\(percent)%", report.lost == 0 ? .green : .red)
            + " of \(report.expected) further hops of coloured requests kept the colours"
    }
}
