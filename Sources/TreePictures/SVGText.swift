/// Texts of a picture: escaped, and broken into lines by an estimate of their width that is on the safe side.
enum SVGText {
    /// Widths in units of the font size: of a monospaced letter (DejaVu Sans Mono has 0.602), and of a letter of running text at most.
    static let monospaced = 0.61
    static let proportional = 0.66

    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t": escaped += " "
            // XML has no way to write other control characters.
            case _ where scalar.value < 32 || (127...159).contains(scalar.value) || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// How many letters wide a text is; those of East Asian scripts and pictures count as two.
    static func width(_ text: String) -> Int { text.reduce(0) { $0 + width($1) } }

    private static func width(_ character: Character) -> Int {
        guard let scalar = character.unicodeScalars.first else { return 0 }
        return switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0x1F300...0x1FAFF,
            0x20000...0x3FFFD:
            2
        default: 1
        }
    }

    /// Lines of at most `columns` letters, broken at spaces where there are some; at most `limit` lines, the last of which then ends in an
    /// ellipsis.
    static func lines(_ text: String, columns: Int, limit: Int) -> [String] {
        var lines: [String] = []
        var line = ""
        for word in text.split(whereSeparator: \.isWhitespace).flatMap({ pieces(String($0), columns: columns) }) {
            if line.isEmpty {
                line = word
            } else if width(line) + 1 + width(word) <= columns {
                line += " " + word
            } else {
                lines.append(line)
                line = word
            }
        }
        if !line.isEmpty { lines.append(line) }
        guard lines.count > limit else { return lines }
        var last = lines[limit - 1]
        while width(last) > columns - 1 { last.removeLast() }
        return lines.prefix(limit - 1) + [last + "…"]
    }

    /// A word in parts that fit.
    private static func pieces(_ word: String, columns: Int) -> [String] {
        var pieces: [String] = []
        var piece = ""
        for character in word {
            if width(piece) + width(character) > columns {
                pieces.append(piece)
                piece = ""
            }
            piece.append(character)
        }
        return piece.isEmpty ? pieces : pieces + [piece]
    }
}
