import ReleaseModel
import ReportText

/// The signals of one evaluation, in two columns where the terminal is wide enough.
struct SignalGrid: Sendable {
    /// From this many columns on, signals stand side by side.
    static let wideColumns = 96

    let signals: [Signal]

    func lines(columns: Int, _ style: Style = .plain) -> [String] {
        guard !signals.isEmpty else { return [style("no signals yet", .dim)] }
        let isWide = columns >= Self.wideColumns && signals.count > 4
        let height = isWide ? (signals.count + 1) / 2 : signals.count
        let half = isWide ? columns / 2 - 1 : columns
        let nameWidth = signals.reduce(0) { max($0, DisplayWidth.columns(of: $1.name)) }
        let cells = signals.map { cell($0, nameWidth: nameWidth, limit: half, style) }
        return (0..<height).map { row in
            let left = cells[row]
            guard isWide, row + height < cells.count else { return left.inked }
            return left.inked + String(repeating: " ", count: max(1, half + 1 - left.width)) + cells[row + height].inked
        }
    }

    private func cell(_ signal: Signal, nameWidth: Int, limit: Int, _ style: Style) -> (inked: String, width: Int) {
        let name = DisplayWidth.clipped(signal.name.printable, to: limit)
        let padding = String(repeating: " ", count: max(0, nameWidth - DisplayWidth.columns(of: name)) + 2)
        let text = DisplayWidth.clipped(
            ReadingText.text(of: signal.reading), to: max(0, limit - DisplayWidth.columns(of: name) - padding.count))
        var inked = text
        if let ink = ReadingText.ink(of: signal.reading) {
            inked = style(text, ink)
        } else if case .bool(true) = signal.reading, signal.name.hasSuffix(".guilty") || signal.name.hasSuffix(".breached") {
            inked = style(text, .bold, .red)
        }
        return (name + padding + inked, DisplayWidth.columns(of: name) + padding.count + DisplayWidth.columns(of: text))
    }
}
