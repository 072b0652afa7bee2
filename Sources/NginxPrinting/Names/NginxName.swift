internal import Hashing

/// The names that generated configuration uses for services and arms, and for the variables made of them.
///
/// nginx compares names of variables, upstreams and servers without regard to case and knows only letters, digits and `_` in variables, while a
/// service's name may hold more. The mapping is injective: names that need more than a change of `-` into `_` carry eight digits of
/// their SHA-256. A variable is `$tidegate_<service>_<word>`, where a word has no `_`, so that no two of them meet.
package enum NginxName {
    /// Longer names are cut and get their digest: variables must fit nginx's default hash buckets (64 bytes).
    package static let maximumLength = 20

    /// Words that mean something in a `map` or `split_clients` block.
    private static let reserved = ["default", "hostnames", "include", "volatile"]

    /// A service's name for variables, upstreams and status servers: `checkout`, `order_api`, `A.b` as `ab_1f2e3d4c`.
    package static func service(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { isLowerAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        let text = String(decoding: name.utf8.map { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }, as: UTF8.self)
        return isPlain && text.utf8.count <= maximumLength && !looksShortened(text, separator: "_") ? text : shortened(name, separator: "_")
    }

    /// An arm's name within its service: lower-case letters and digits only.
    package static func arm(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy(isLowerAlphanumeric) && name.utf8.count <= maximumLength && !reserved.contains(name)
        return isPlain && !looksShortened(name, separator: "x") ? name : shortened(name, separator: "x")
    }

    package static func variable(_ service: String, _ word: String) -> String { "$\(prefix(service))_\(word)" }

    /// What the variables, upstreams and log formats of a service begin with: `tidegate_checkout`.
    package static func prefix(_ service: String) -> String { "tidegate_\(self.service(service))" }

    /// The name of the group of servers of an arm.
    package static func upstream(_ service: String, arm: String) -> String { "tidegate_\(self.service(service))_\(self.arm(arm))" }

    /// The `server_name` under which a service's status answers.
    package static func statusServer(_ service: String) -> String { "tidegate_\(self.service(service))" }

    private static func shortened(_ name: String, separator: String) -> String {
        let readable = name.utf8.map { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 }.filter(isLowerAlphanumeric).prefix(8)
        return String(decoding: readable, as: UTF8.self) + separator + SHA256Digest(of: name).hex.prefix(8)
    }

    /// A plain name that ends like a shortened one is shortened as well, so that the two kinds stay apart.
    private static func looksShortened(_ name: String, separator: String) -> Bool {
        name.utf8.count >= 9 && name.utf8.suffix(8).allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
            && name.dropLast(8).hasSuffix(separator)
    }

    private static func isLowerAlphanumeric(_ byte: UInt8) -> Bool { (48...57).contains(byte) || (97...122).contains(byte) }
}
