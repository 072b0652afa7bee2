public import ReleaseModel

/// One kind of log line: constant words, with `<*>` where something varies.
public struct LogTemplate: Sendable, Hashable {
    /// First 16 hexadecimal digits of the SHA-256 of the skeleton that it was born with. It stays when the text is generalised.
    public let id: String
    /// At most `maximumTextBytes`.
    public var text: String
    public let severity: LogSeverity
    public let exceptionClass: String?
    /// Identities of templates that became part of this one; the last `maximumAliases` of them.
    public internal(set) var aliases: [String] = []

    public static let maximumTextBytes = 400
    public static let maximumAliases = 64
    public static let variableMark = "<*>"
}

/// The template that one event belongs to.
public struct MinedEvent: Sendable, Hashable {
    public var template: LogTemplate
    /// True when no event of this template had been seen before.
    public var isNew: Bool
}

/// As `MinedEvent`, without a copy of the template: `miner[event]` gives it until the miner takes its next line.
public struct MinedLine: Sendable, Hashable {
    /// Numbers of templates count from 0 in the order of their birth and are never given twice.
    public let number: Int
    public let isNew: Bool
    let slot: Int
}

/// Says that a template became part of another when that was generalised. Counts under `alias` belong to `template`.
public struct TemplateAlias: Sendable, Hashable, Codable {
    public var alias: String
    public var template: String
    /// The text of both together.
    public var text: String

    public init(alias: String, template: String, text: String) {
        self.alias = alias
        self.template = template
        self.text = text
    }
}

extension LogTemplate {
    /// Stands for templates that there was no room to tell apart.
    public static let other = LogTemplate(id: "<other>", text: "<other>", severity: .info, exceptionClass: nil)
}
