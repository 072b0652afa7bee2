import ReportText

/// Rows under headings, aligned for a terminal. Cells are cleaned of control characters; widths count terminal columns.
struct Table: Sendable {
    enum Alignment: Sendable { case left, right }

    struct Column: Sendable {
        var title: String
        var alignment: Alignment

        init(_ title: String, _ alignment: Alignment = .left) {
            self.title = title
            self.alignment = alignment
        }
    }

    /// A cell: its text, and how it is inked where colours are on.
    struct Cell: Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
        var text: String
        var ink: Style.Ink?

        init(_ text: String, _ ink: Style.Ink? = nil) {
            self.text = text.printable
            self.ink = ink
        }

        init(stringLiteral value: String) { self.init(value) }
    }

    /// Spaces between two columns.
    static let gap = 2

    let columns: [Column]
    private(set) var rows: [[Cell]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// - Precondition: one cell for each column.
    mutating func add(_ cells: [Cell]) {
        precondition(cells.count == columns.count, "a row has one cell for each column")
        rows.append(cells)
    }

    /// The lines of the table, headings first; no line ends in spaces.
    func lines(_ style: Style = .plain) -> [String] {
        let widths = columns.indices.map { index in
            rows.reduce(DisplayWidth.columns(of: columns[index].title)) { max($0, DisplayWidth.columns(of: $1[index].text)) }
        }
        let heading = columns.map { Cell($0.title, .bold) }
        return ([heading] + rows).map { line(of: $0, widths: widths, style: style) }
    }

    private func line(of cells: [Cell], widths: [Int], style: Style) -> String {
        var line = ""
        var owed = 0
        for (index, cell) in cells.enumerated() {
            let padding = widths[index] - DisplayWidth.columns(of: cell.text)
            let inked = cell.ink.map { style(cell.text, $0) } ?? cell.text
            let isRight = columns[index].alignment == .right
            if !cell.text.isEmpty {
                line += String(repeating: " ", count: owed + (isRight ? padding : 0)) + inked
                owed = isRight ? 0 : padding
            } else {
                owed += widths[index]
            }
            owed += Self.gap
        }
        return line
    }
}
