internal import Foundation

/// Where a secret is, instead of the secret: `env:NAME` or `file:PATH`. Resolved late and inside the plugin; only the reference is ever
/// stored, digested or logged.
public struct SecretReference: Sendable, Hashable, CustomStringConvertible {
    /// Longer files are refused; a token or a key is shorter.
    public static let maximumBytes = 64 * 1024

    private enum Place: Hashable {
        case environment(String)
        case file(String)
    }

    private let place: Place

    /// The reference that `text` spells, or nil when it is neither `env:NAME` nor `file:PATH`.
    public init?(_ text: String) {
        if text.hasPrefix("env:"), text.utf8.count > 4 {
            place = .environment(String(text.dropFirst(4)))
        } else if text.hasPrefix("file:"), text.utf8.count > 5 {
            place = .file(String(text.dropFirst(5)))
        } else {
            return nil
        }
    }

    /// The name of the environment variable that must be passed on to the plugin's process; nil for a file.
    public var environmentVariable: String? { if case .environment(let name) = place { name } else { nil } }

    /// The secret itself, without a trailing line break.
    ///
    /// - Throws: `PluginFailure` of code `no_secret` that names the reference and never its content.
    public func resolve() throws(PluginFailure) -> String {
        switch place {
        case .environment(let name):
            guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
                throw PluginFailure(code: "no_secret", reason: "the environment variable \(name) is not set")
            }
            return value
        case .file(let path):
            guard let file = FileHandle(forReadingAtPath: path) else {
                throw PluginFailure(code: "no_secret", reason: "the secret file \(path) cannot be read")
            }
            defer { try? file.close() }
            guard let data = try? file.read(upToCount: Self.maximumBytes + 1), data.count <= Self.maximumBytes,
                let text = String(data: data, encoding: .utf8)
            else {
                throw PluginFailure(
                    code: "no_secret", reason: "the secret file \(path) is not a text of at most \(Self.maximumBytes) bytes")
            }
            let secret = text.hasSuffix("\n") ? String(text.dropLast()) : text
            guard !secret.isEmpty else { throw PluginFailure(code: "no_secret", reason: "the secret file \(path) is empty") }
            return secret
        }
    }

    public var description: String {
        switch place {
        case .environment(let name): "env:\(name)"
        case .file(let path): "file:\(path)"
        }
    }
}
