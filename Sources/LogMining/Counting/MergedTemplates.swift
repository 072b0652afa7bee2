/// Templates of one service that became one.
public struct MergedTemplates: Sendable, Hashable {
    public var service: String
    public var aliases: [TemplateAlias]

    public init(service: String, aliases: [TemplateAlias]) {
        self.service = service
        self.aliases = aliases
    }
}
