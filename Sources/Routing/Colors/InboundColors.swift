/// Colours that a request already carries from an earlier hop, and that are believed.
public struct InboundColors: Sendable, Hashable {
    public static let none = InboundColors(tags: [], hops: 0)

    public var tags: [String]
    /// How many hops the colours have come; 0 where they are set here.
    public var hops: Int

    public init(tags: [String], hops: Int) {
        self.tags = tags
        self.hops = hops
    }
}
