public import PluginKit
public import ReleaseModel
public import TransparencyLog

/// The keys that heads of the history are signed with: one line each, the newest first. Every one of them signs, so that whoever knows only
/// an older key can follow to the newest; a rotation adds a line at the top, and takes the old one away when all have followed.
public struct LogKeyRing: Sendable {
    public static let maximumKeys = 8

    public let reference: SecretReference

    public init(_ reference: SecretReference) { self.reference = reference }

    /// Reads the keys now, so that a rotation needs no restart.
    ///
    /// - Throws: `invalidInput` that names the reference, and never what it holds.
    public func keys() throws(ReleaseError) -> [NoteSigningKey] {
        let text: String
        do throws(PluginFailure) { text = try reference.resolve() } catch {
            throw ReleaseError(.invalidInput, error.reason, place: "\(reference)")
        }
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.isEmpty }
        let keys = lines.compactMap { NoteSigningKey(String($0)) }
        guard !keys.isEmpty, keys.count == lines.count, keys.count <= Self.maximumKeys else {
            throw ReleaseError(
                .invalidInput, "this does not hold 1 to \(Self.maximumKeys) keys for signing the history", place: "\(reference)",
                advice: "each line is a key as `tidegate audit keys new` writes it: PRIVATE+KEY+name+id+base64")
        }
        return keys
    }
}
