import Foundation

/// One line of a coverage log: what one hop did with one request's colours.
///
/// ```
/// {"time":"2026-11-21T13:30:00+00:00","service":"checkout","hop":1,"inbound":"a,b","tags":"a,b","traceparent":"00-...","arm":"canary",...}
/// ```
struct CoverageLine: Sendable, Hashable {
    /// A longer line is not read.
    static let maximumBytes = 16 * 1024

    let service: String
    /// Counts from 1. A hop that got no believed colours calls itself the first.
    let hop: Int
    /// Colours that arrived and were believed.
    let inbound: Set<String>
    /// Colours that were sent on.
    let tags: Set<String>
    /// 32 hexadecimal digits; nil where the request had no valid `traceparent` (https://www.w3.org/TR/trace-context/).
    let trace: String?

    private struct Text: Decodable {
        var service: String
        var hop: Int
        var inbound: String
        var tags: String
        var traceparent: String
    }

    /// Reads a line; nil when it is none of a coverage log.
    init?(_ line: some StringProtocol) {
        guard line.utf8.count <= Self.maximumBytes, let text = try? JSONDecoder().decode(Text.self, from: Data(line.utf8)),
            !text.service.isEmpty, (1...1000).contains(text.hop)
        else { return nil }
        service = text.service
        hop = text.hop
        inbound = Self.names(text.inbound)
        tags = Self.names(text.tags)
        let parts = text.traceparent.split(separator: "-", omittingEmptySubsequences: false)
        let isTrace = parts.count >= 4 && parts[1].utf8.count == 32 && parts[1].allSatisfy { $0.isHexDigit && !$0.isUppercase }
        trace = isTrace && !parts[1].allSatisfy { $0 == "0" } ? String(parts[1]) : nil
    }

    private static func names(_ text: String) -> Set<String> {
        Set(text.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty })
    }
}
