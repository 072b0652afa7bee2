internal import Hashing
internal import ReleaseModel

/// What the second line of a generated file says about it. The digest covers the whole file with the digest's own digits as zeros.
struct FragmentHeader: Sendable, Hashable, Codable {
    static let marker = "# tidegate 1 "
    static let digestPlaceholder = String(repeating: "0", count: 64)

    var release: ReleaseID
    var service: String
    /// 0 where the weights live in the edge's plan.
    var generation: Int64
    var leaseTerm: Int64
    var digest: String
    /// SHA-256 of each other file of the service that belongs to this fragment, by its kind.
    var files: [String: String]

    var line: String {
        get throws { Self.marker + (try JSONValue(encoding: self)).canonicalText }
    }

    /// The header of a generated file, or nil when there is none that can be read.
    init?(of text: String) {
        for line in text.split(separator: "\n", maxSplits: 8).prefix(8) where line.hasPrefix(Self.marker) {
            guard let value = try? JSONValue(parsing: Array(line.dropFirst(Self.marker.count).utf8)),
                let header = try? value.decoded(as: FragmentHeader.self)
            else { return nil }
            self = header
            return
        }
        return nil
    }

    init(release: ReleaseID, service: String, generation: Int64, leaseTerm: Int64, files: [String: String]) {
        self.release = release
        self.service = service
        self.generation = generation
        self.leaseTerm = leaseTerm
        self.files = files
        digest = Self.digestPlaceholder
    }

    /// Fills the digest into a text that was made with the placeholder.
    static func sealed(_ text: String) -> String {
        text.replacing(member(digestPlaceholder), with: member(SHA256Digest(of: text).hex))
    }

    /// True when the text is what the digest in it was made of.
    func seals(_ text: String) -> Bool {
        digest.utf8.count == 64
            && SHA256Digest(of: text.replacing(Self.member(digest), with: Self.member(Self.digestPlaceholder))).hex == digest
    }

    /// A digest as it stands in the header and in the status. Texts of a policy hold no quote once printed, so they never look like it.
    private static func member(_ digest: String) -> String { "\"digest\":\"\(digest)\"" }
}
