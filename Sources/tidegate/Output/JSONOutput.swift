import Foundation

/// Values as JSON for programs: indented, members sorted.
enum JSONOutput {
    static func text(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// One line for each value, for streams.
    static func line(of value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }
}

extension OutputOptions {
    /// Prints `value` as JSON, or the lines that people read.
    func print(_ value: some Encodable, _ lines: (Style) throws -> [String]) throws {
        let console = Invocation.current.console
        switch format {
        case .json: console.line(try JSONOutput.text(of: value))
        case .table: console.lines(try lines(console.style))
        }
    }
}
