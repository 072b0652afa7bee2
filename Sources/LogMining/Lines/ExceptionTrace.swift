/// The exception behind a log event: the class of its root cause, and where that was thrown.
struct ExceptionTrace: Sendable, Hashable {
    static let maximumLines = 500
    static let maximumNameBytes = 200

    /// `java.util.concurrent.TimeoutException`; the root cause where there is a chain.
    var className: String
    /// `com.example.InventoryClient.reserve`, without file and line; empty where the trace has no frame.
    var frame: String

    init(className: String, frame: String) {
        self.className = String(decoding: className.utf8.prefix(Self.maximumNameBytes), as: UTF8.self)
        self.frame = String(decoding: frame.utf8.prefix(Self.maximumNameBytes), as: UTF8.self)
    }

    /// Reads the stack trace in a text of several lines (Java, .NET, JavaScript, Python, Go); nil where there is none.
    init?(_ text: String) {
        let lines = text.utf8.split(whereSeparator: { $0 == 10 || $0 == 13 }).prefix(Self.maximumLines).map { Substring($0) }
        if lines.contains(where: { $0.hasPrefix("Traceback (most recent call last)") }) {
            self.init(python: lines)
        } else if let start = lines.firstIndex(where: { $0.hasPrefix("panic: ") || $0.hasPrefix("fatal error: ") }),
            lines.contains(where: { $0.hasPrefix("goroutine ") })
        {
            self.init(go: lines[start...])
        } else {
            self.init(frames: lines)
        }
    }

    /// A qualified class name in a message without a trace: `failed: java.io.IOException: broken pipe`.
    init?(inMessage message: String) {
        for word in message.utf8.prefix(2000).split(whereSeparator: { !Self.isNameByte($0) }) {
            var name = Substring(word)
            while name.hasSuffix(".") { name = name.dropLast() }
            guard name.utf8.contains(UInt8(ascii: ".")), name.hasSuffix("Exception") || name.hasSuffix("Error"),
                let last = name.split(separator: ".").last, let initial = last.utf8.first, (65...90).contains(initial)
            else { continue }
            self.init(className: String(name), frame: "")
            return
        }
        return nil
    }

    // Java, .NET and JavaScript: a header, frames that begin with "at", then perhaps causes; the last cause is the root.
    private init?(frames lines: [Substring]) {
        var found: (name: Substring, frame: Substring)?
        for line in lines {
            let trimmed = Self.trimmed(line)
            if trimmed.hasPrefix("at ") {
                if found?.frame.isEmpty == true { found?.frame = Self.frame(trimmed.dropFirst(3)) }
            } else if found == nil || trimmed.hasPrefix("Caused by: ") || trimmed.hasPrefix("---> ") {
                if let name = Self.header(trimmed) { found = (name, "") }
            }
        }
        guard let found else { return nil }
        self.init(className: String(found.name), frame: String(found.frame))
    }

    // Python: frames from the outermost to the innermost, then the exception; the last traceback is the one that ended it.
    private init?(python lines: [Substring]) {
        var frame: Substring = ""
        var name: Substring?
        for line in lines {
            let trimmed = Self.trimmed(line)
            if trimmed.hasPrefix("File \""), let at = trimmed.firstRange(of: ", in ") {
                frame = trimmed[at.upperBound...]
            } else if line.utf8.first.map({ $0 > 32 }) == true, let header = Self.header(trimmed) {
                name = header
            }
        }
        guard let name else { return nil }
        self.init(className: String(name), frame: String(frame))
    }

    private init?(go lines: ArraySlice<Substring>) {
        guard let first = lines.first else { return nil }
        let isPanic = first.hasPrefix("panic: ")
        let frames = lines.drop { !$0.hasPrefix("goroutine ") }.dropFirst()
        let own = frames.first { !$0.hasPrefix("\t") && !$0.hasPrefix("panic(") && !$0.hasPrefix("runtime.") } ?? ""
        self.init(className: isPanic ? "panic" : "fatal error", frame: String(own.prefix { $0 != "(" }))
    }

    /// The class that a line announces: `java.lang.NullPointerException: ...`, `Caused by: ...`, `KeyError: 'x'`.
    static func header(_ line: Substring) -> Substring? {
        var rest = trimmed(line)
        for prefix in ["Caused by: ", "---> ", "Unhandled exception. ", "Uncaught "] where rest.hasPrefix(prefix) {
            rest = rest.dropFirst(prefix.count)
        }
        if rest.hasPrefix("Exception in thread \""), let close = rest.dropFirst(21).firstIndex(of: "\"") {
            rest = trimmed(rest[rest.index(after: close)...])
        }
        let name = Substring(rest.utf8.prefix(while: isNameByte))
        let after = rest[name.endIndex...]
        guard name.utf8.count <= maximumNameBytes, after.isEmpty || after.hasPrefix(":") || after.hasPrefix(" ---> ") else { return nil }
        let isThrown = ["Exception", "Error", "Throwable", "Failure", "Interrupt", "Exit"].contains { name.hasSuffix($0) }
        guard isThrown, let last = name.split(separator: ".").last?.utf8.first, (65...90).contains(last) else { return nil }
        return name
    }

    /// `java.base/java.lang.Thread.run(Thread.java:1583)` -> `java.lang.Thread.run`; generated numbers go.
    private static func frame(_ text: Substring) -> Substring {
        var name = text.prefix { $0 != "(" }
        if name.hasSuffix(" ") { name = name.dropLast() }
        if let slash = name.utf8.firstIndex(of: UInt8(ascii: "/")), !name.hasPrefix("/"), !name.contains(":") {
            name = name[name.utf8.index(after: slash)...]
        }
        if name.contains("/") || name.contains(":") { return "" }
        while let last = name.utf8.last, (48...57).contains(last) { name = name.dropLast() }
        return name
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 46 || byte == 36 || byte == 95
    }

    private static func trimmed(_ line: Substring) -> Substring { Substring(line.utf8.drop { $0 <= 32 }) }

    /// True for a line that goes on with the event before it: an indented one, a frame, a cause.
    static func isContinuation(_ line: String) -> Bool {
        guard let first = line.utf8.first else { return false }
        if first == 9 { return true }
        if first == 32, line.utf8.prefix(4).allSatisfy({ $0 == 32 }) { return true }
        let text = Self.trimmed(Substring(line))
        if first == 32, text.hasPrefix("at ") || text.hasPrefix("File \"") || text.hasPrefix("... ") { return true }
        return ["Caused by: ", "Suppressed: ", "Traceback (most recent call last)", "---> ", "During handling of the above"].contains {
            line.hasPrefix($0)
        }
    }
}
