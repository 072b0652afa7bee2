public import Hashing
public import PluginKit

/// A plugin's file as it was found. Nothing in it has run.
public struct PluginFile: Sendable, Hashable {
    /// `<Name>` of `lib<Name>.so`.
    public let name: String
    /// Absolute, with symbolic links resolved.
    public let path: String
    public let sha256: SHA256Digest
}

/// What a plugin's file says about itself, asked in a child process of its own.
public struct PluginInspection: Sendable, Hashable {
    public let file: PluginFile
    public let descriptor: PluginDescriptor
}
