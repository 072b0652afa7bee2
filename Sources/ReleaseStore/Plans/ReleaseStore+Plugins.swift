import Hashing
import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Lets the file with this digest, and no other, be loaded under the plugin's name. It takes the place of an earlier pin.
    ///
    /// - Parameters:
    ///   - sha256: of the file's bytes, 64 hexadecimal digits.
    ///   - trusted: may run in-process.
    public func pinPlugin(
        name: String, version: String, kind: String, sha256: String, trusted: Bool, actor: Actor, reason: String = ""
    ) async throws -> PluginPin {
        try Self.requireName(name, "the plugin's name")
        guard let digest = SHA256Digest(hex: sha256) else {
            throw ReleaseError(.invalidInput, "'\(sha256)' is not a SHA-256 digest of 64 hexadecimal digits", place: "plugin \(name)")
        }
        _ = try await rows(
            .pinPlugin,
            [
                .text(name), .text(version), .text(kind), .bytes(digest.bytes), .bool(trusted), .json(JSONValue(actor).canonicalText),
                .text(reason.withoutNUL),
            ], place: "plugin \(name)")
        guard let pin = try await pluginPin(name) else {
            throw ReleaseError(.conflict, "the pin was withdrawn at once", place: "plugin \(name)")
        }
        return pin
    }

    /// The pins in force, by name.
    public func pluginPins() async throws -> [PluginPin] { try await pins(named: nil) }

    /// The pin of one plugin; nil when there is none.
    public func pluginPin(_ name: String) async throws -> PluginPin? { try await pins(named: name).first }

    private func pins(named name: String?) async throws -> [PluginPin] {
        let rows = try await rows(.pluginPins, [.text(name)])
        return try reading { try rows.map { try PluginPin(row: $0) } }
    }
}
