internal import Predicates
internal import ReleaseModel

/// Where a key stands among the 10000 buckets of a release, one for each basis point of weight.
///
/// The hashed text is `<salt>:<key>`; a second, independent bucket over `<salt>/arm:<key>` says which of several canary arms a participant
/// gets. A salt holds neither `:` nor `/`, so the two texts never meet. nginx's `split_clients "<salt>:$key"` hashes the same bytes.
public enum StickyBucket {
    /// What is wrong with `salt`, or nil. The rules are those of a name: letters, digits, `.`, `_` and `-`.
    public static func problem(withSalt salt: String) -> String? { Name.problem(with: salt) }

    /// What stands before the key in the text that decides whether a user takes part.
    public static func participationPrefix(salt: String) -> String { "\(salt):" }

    /// What stands before the key in the text that decides which canary arm a participant gets.
    public static func armPrefix(salt: String) -> String { "\(salt)/arm:" }

    /// The bucket of a hash: a user of bucket `b` takes part from a weight of `b + 1` basis points on.
    public static func bucket(of hash: UInt32) -> Int { SplitBucket.bucket(of: hash) }
}
