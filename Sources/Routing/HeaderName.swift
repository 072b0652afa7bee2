/// The name of the header that carries colours, as generated configuration may hold it.
public enum HeaderName {
    public static let maximumLength = 64

    /// What is wrong with `name`, or nil: letters, digits and `-`, beginning with a letter; none that a proxy sets itself.
    public static func problem(with name: String) -> String? {
        let isLetter: (UInt8) -> Bool = { (65...90).contains($0) || (97...122).contains($0) }
        guard let first = name.utf8.first, isLetter(first), name.utf8.count <= maximumLength,
            name.utf8.allSatisfy({ isLetter($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") })
        else { return "may hold only letters, digits and '-', beginning with a letter, at most \(maximumLength) bytes" }
        let taken = ["host", "connection", "content-length", "transfer-encoding", "upgrade"]
        return taken.contains(name.lowercased()) ? "is a header of HTTP itself" : nil
    }
}
