import ReleaseModel

/// A table of numbers from comma-separated text: a line of names, then one line a row. Every error says line and column.
///
/// Names are taken without regard to case and surrounding spaces; cells may be quoted and hold no commas; empty lines and lines that begin with `#` are
/// passed over. A cell is a finite decimal number, or empty.
struct CSVTable: Sendable {
    static let maximumRows = 100_000
    static let maximumColumns = 256

    struct Row: Sendable {
        /// Line of the text, from 1 on.
        let line: Int
        /// nil where a cell is empty.
        let cells: [Double?]
        /// Where each cell begins on its line, from 1 on.
        let columns: [Int]
    }

    let file: String
    let names: [String]
    let headingLine: Int
    /// Where each name begins on its line, from 1 on.
    let headingColumns: [Int]
    let rows: [Row]

    init(_ text: String, file: String) throws(ReleaseError) {
        var names: [String]?
        var (heading, columns): (Int, [Int]) = (0, [])
        var rows: [Row] = []
        // A carriage return and a line feed are one character.
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            let content = line.drop { $0 == " " || $0 == "\t" || $0 == "\u{feff}" }
            if content.isEmpty || content.first == "#" { continue }
            if let place = line.firstIndex(where: { $0.unicodeScalars.contains { $0.value < 32 && $0 != "\t" } }) {
                throw ReleaseError(
                    .invalidInput, "here is a control character, as text has none",
                    place: "\(file):\(index + 1):\(line.distance(from: line.startIndex, to: place) + 1)",
                    advice: "a table is text: a line of names, then one line of numbers a row, with commas between them")
            }
            let cells = Self.cells(of: line)
            guard let known = names else {
                names = try Self.checked(cells, "\(file):\(index + 1)")
                (heading, columns) = (index + 1, cells.map(\.column))
                continue
            }
            guard cells.count == known.count else {
                let place = "\(file):\(index + 1):\(cells.count < known.count ? line.count + 1 : cells[known.count].column)"
                throw ReleaseError(
                    .invalidInput,
                    "this line has \(cells.count) \(cells.count == 1 ? "value" : "values"), and the first line names \(known.count) columns",
                    place: place, advice: "write one value for each of \(Self.list(known)), with commas between them")
            }
            guard rows.count < Self.maximumRows else {
                throw ReleaseError(
                    .limitExceeded, "there are more than \(Self.maximumRows) rows", place: "\(file):\(index + 1):1",
                    advice: "analyze a part of them, or add up the counts of several polls in each row")
            }
            rows.append(try Self.row(cells, known, file, index + 1))
        }
        guard let names else {
            throw ReleaseError(.invalidInput, "the file is empty", place: "\(file):1:1", advice: "the first line names the columns")
        }
        self.file = file
        self.names = names
        (headingLine, headingColumns) = (heading, columns)
        self.rows = rows
    }

    private typealias Cell = (text: String, column: Int)

    private static func cells(of line: Substring) -> [Cell] {
        var (cells, column): ([Cell], Int) = ([], 1)
        for part in line.split(separator: ",", omittingEmptySubsequences: false) {
            let spaces = part.prefix { $0 == " " || $0 == "\t" || $0 == "\u{feff}" }.count
            var text = part.dropFirst(spaces)
            while let last = text.last, last == " " || last == "\t" { text.removeLast() }
            if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
            cells.append((String(text), column + spaces))
            column += part.count + 1
        }
        return cells
    }

    private static func checked(_ cells: [Cell], _ place: String) throws(ReleaseError) -> [String] {
        guard cells.count <= maximumColumns else {
            throw ReleaseError(
                .limitExceeded, "there are more than \(maximumColumns) columns", place: "\(place):\(cells[maximumColumns].column)",
                advice: "leave out what is not analyzed")
        }
        var names: [String] = []
        for cell in cells {
            let name = cell.text.lowercased()
            if name.isEmpty || Double(name) != nil {
                throw ReleaseError(
                    .invalidInput, "'\(cell.text.prefix(40))' is not the name of a column", place: "\(place):\(cell.column)",
                    advice: "the first line names the columns")
            }
            if let other = cell.text.first(where: { $0 == ";" || $0 == "\t" }) {
                throw ReleaseError(
                    .invalidInput, "the columns are separated by \(other == ";" ? "semicolons" : "tabs")",
                    place: "\(place):\(cell.column + cell.text.prefix { $0 != other }.count)", advice: "write commas between them")
            }
            if names.contains(name) {
                throw ReleaseError(
                    .invalidInput, "the column '\(name.prefix(40))' is named twice", place: "\(place):\(cell.column)",
                    advice: "name each column once")
            }
            names.append(name)
        }
        return names
    }

    private static func row(_ cells: [Cell], _ names: [String], _ file: String, _ line: Int) throws(ReleaseError) -> Row {
        var values: [Double?] = []
        for (index, cell) in cells.enumerated() {
            if cell.text.isEmpty {
                values.append(nil)
                continue
            }
            // Double(_:) also takes hexadecimal numbers, infinities and NaN.
            guard cell.text.allSatisfy({ $0.isASCII && !$0.isLetter || $0 == "e" || $0 == "E" }), let value = Double(cell.text),
                value.isFinite
            else {
                throw ReleaseError(
                    .invalidInput, "'\(cell.text.prefix(40))' is not a number", place: "\(file):\(line):\(cell.column)",
                    advice: "\(names[index]) is a number such as 12 or 0.5")
            }
            values.append(value)
        }
        return Row(line: line, cells: values, columns: cells.map(\.column))
    }

    /// Where a column stands; an error that names the columns that are needed where there is none.
    func place(of name: String, needed: [String]) throws(ReleaseError) -> Int {
        if let index = names.firstIndex(of: name) { return index }
        throw ReleaseError(
            .invalidInput, "there is no column '\(name)'", place: "\(file):\(headingLine):1",
            advice: "the columns are \(needed.joined(separator: ", ")); found \(Self.list(names))")
    }

    /// Names for an error, not too many and none too long.
    private static func list(_ names: [String]) -> String {
        names.prefix(8).map { String($0.prefix(40)) }.joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
    }

    /// Where a column is named.
    func heading(_ index: Int) -> String { "\(file):\(headingLine):\(headingColumns[index])" }

    /// A count of a row: there, whole and not negative.
    func count(_ row: Row, _ index: Int) throws(ReleaseError) -> Double {
        guard let value = row.cells[index] else {
            throw error(row, index, "\(names[index]) is missing", "write 0 where there was none in this poll")
        }
        guard value >= 0, value == value.rounded(), value <= Self.largestCount else {
            let advice =
                value < 0
                ? "each row has what came since the row before, not the state of a counter that may begin anew"
                : "each row has the counts of one poll"
            throw error(row, index, "\(names[index]) must be a whole number from 0 to 10^11, and is \(Self.text(value))", advice)
        }
        return value
    }

    /// Up to here the exact tests count without rounding (`RateRatioTest.Method.noncentralHypergeometric`).
    static let largestCount = 1e11

    private static func text(_ value: Double) -> String {
        abs(value) < 1e15 && value == value.rounded() ? "\(Int(value))" : "\(value)"
    }

    func error(_ row: Row, _ index: Int, _ reason: String, _ advice: String) -> ReleaseError {
        ReleaseError(.invalidInput, reason, place: "\(file):\(row.line):\(row.columns[index])", advice: advice)
    }
}
