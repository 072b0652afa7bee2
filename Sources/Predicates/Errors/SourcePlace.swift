/// A place in a text that a person wrote: a file, a line and a column, both counted from 1 in characters.
public struct SourcePlace: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    public var line: Int
    public var column: Int

    public init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }

    /// Reads `policies/demo/policy.yaml:31:27`. A text that does not end in two numbers is taken for a file, at 1:1.
    public init(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count >= 3, let line = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]), line > 0, column > 0 {
            self.init(file: parts.dropLast(2).joined(separator: ":"), line: line, column: column)
        } else {
            self.init(file: text)
        }
    }

    public var description: String { "\(file):\(line):\(column)" }
}
