/// What a request carries to the next hop. A nil takes the header away.
public struct OutgoingColors: Sendable, Hashable {
    /// The value of the tag header.
    public let tags: String?
    /// The value of `<tagHeader>-hops`.
    public let hops: Int?
    /// The value of `<tagHeader>-signature`.
    public let signature: String?
    /// The value of `baggage`.
    public let baggage: [UInt8]?
}
