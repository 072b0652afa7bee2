/// Colours as a member of W3C baggage (https://www.w3.org/TR/baggage/), for programs that hand baggage on but know no header of ours.
///
/// Routing never believes it: only the colour header leads anywhere.
public enum Baggage {
    /// The limits of the recommendation: what is beyond them may be dropped by anybody on the way.
    public static let maximumMembers = 64
    public static let maximumBytes = 8192

    /// The member that carries the colours: `gray-tag=user-v2%2Cregion-sh`.
    public static func member(name: String, tags: [String]) -> String {
        "\(name)=" + tags.prefix(ColorHeader.maximumTags).joined(separator: "%2C")
    }

    /// The header's value with the member called `name` replaced, or removed when there are no tags; nil when nothing is left of it.
    ///
    /// Other members are kept as they are and in their order, behind ours. Where the limits are passed the last ones are dropped whole.
    public static func merged(into existing: [UInt8]?, name: String, tags: [String]) -> [UInt8]? {
        var output = tags.isEmpty ? [] : Array(member(name: name, tags: tags).utf8)
        var count = tags.isEmpty ? 0 : 1
        for part in (existing ?? []).split(separator: UInt8(ascii: ",")) {
            let part = HeaderName.trimmed(part)
            guard !part.isEmpty, key(of: part) != Array(name.utf8)[...] else { continue }
            guard count < maximumMembers, output.count + part.count + 1 <= maximumBytes else { break }
            if !output.isEmpty { output.append(UInt8(ascii: ",")) }
            output.append(contentsOf: part)
            count += 1
        }
        return output.isEmpty ? nil : output
    }

    /// The colours in the member called `name`; none when there is no such member.
    public static func tags(named name: String, in value: [UInt8]) -> [String] {
        guard value.count <= maximumBytes else { return [] }
        for part in value.split(separator: UInt8(ascii: ",")) {
            let part = HeaderName.trimmed(part)
            guard key(of: part) == Array(name.utf8)[...], let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let text = part[(equals + 1)...].prefix { $0 != UInt8(ascii: ";") }
            let commas = String(decoding: text, as: UTF8.self).replacing("%2C", with: ",").replacing("%2c", with: ",")
            return ColorHeader.parse(Array(commas.utf8))
        }
        return []
    }

    private static func key(of member: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let end = member.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ";") } ?? member.endIndex
        return HeaderName.trimmed(member[..<end])
    }
}
