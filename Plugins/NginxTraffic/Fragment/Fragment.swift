internal import Hashing

/// The generated files of one service.
struct Fragment: Sendable, Hashable {
    let header: FragmentHeader
    let files: [FragmentKind: String]
    /// The traffic plan for the edge, where the node has one.
    let plan: String?

    /// For http level.
    var http: String { files[.http] ?? "" }

    static func digest(of text: String) -> String { SHA256Digest(of: text).hex }
}
