import Foundation
import ReportText

/// What became of the colour that some requests were given at the first hop, by nginx's own record.
struct DemoColors: Codable, Sendable, Hashable {
    /// Requests that the first hop coloured.
    var colored = 0
    /// Those that the new revision of the second service answered.
    var reachedCanary = 0
    /// Further hops of coloured requests, and how many of them came without the colour.
    var furtherHops = 0
    var lost = 0

    /// Reads the coverage log; nil when there is none.
    init?(log path: String) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
        let lines = text.split(separator: "\n")
        let coverage = HopCoverage.read(lines)
        furtherHops = coverage.expected
        lost = coverage.lost
        for line in lines {
            guard let hop = CoverageLine(line) else { continue }
            if hop.service == DemoSite.service, hop.tags.contains(DownstreamService.tag) { colored += 1 }
            if hop.service == DownstreamService.name, hop.inbound.contains(DownstreamService.tag),
                line.contains("\"revision\":\"\(DownstreamService.canary)\"")
            {
                reachedCanary += 1
            }
        }
    }

    /// One row of the summary.
    var text: String {
        guard furtherHops > 0 else { return "\(colored) at \(DemoSite.service), none asked \(DownstreamService.name)" }
        let share = ReadingText.number((Double(furtherHops - lost) / Double(furtherHops) * 1000).rounded() / 10)
        return "\(colored) at \(DemoSite.service); \(DownstreamService.name) \(DownstreamService.canary) answered \(reachedCanary); "
            + "\(share)% of hops kept the colour"
    }
}
