import ReleaseModel
import Testing

@testable import LogMining

@Suite("What one line says")
struct ParsedLineTests {
    @Test(
        "Severity from JSON, logfmt and plain heads",
        arguments: [
            (#"{"level":"WARN","message":"m"}"#, LogSeverity.warn), (#"{"severity":"ERROR","msg":"m"}"#, .error),
            (#"{"level":50,"msg":"m"}"#, .error), (#"{"log":{"level":"fatal"},"message":"m"}"#, .fatal),
            (#"level=error msg="it broke""#, .error), ("2026-11-21 02:15:00,123 ERROR [main] c.e.Foo - it broke", .error),
            ("[warn] 17#17: it is slow", .warn), ("E1121 02:15:00.1 1 foo.go:1] it broke", .error), ("WARNING: low disk", .warn),
            ("2026/11/21 02:15:00 [error] 17#17: *1 connect() failed", .error),
        ])
    func severity(line: String, expected: LogSeverity) {
        #expect(ParsedLine(line).severity == expected)
    }

    @Test("An ordinary word is no severity", arguments: ["no error was found", "user asked for an error page", "15 items in cart"])
    func noSeverity(line: String) {
        #expect(ParsedLine(line).severity == nil)
    }

    @Test("A JSON line gives message, severity and the root cause of its trace")
    func json() {
        let line = ParsedLine(
            #"{"@timestamp":"2026-11-21T02:15:00Z","level":"ERROR","message":"could not reserve","stack_trace":"a.b.ReservationException: no\n\tat a.b.C.d(C.java:1)\nCaused by: java.util.concurrent.TimeoutException: late\n\tat java.base/java.util.concurrent.F.get(F.java:2)\n\t... 2 more"}"#
        )
        #expect(line.message == "could not reserve")
        #expect(line.severity == .error)
        #expect(line.exception == ExceptionTrace(className: "java.util.concurrent.TimeoutException", frame: "java.util.concurrent.F.get"))
    }

    @Test("A container runtime's wrapping is seen through")
    func wrapped() {
        let line = ParsedLine(#"{"log":"{\"level\":\"error\",\"msg\":\"it broke\"}\n","stream":"stderr"}"#)
        #expect(line.message == "it broke")
        #expect(line.severity == .error)
    }

    @Test("What is not quite JSON is text", arguments: [#"{"message":"m""#, "{not json}", #"{"a":{"b":[}}"#, "{}", #"{"a":"\u12"}"#])
    func broken(line: String) {
        #expect(ParsedLine(line).message == line)
    }

    @Test(
        "Stack traces of five languages",
        arguments: [
            (
                "java.lang.NullPointerException: x\n\tat com.e.A.b(A.java:1)\n\tat com.e.C.d(C.java:2)", "java.lang.NullPointerException",
                "com.e.A.b"
            ),
            ("Exception in thread \"main\" java.io.IOException\n\tat com.e.A.b(A.java:1)", "java.io.IOException", "com.e.A.b"),
            (
                "oops\nTraceback (most recent call last):\n  File \"a.py\", line 1, in outer\n    inner()\n  File \"b.py\", line 2, in inner\n    x[1]\nKeyError: 1",
                "KeyError", "inner"
            ),
            ("TypeError: x is undefined\n    at handle (/srv/app.js:10:5)\n    at next (/srv/r.js:1:1)", "TypeError", "handle"),
            (
                "System.NullReferenceException: no\n   at Shop.Cart.Add(String id) in /src/Cart.cs:line 3", "System.NullReferenceException",
                "Shop.Cart.Add"
            ),
            (
                "panic: runtime error: index out of range\n\ngoroutine 1 [running]:\nmain.handle(0x1)\n\t/srv/main.go:5", "panic",
                "main.handle"
            ),
        ])
    func traces(text: String, className: String, frame: String) {
        #expect(ParsedLine(text).exception == ExceptionTrace(className: className, frame: frame))
    }

    @Test("A qualified class in a message counts, an ordinary sentence does not")
    func inMessage() {
        #expect(ParsedLine("failed: java.io.IOException: broken pipe").exception?.className == "java.io.IOException")
        #expect(ParsedLine("The Error was gone. NoError. see docs.Error pages").exception?.className == "docs.Error")
        #expect(ParsedLine("Error while closing").exception == nil)
    }
}
