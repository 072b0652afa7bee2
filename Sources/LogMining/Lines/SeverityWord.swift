internal import ReleaseModel

/// Severity as people and libraries write it.
enum SeverityWord {
    static let words: [(severity: LogSeverity, words: String)] = [
        (.trace, "trace trc verbose finest finer"), (.debug, "debug dbg fine config"), (.info, "info information informational inf notice"),
        (.warn, "warn warning wrn"), (.error, "error err eror severe failure"),
        (.fatal, "fatal ftl critical crit panic emergency emerg alert dpanic"),
    ]
    static let headBytes = 120
    static let headWords = 8

    /// `WARN`, `warning`, `E`, `critical`, pino's and OpenTelemetry's numbers; nil for any other text.
    static func severity(of text: some StringProtocol) -> LogSeverity? {
        guard text.utf8.count <= Vocabulary.maximumWordBytes else { return nil }
        switch text.lowercased() {
        case "10", "v": return .trace
        case "20", "d": return .debug
        case "30", "i", "n": return .info
        case "40", "w": return .warn
        case "50", "e": return .error
        case "60", "f", "c": return .fatal
        default: return Vocabulary.shared.meanings(folded: WordHash.folded(String(text))).severity
        }
    }

    /// Severity that the first words of a plain line state: `2026-11-21 02:15:00 ERROR [main]`, `[warn]`, glog's `E1121 02:15`.
    static func severity(inHeadOf bytes: UnsafeBufferPointer<UInt8>) -> LogSeverity? {
        if let severity = glog(bytes) { return severity }
        let count = min(bytes.count, headBytes)
        var index = 0
        var seen = 0
        while index < count, seen < headWords {
            guard isLetter(bytes[index]) else {
                index += 1
                continue
            }
            let start = index
            var isCapital = true
            while index < count, isLetter(bytes[index]) {
                if bytes[index] >= 97 { isCapital = false }
                index += 1
            }
            seen += 1
            // A severity stands in capitals, in brackets, or first in the line; elsewhere "error" is an ordinary word. Single letters
            // would be taken for one too often.
            guard (3...Vocabulary.maximumWordBytes).contains(index - start),
                isCapital || start == 0 || bytes[start - 1] == UInt8(ascii: "[")
            else { continue }
            if let severity = Vocabulary.shared.meanings(folded: WordHash.both(bytes, start, index).folded).severity { return severity }
        }
        return nil
    }

    static func severity(inHeadOf text: String) -> LogSeverity? {
        var text = text
        return text.withUTF8 { severity(inHeadOf: $0) }
    }

    /// A letter, then month and day.
    private static func glog(_ bytes: UnsafeBufferPointer<UInt8>) -> LogSeverity? {
        guard bytes.count >= 5, bytes[1...4].allSatisfy({ (48...57).contains($0) }) else { return nil }
        switch bytes[0] {
        case UInt8(ascii: "I"): return .info
        case UInt8(ascii: "W"): return .warn
        case UInt8(ascii: "E"): return .error
        case UInt8(ascii: "F"): return .fatal
        default: return nil
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
}
