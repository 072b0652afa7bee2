internal import Predicates
internal import ReleaseModel

/// Where a key stands among the 10000 buckets of a release, one for each basis point of weight, and the texts that are hashed for it.
///
/// | decision | hashed text |
/// |---|---|
/// | who takes part | `<salt>:<key>` |
/// | who takes part in a layer | `layer/<layer>:<key>` |
/// | which arm a participant gets | `<salt>/arm:<key>`, with strata `<salt>/arm:<stratum>\|<stratum>\|<key>` |
/// | who of those that match gets a rule | `<salt>/rule/<CRC-32 of the rule's name>:<key>` |
///
/// A salt holds neither `:` nor `/`, so no two of these texts ever meet. nginx's `split_clients "<salt>:$key"` hashes the same bytes.
public enum StickyBucket {
    /// Between two strata, and between the last one and the key.
    public static let stratumSeparator = UInt8(ascii: "|")

    /// What is wrong with `salt`, or nil. The rules are those of a name: letters, digits, `.`, `_` and `-`.
    public static func problem(withSalt salt: String) -> String? { Name.problem(with: salt) }

    /// What stands before the key in the text that decides whether a user takes part.
    public static func participationPrefix(salt: String) -> String { "\(salt):" }

    /// What stands before the key in the text that decides which releases of a layer a user may take part in.
    public static func layerPrefix(_ layer: String) -> String { "layer/\(layer):" }

    /// What stands before the strata and the key in the text that decides which canary arm a participant gets.
    public static func armPrefix(salt: String) -> String { "\(salt)/arm:" }

    /// The salt of a rule's own split. Moving a rule changes nothing, renaming it draws other users.
    public static func ruleSalt(salt: String, rule: String) -> String {
        let digits = String(CRC32.checksum(rule.utf8), radix: 16)
        return "\(salt)/rule/" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }

    /// The bucket of a hash: a user of bucket `b` takes part from a weight of `b + 1` basis points on.
    public static func bucket(of hash: UInt32) -> Int { SplitBucket.bucket(of: hash) }
}
