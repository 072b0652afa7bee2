internal import Foundation
public import Hashing

/// The head of a log (C2SP tlog-checkpoint): whose log, how many entries, and the root over them.
public struct LogCheckpoint: Sendable, Hashable {
    /// The name of the log: a line without a control character.
    public var origin: String
    public var size: UInt64
    public var root: InlineDigest

    public init(origin: String, size: UInt64, root: InlineDigest) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// What is signed: three lines.
    public var text: String { "\(origin)\n\(size)\n\(Data(root.bytes).base64EncodedString())\n" }

    /// Reads the text of a note; extension lines are passed over. nil for anything that is not a checkpoint.
    public init?(text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 4, lines.last == "", !lines[0].isEmpty, let size = UInt64(lines[1]), lines[1] == String(size),
            lines[2].utf8.count == 44, let bytes = Data(canonicalBase64: lines[2]), let root = InlineDigest(bytes: bytes),
            !lines[3..<lines.count - 1].contains("")
        else { return nil }
        self.init(origin: lines[0], size: size, root: root)
    }
}
