/// The text of an expression and where it stands, from which errors are made.
struct ExpressionSource: Sendable {
    let bytes: [UInt8]
    /// The place of the first byte.
    let place: SourcePlace

    init(_ text: String, place: SourcePlace) {
        bytes = Array(text.utf8)
        self.place = place
    }

    /// An error at a byte offset.
    func error(_ code: ExpressionError.Code, _ message: String, at offset: Int, suggestion: String? = nil) -> ExpressionError {
        let position = max(0, min(offset, bytes.count))
        let lineStart = bytes[..<position].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let lineEnd = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        let lineIndex = bytes[..<position].reduce(0) { $0 + ($1 == UInt8(ascii: "\n") ? 1 : 0) }
        let caret = String(decoding: bytes[lineStart..<position], as: UTF8.self).count
        return ExpressionError(
            code: code, message: message,
            place: SourcePlace(
                file: place.file, line: place.line + lineIndex, column: lineIndex == 0 ? place.column + caret : caret + 1),
            lineText: String(decoding: bytes[lineStart..<lineEnd], as: UTF8.self), caret: caret, suggestion: suggestion)
    }
}
