import ArgumentParser

/// How a command prints what it found.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Aligned for people.
    case table
    /// One JSON value for programs.
    case json
}

/// The flags that say how to print; every command has them.
struct OutputOptions: ParsableArguments, Sendable {
    @Option(name: [.customShort("o"), .customLong("output")], help: "How to print: table or json.")
    var format: OutputFormat = .table

    init() {}

    init(format: OutputFormat) { self.format = format }
}
