import Foundation

/// A script for wrk, removed with its owner.
final class ScriptFile {
    let path = "/tmp/tidegate-bench-\(UUID().uuidString.prefix(8).lowercased()).lua"

    init(_ text: String) throws { try Data(text.utf8).write(to: URL(filePath: path)) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
