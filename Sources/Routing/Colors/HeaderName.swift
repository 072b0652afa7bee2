/// The name of the header that carries colours, as generated configuration may hold it.
public enum HeaderName {
    public static let maximumLength = 64
    /// The header where a policy names none.
    public static let standard = "x-gray-tag"

    /// What is wrong with `name`, or nil: letters, digits and `-`, beginning with a letter; none that a proxy sets itself.
    public static func problem(with name: String) -> String? {
        let isLetter: (UInt8) -> Bool = { (65...90).contains($0) || (97...122).contains($0) }
        guard let first = name.utf8.first, isLetter(first), name.utf8.count <= maximumLength,
            name.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") })
        else { return "may hold only letters, digits and '-', beginning with a letter, at most \(maximumLength) bytes" }
        let taken = ["host", "connection", "content-length", "transfer-encoding", "upgrade"]
        return taken.contains(name.lowercased()) ? "is a header of HTTP itself" : nil
    }

    /// The header that signs the colours in `tagHeader`.
    public static func signature(of tagHeader: String) -> String { "\(tagHeader)-signature" }

    /// The header that counts the hops of the colours in `tagHeader`.
    public static func hops(of tagHeader: String) -> String { "\(tagHeader)-hops" }

    /// `text` without blanks and tabs at its ends.
    static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var text = text.drop { $0 == 32 || $0 == 9 }
        while let last = text.last, last == 32 || last == 9 { text = text.dropLast() }
        return text
    }
}
