/// How well colours are kept over the hops of requests, and where they are lost; from the coverage logs of the proxies on the way.
///
/// Hops of one request are joined by the trace id of its `traceparent`. In a trace that was coloured, the entry is the hop that set the
/// colours: it calls itself the first, and as a proxy logs a request when it ends, it is the last one logged that does. Every other hop of
/// the trace should have got the entry's colours: it kept them, or they were lost on the way to it.
struct HopCoverage: Codable, Sendable, Hashable {
    /// Lines beyond this many are not read.
    static let maximumLines = 2_000_000

    /// One hop of one service.
    struct Hop: Codable, Sendable, Hashable {
        var service: String
        /// From 1. For requests whose colours were lost it is one more than the furthest hop that is known to have had them.
        var hop: Int
        var requests = 0
        /// Requests that were sent on with colours.
        var colored = 0
        /// Requests that should have come with colours, as a further hop of a coloured trace.
        var expected = 0
        /// Those that came without all of them.
        var lost = 0
    }

    /// One place where colours were lost.
    struct Loss: Codable, Sendable, Hashable {
        /// The furthest hop that is known to have had the colours.
        var from: String
        /// The service at which they did not arrive.
        var to: String
        var requests: Int
        /// The colours that were missing, of the first such request.
        var missing: [String]
        /// Trace id of the first such request.
        var example: String
    }

    var hops: [Hop] = []
    var losses: [Loss] = []
    var lines = 0
    /// Lines that are none of a coverage log.
    var unreadable = 0
    /// Requests without a valid `traceparent`, which cannot be joined.
    var untraced = 0
    var traces = 0
    var coloredTraces = 0
    /// True when there were more lines than are read.
    var isCut = false

    var expected: Int { hops.reduce(0) { $0 + $1.expected } }
    var lost: Int { hops.reduce(0) { $0 + $1.lost } }

    /// The share of further hops of coloured requests that got the colours, 0 to 1; nil when there was no such hop.
    var coverage: Double? { expected > 0 ? Double(expected - lost) / Double(expected) : nil }

    /// Reads the lines of one log or of several, each in its own order.
    static func read(_ lines: some Sequence<some StringProtocol>) -> HopCoverage {
        var reader = Reader()
        for line in lines where !line.isEmpty {
            guard reader.coverage.lines < maximumLines else {
                reader.coverage.isCut = true
                break
            }
            reader.take(line)
        }
        return reader.finish()
    }

    /// Collects the lines of each trace, and joins them at the end.
    private struct Reader {
        var coverage = HopCoverage()
        private var rows: [String: [Int: Hop]] = [:]
        private var traces: [String: [CoverageLine]] = [:]
        private var losses: [String: Loss] = [:]

        mutating func take(_ text: some StringProtocol) {
            coverage.lines += 1
            guard let line = CoverageLine(text) else {
                coverage.unreadable += 1
                return
            }
            if let trace = line.trace {
                traces[trace, default: []].append(line)
            } else {
                coverage.untraced += 1
                count(line, hop: line.hop)
            }
        }

        mutating func finish() -> HopCoverage {
            coverage.traces = traces.count
            for trace in traces.keys.sorted() { join(traces[trace] ?? [], trace) }
            coverage.hops = rows.keys.sorted().flatMap { service in
                (rows[service] ?? [:]).values.sorted { $0.hop < $1.hop }
            }
            coverage.losses = losses.values.sorted { ($1.requests, $0.to, $0.from) < ($0.requests, $1.to, $1.from) }
            return coverage
        }

        private mutating func join(_ lines: [CoverageLine], _ trace: String) {
            guard let entry = lines.lastIndex(where: { $0.hop == 1 && !$0.tags.isEmpty }) else {
                for line in lines { count(line, hop: line.hop) }
                return
            }
            coverage.coloredTraces += 1
            let colors = lines[entry].tags
            for (index, line) in lines.enumerated() {
                guard index != entry else {
                    count(line, hop: line.hop)
                    continue
                }
                let missing = colors.subtracting(line.inbound)
                guard !missing.isEmpty else {
                    count(line, hop: line.hop, isExpected: true)
                    continue
                }
                // The furthest hop before this one that still had all of the colours.
                let before = lines.indices.filter { $0 != index && lines[$0].tags.isSuperset(of: colors) }
                let furthest = before.reduce(entry) { lines[$1].hop > lines[$0].hop ? $1 : $0 }
                count(line, hop: lines[furthest].hop + 1, isExpected: true, isLost: true)
                note(from: lines[furthest], to: line, missing, trace)
            }
        }

        private mutating func count(_ line: CoverageLine, hop: Int, isExpected: Bool = false, isLost: Bool = false) {
            var row = rows[line.service]?[hop] ?? Hop(service: line.service, hop: hop)
            row.requests += 1
            if !line.tags.isEmpty { row.colored += 1 }
            if isExpected { row.expected += 1 }
            if isLost { row.lost += 1 }
            rows[line.service, default: [:]][hop] = row
        }

        private mutating func note(from: CoverageLine, to: CoverageLine, _ missing: Set<String>, _ trace: String) {
            let place = "\(from.service) hop \(from.hop)"
            let key = "\(place)\n\(to.service)"
            if losses[key] == nil {
                losses[key] = Loss(from: place, to: to.service, requests: 0, missing: missing.sorted(), example: trace)
            }
            losses[key]?.requests += 1
        }
    }
}
