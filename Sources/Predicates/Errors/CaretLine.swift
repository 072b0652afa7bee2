/// A line of source with a caret under one of its characters, both indented by two spaces:
/// ```
///   errors.gulity or latency.guilty
///   ^ did you mean 'errors.guilty'?
/// ```
/// The caret stands right under characters that take two columns (Chinese, Japanese, Korean, most emoji), and tabs stay tabs.
public struct CaretLine: Sendable, Hashable, CustomStringConvertible {
    /// A longer line is cut to this many characters around the caret.
    public static let maximumCharacters = 160

    public let lineText: String
    /// Index of the character, from 0; one past the end is allowed.
    public let caret: Int
    public let remark: String?

    public init(lineText: String, caret: Int, remark: String?) {
        self.lineText = lineText
        self.caret = caret
        self.remark = remark
    }

    public var description: String {
        let (shown, offset) = window
        let padding = shown.prefix(offset).map { $0 == "\t" ? "\t" : Self.isWide($0) ? "  " : " " }.joined()
        return "  \(String(shown))\n  \(padding)^" + (remark.map { " \($0)" } ?? "")
    }

    private var window: (line: [Character], caret: Int) {
        // A control character would move the cursor of the reader's terminal.
        let characters = lineText.map { $0 != "\t" && $0.isControl ? "\u{FFFD}" : $0 }
        let position = max(0, min(caret, characters.count))
        guard characters.count > Self.maximumCharacters else { return (characters, position) }
        let start = max(0, min(position - Self.maximumCharacters / 2, characters.count - Self.maximumCharacters))
        let end = start + Self.maximumCharacters
        return (Array(characters[start..<end]), position - start)
    }

    /// Whether a terminal shows the character two columns wide (the East Asian Wide and Fullwidth blocks, and emoji).
    static func isWide(_ character: Character) -> Bool {
        guard let scalar = character.unicodeScalars.first?.value else { return false }
        switch scalar {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
            return true
        default:
            return false
        }
    }
}

extension Character {
    /// True for C0 and C1 control characters, line breaks among them.
    fileprivate var isControl: Bool {
        unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || $0.value == 0x2028 || $0.value == 0x2029 }
    }
}
