/// The marks of a row of the database, by what was known of its table.
struct RowFacts {
    /// Of the shapes by which the marks were made.
    var version: Int
    var table: Int
    /// nil where the row lacks a column of its key.
    var identity: RowMark?
    var content: RowMark?

    init(_ table: Int, row: Int, _ scanner: JSONScanner, _ shapes: inout TableShapes) {
        self.table = table
        version = shapes.version
        identity = shapes.identity(table, row, scanner)
        content = shapes.row(table, row, scanner)
    }
}
