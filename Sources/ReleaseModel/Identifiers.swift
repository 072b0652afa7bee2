/// The name of a release, unique in its database and easy to say: the service and a running number, `checkout-7`.
public typealias ReleaseID = String

/// A name that an operator gives: services, targets, policies, arms, revisions.
///
/// Letters, digits, `.`, `_` and `-`, starting with a letter or digit, at most 63 bytes: safe in file names, labels and nginx.
public enum Name {
    public static let maximumLength = 63

    /// What is wrong with `text` as a name, or nil when it is one.
    public static func problem(with text: String) -> String? {
        if text.isEmpty { return "is empty" }
        if text.utf8.count > maximumLength { return "is longer than \(maximumLength) bytes" }
        for (index, byte) in text.utf8.enumerated() {
            let isAlphanumeric = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            let isMark = byte == 45 || byte == 46 || byte == 95
            if index == 0, !isAlphanumeric { return "must start with a letter or a digit" }
            if !isAlphanumeric, !isMark { return "may hold only letters, digits, '.', '_' and '-'" }
        }
        return nil
    }
}
