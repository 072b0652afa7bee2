import LogMining
import Testing

@Suite("Lines of one file become events")
struct LineFoldingTests {
    private func events(_ lines: [String], _ limits: LogCollectorLimits = LogCollectorLimits()) -> [(text: String, lines: Int)] {
        var folding = LineFolding(limits: limits)
        var events: [(text: String, lines: Int)] = []
        for line in lines {
            Array(line.utf8).withUnsafeBufferPointer {
                folding.add($0) { events.append((String(decoding: $0, as: UTF8.self), $1)) }
            }
        }
        folding.finish { events.append((String(decoding: $0, as: UTF8.self), $1)) }
        return events
    }

    @Test("A message, the exception under it, its frames and its causes are one event")
    func java() {
        let trace = [
            "ERROR could not price order 17", "java.lang.NullPointerException: discount is null",
            "\tat com.example.Prices.apply(Prices.java:87)",
            "Caused by: java.lang.IllegalStateException: no", "\tat com.example.Discounts.find(Discounts.java:3)", "\t... 2 more",
        ]
        let found = events(["INFO before"] + trace + ["INFO after"])
        #expect(found.map(\.lines) == [1, 6, 1])
        #expect(found[1].text == trace.joined(separator: "\n"))
    }

    @Test("A Python traceback and an indented continuation belong to the line before them")
    func python() {
        let found = events([
            "ERROR job failed", "Traceback (most recent call last):", "  File \"job.py\", line 3, in run", "    raise KeyError(key)",
            "next line",
        ])
        #expect(found.map(\.lines) == [4, 1])
    }

    @Test("Ordinary lines that look a little like a header stand alone, and so do two exceptions that follow each other")
    func ordinary() {
        #expect(events(["Starting: now", "Connection error", "Done", "Errors"]).map(\.lines) == [1, 1, 1, 1])
        #expect(events(["java.io.IOException: a", "java.io.IOException: b"]).map(\.lines) == [1, 1])
        #expect(events([]).isEmpty)
        #expect(events(["", ""]).map(\.lines) == [1, 1])
    }

    @Test("What goes on for too long is left out and still counted to its event")
    func bounded() {
        var limits = LogCollectorLimits()
        limits.linesPerEvent = 3
        let found = events(["boom"] + Array(repeating: "\tat a.B.c(B.java:1)", count: 1000), limits)
        #expect(found.map(\.lines) == [1001])
        #expect(found[0].text.split(separator: "\n").count == 3)
    }
}
