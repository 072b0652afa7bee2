import Foundation
import Testing

@testable import tidegate

/// Where colours are lost, from lines as nginx writes them.
@Suite struct CoverageTests {
    static func line(_ service: String, hop: Int, inbound: String = "", tags: String = "", trace: Int?) -> String {
        let parent = trace.map { "00-\(String(repeating: "0", count: 28))\(1000 + $0)-00f067aa0ba902b7-01" } ?? ""
        return #"{"time":"2026-11-21T13:30:00+00:00","service":"\#(service)","hop":\#(hop),"inbound":"\#(inbound)","tags":"\#(tags)","#
            + #""traceparent":"\#(parent)","arm":"canary","revision":"v42","status":200}"#
    }

    /// A proxy logs a request when it ends: the inner hop comes first.
    static func kept(_ trace: Int) -> [String] {
        [line("payments", hop: 2, inbound: "a,b", tags: "a,b", trace: trace), line("checkout", hop: 1, tags: "a,b", trace: trace)]
    }

    @Test func coloursThatAreKeptAreFullCoverage() {
        let coverage = HopCoverage.read((0..<5).flatMap(Self.kept) + [Self.line("checkout", hop: 1, trace: 9)])
        #expect(coverage.coverage == 1)
        #expect(coverage.traces == 6)
        #expect(coverage.coloredTraces == 5)
        #expect(
            coverage.hops == [
                .init(service: "checkout", hop: 1, requests: 6, colored: 5, expected: 0, lost: 0),
                .init(service: "payments", hop: 2, requests: 5, colored: 5, expected: 5, lost: 0),
            ])
        #expect(coverage.losses.isEmpty)
    }

    /// A service that does not hand the header on: the next proxy calls itself the first hop.
    @Test func theHopAtWhichColoursAreLostIsNamed() {
        let lost = (10..<13).flatMap { trace -> [String] in
            [
                Self.line("stock", hop: 1, trace: trace), Self.line("payments", hop: 2, inbound: "a,b", tags: "a,b", trace: trace),
                Self.line("checkout", hop: 1, tags: "a,b", trace: trace),
            ]
        }
        let coverage = HopCoverage.read((0..<4).flatMap(Self.kept) + lost)
        #expect(coverage.expected == 10)
        #expect(coverage.lost == 3)
        #expect(coverage.coverage == 0.7)
        #expect(
            coverage.hops.first { $0.service == "stock" } == .init(service: "stock", hop: 3, requests: 3, colored: 0, expected: 3, lost: 3))
        #expect(coverage.losses.map(\.from) == ["payments hop 2"])
        #expect(coverage.losses.map(\.to) == ["stock"])
        #expect(coverage.losses.first?.requests == 3)
        #expect(coverage.losses.first?.missing == ["a", "b"])
        #expect(coverage.losses.first?.example.hasSuffix("1010") == true)
    }

    /// A downstream proxy that colours by its own rules has still lost the entry's colours.
    @Test func coloursOfTheHopsOwnDoNotHideALoss() {
        let coverage = HopCoverage.read([
            Self.line("payments", hop: 1, tags: "own", trace: 1), Self.line("checkout", hop: 1, tags: "a", trace: 1),
        ])
        #expect(coverage.lost == 1)
        #expect(coverage.losses.first?.missing == ["a"])
        let partly = HopCoverage.read([
            Self.line("payments", hop: 2, inbound: "a", tags: "a", trace: 1), Self.line("checkout", hop: 1, tags: "a,b", trace: 1),
        ])
        #expect(partly.lost == 1)
        #expect(partly.losses.first?.missing == ["b"])
    }

    @Test func whatCannotBeReadOrJoinedIsCounted() {
        let coverage = HopCoverage.read(
            [
                "not json", "{}", Self.line("", hop: 1, trace: 1), Self.line("a", hop: 0, trace: 1),
                Self.line("checkout", hop: 1, tags: "a", trace: nil),
            ]
                + Self.kept(1))
        #expect(coverage.lines == 7)
        #expect(coverage.unreadable == 4)
        #expect(coverage.untraced == 1)
        #expect(coverage.coverage == 1)
    }

    @Test(arguments: [
        "00-abc-1-01", "", "00-" + String(repeating: "0", count: 32) + "-1-01", "00-" + String(repeating: "A", count: 32) + "-1-01",
    ])
    func badTraceparentsAreNone(_ text: String) {
        let line = #"{"service":"a","hop":1,"inbound":"","tags":"","traceparent":"\#(text)"}"#
        #expect(CoverageLine(line)?.trace == nil)
        #expect(CoverageLine(line) != nil)
    }

    @Test func theCommandShowsTableAndLosses() async throws {
        let path = "/tmp/tidegate-coverage-\(UUID().uuidString.prefix(13))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let lost = [Self.line("stock", hop: 1, trace: 7), Self.line("checkout", hop: 1, tags: "a", trace: 7)]
        try Data((Self.kept(1) + lost).joined(separator: "\n").utf8).write(to: URL(filePath: path))
        let console = Console.buffer()
        #expect(await Invocation(console: console, environment: [:]).run(["route", "coverage", path]) == 0)
        #expect(
            console.written == """
                SERVICE   HOP  REQUESTS  COLOURED  EXPECTED  LOST
                checkout    1         2         2         0     0
                payments    2         1         1         1     0
                stock       2         1         0         1     1

                lost between checkout hop 1 and stock: 1 requests, a in trace 00000000000000000000000000001007

                50.0% of 2 further hops of coloured requests kept the colours

                """)
        #expect(await Invocation(console: console, environment: [:]).run(["route", "coverage", "/nonexistent/log"]) == 1)
        #expect(console.complaints.contains("/nonexistent/log: the log cannot be read"))
    }
}
