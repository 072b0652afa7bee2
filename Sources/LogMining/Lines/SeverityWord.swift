internal import ReleaseModel

/// Severity as people and libraries write it.
enum SeverityWord {
    /// `WARN`, `warning`, `E`, `critical`, pino's and OpenTelemetry's numbers; nil for any other text.
    static func severity(of text: some StringProtocol) -> LogSeverity? {
        guard text.utf8.count <= 16 else { return nil }
        switch text.lowercased() {
        case "trace", "trc", "verbose", "finest", "finer", "10", "v": return .trace
        case "debug", "dbg", "fine", "config", "20", "d": return .debug
        case "info", "information", "informational", "inf", "notice", "30", "i", "n": return .info
        case "warn", "warning", "wrn", "40", "w": return .warn
        case "error", "err", "eror", "severe", "failure", "50", "e": return .error
        case "fatal", "ftl", "critical", "crit", "panic", "emergency", "emerg", "alert", "dpanic", "60", "f", "c": return .fatal
        default: return nil
        }
    }

    /// The words that a line's head may carry alone: single letters and numbers would be taken for a severity too often there.
    static func severity(ofHeadWord text: some StringProtocol) -> LogSeverity? {
        guard text.utf8.count >= 3, !text.utf8.contains(where: { (48...57).contains($0) }) else { return nil }
        return severity(of: text)
    }

    /// Severity that the first words of a plain line state: `2026-11-21 02:15:00 ERROR [main]`, `[warn]`, glog's `E1121 02:15`.
    static func severity(inHeadOf line: Substring) -> LogSeverity? {
        let head = line.utf8.prefix(120)
        if let letter = head.first, head.dropFirst().prefix(4).count == 4, head.dropFirst().prefix(4).allSatisfy({ (48...57).contains($0) })
        {
            switch letter {
            case UInt8(ascii: "I"): return .info
            case UInt8(ascii: "W"): return .warn
            case UInt8(ascii: "E"): return .error
            case UInt8(ascii: "F"): return .fatal
            default: break
            }
        }
        let words = head.split(maxSplits: 8, whereSeparator: { !isLetter($0) }).prefix(8)
        for word in words {
            // A severity stands in capitals, in brackets, or first in the line; elsewhere "error" is an ordinary word.
            let text = Substring(word)
            let capitals = word.allSatisfy { (65...90).contains($0) }
            let bracketed = word.startIndex > head.startIndex && line.utf8[line.utf8.index(before: word.startIndex)] == UInt8(ascii: "[")
            guard capitals || bracketed || word.startIndex == head.startIndex else { continue }
            if let severity = severity(ofHeadWord: text) { return severity }
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }
}
