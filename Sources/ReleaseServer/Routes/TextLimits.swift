import ReleaseModel

/// Checks of texts that callers send along; each throws `invalidInput` with the place.
enum TextLimits {
    static let reasonBytes = 2000
    static let provenanceBytes = 500

    /// A reason where a person overrides: not empty, not endless.
    static func required(_ reason: String, for what: String) throws(ReleaseError) -> String {
        guard let reason = try optional(reason, at: "reason", limit: reasonBytes) else {
            throw ReleaseError(
                .invalidInput, "\(what) needs a reason", place: "reason", advice: "say why, for those who read the history later")
        }
        return reason
    }

    /// A text without control characters and within its limit; nil when it is absent or blank.
    static func optional(_ text: String?, at place: String, limit: Int = provenanceBytes) throws(ReleaseError) -> String? {
        guard let text else { return nil }
        let isBlank = text.allSatisfy(\.isWhitespace)
        if isBlank { return nil }
        guard text.utf8.count <= limit else {
            throw ReleaseError(.invalidInput, "the text is longer than \(limit) bytes", place: place)
        }
        guard !text.unicodeScalars.contains(where: { ($0.value < 32 && $0.value != 10 && $0.value != 9) || $0.value == 127 }) else {
            throw ReleaseError(.invalidInput, "the text holds control characters", place: place)
        }
        return text
    }

    static func name(_ name: String, at place: String) throws(ReleaseError) {
        if let problem = Name.problem(with: name) {
            throw ReleaseError(.invalidInput, "the name '\(name.prefix(80))' \(problem)", place: place)
        }
    }

    static func provenance(_ given: Provenance?) throws(ReleaseError) -> Provenance {
        guard let given else { return Provenance() }
        return Provenance(
            ticket: try optional(given.ticket, at: "provenance.ticket"), buildURL: try optional(given.buildURL, at: "provenance.buildURL"),
            commit: try optional(given.commit, at: "provenance.commit"),
            artifactDigest: try optional(given.artifactDigest, at: "provenance.artifactDigest"),
            traceID: try optional(given.traceID, at: "provenance.traceID"))
    }
}
