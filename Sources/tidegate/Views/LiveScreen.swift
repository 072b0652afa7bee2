/// Redraws a block of lines in place on a terminal. What was drawn before is overwritten; lines above stay.
struct LiveScreen {
    private let console: Console
    private var drawn = 0

    init(console: Console) { self.console = console }

    /// Replaces the block by `lines`; those that do not fit the terminal's height are left out at the bottom.
    mutating func draw(_ lines: [String]) {
        let limit = max(1, console.rows - 1)
        let columns = console.columns
        let shown = lines.prefix(limit).map { Self.clipped($0, to: columns) }
        var text = drawn > 0 ? "\u{1B}[\(drawn)F" : ""
        // Each line is erased to its end and the rest of the screen below the block, so that nothing flickers.
        text += shown.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
        console.write(text)
        drawn = shown.count
    }

    /// Cuts a line that may carry colour sequences to a number of columns, and turns colours off at the cut.
    static func clipped(_ line: String, to limit: Int) -> String {
        var result = ""
        var used = 0
        var inSequence = false
        var hasColour = false
        for character in line {
            if inSequence {
                result.append(character)
                if character.isLetter { inSequence = false }
                continue
            }
            if character == "\u{1B}" {
                inSequence = true
                hasColour = true
                result.append(character)
                continue
            }
            let width = DisplayWidth.columns(of: character)
            if used + width > limit { return result + (hasColour ? "\u{1B}[0m" : "") }
            used += width
            result.append(character)
        }
        return result
    }
}
