internal import ReleaseModel

/// Colours as the text of one header: names with commas between them, `user-v2,region-sh`. The same in HTTP headers and gRPC metadata.
public enum ColorHeader {
    /// A request carries at most so many colours.
    public static let maximumTags = 16
    /// A longer header carries none: `maximumTags` names of their greatest length, with room for blanks.
    public static let maximumLength = 1280

    /// The colours in a header's value, each once. What is no name is dropped, and so is what comes after `maximumTags` colours.
    public static func parse(_ value: [UInt8]) -> [String] {
        guard value.count <= maximumLength else { return [] }
        var tags: [String] = []
        for part in value.split(separator: UInt8(ascii: ",")) {
            guard tags.count < maximumTags else { break }
            let tag = String(decoding: HeaderName.trimmed(part), as: UTF8.self)
            if Name.problem(with: tag) == nil, !tags.contains(tag) { tags.append(tag) }
        }
        return tags
    }

    /// The header's value for the first `maximumTags` of `tags`.
    public static func text(_ tags: [String]) -> String { tags.prefix(maximumTags).joined(separator: ",") }
}
