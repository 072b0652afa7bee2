/// What the verifier is given from outside, and therefore believes.
public struct Trust: Sendable {
    /// Keys in signed-note form (`name+id+base64`). Without one, the keys that the history itself names are believed, and the report says so.
    public var keys: [String]
    /// Signed heads that were anchored outside of the database, whole notes.
    public var anchors: [String]

    public init(keys: [String] = [], anchors: [String] = []) {
        self.keys = keys
        self.anchors = anchors
    }

    /// Splits a file of anchored heads into its notes: a note ends where lines of signatures end.
    public static func notes(in text: String) -> [String] {
        var notes: [String] = []
        var note: [Substring] = []
        var signed = false
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let isSignature = line.hasPrefix("\u{2014} ")
            if signed, !isSignature {
                notes.append(note.joined(separator: "\n") + "\n")
                note = []
                signed = false
                if line.isEmpty { continue }
            }
            signed = isSignature
            note.append(line)
        }
        if note.contains(where: { !$0.isEmpty }) { notes.append(note.joined(separator: "\n") + (signed ? "\n" : "")) }
        return notes
    }
}
