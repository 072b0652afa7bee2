/// Why an expression or a plan cannot be written as nginx configuration: the part of it, and what is in the way.
public struct PrintingRefusal: Error, Sendable, CustomStringConvertible {
    /// Where it stands: `rule 'testers'`; filled in on the way up.
    public var place: String?
    /// The part as the policy writes it.
    public var part: String
    public var reason: String

    public init(place: String? = nil, part: String, reason: String) {
        self.place = place
        self.part = part
        self.reason = reason
    }

    /// The refusal with its place, unless it has one.
    package func within(_ place: String) -> PrintingRefusal { PrintingRefusal(place: self.place ?? place, part: part, reason: reason) }

    public var description: String {
        (place.map { "\($0): " } ?? "") + "nginx cannot carry \(part): \(reason); `tidegate edge` can serve it"
    }
}
