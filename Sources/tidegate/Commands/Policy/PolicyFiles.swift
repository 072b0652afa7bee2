import Foundation
import ReleaseModel
import RolloutScripts

/// Files and folders that a person names: folders give every file of a kind in them and below, in the order of their names.
enum PolicyFiles {
    /// More than this under one folder is more than anybody meant.
    static let maximumFiles = 10_000

    /// - Throws: `notFound` for a path that is not there, and for a folder without such files.
    static func files(_ paths: [String], extensions: Set<String>) throws(ReleaseError) -> [String] {
        var files: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            if path == "-" {
                files.append(path)
                continue
            }
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw ReleaseError(.notFound, "there is no such file or folder", place: path, advice: "check the path")
            }
            guard isFolder.boolValue else {
                files.append(path)
                continue
            }
            let found = (FileManager.default.enumerator(atPath: path)?.compactMap { $0 as? String } ?? []).filter {
                extensions.contains(($0 as NSString).pathExtension)
            }.sorted()
            let kinds = extensions.sorted().map { ".\($0)" }.joined(separator: " or ")
            guard !found.isEmpty else { throw ReleaseError(.notFound, "the folder holds no \(kinds) file", place: path) }
            files += found.map { (path as NSString).appendingPathComponent($0) }
            guard files.count <= maximumFiles else {
                throw ReleaseError(.limitExceeded, "more than \(maximumFiles) files", place: path, advice: "name a smaller folder")
            }
        }
        return files
    }

    /// The policy that a script names: a path relative to the script, a file `NAME.yaml` or `NAME/policy.yaml` beside it, or a policy
    /// that comes with the program. `policy` alone beside the script is for scripts that lie with their policy.
    static func policy(_ name: String, beside folder: String) throws -> Script.PolicyText {
        let isPath = name.contains("/") || name.hasSuffix(".yaml") || name.hasSuffix(".yml")
        let candidates = isPath ? [name] : ["\(name).yaml", "\(name)/policy.yaml"]
        for candidate in candidates {
            let path = candidate.hasPrefix("/") ? candidate : (folder as NSString).appendingPathComponent(candidate)
            guard FileManager.default.fileExists(atPath: path) else { continue }
            return Script.PolicyText(text: try InputFile(path).text(), file: path)
        }
        if !isPath, let text = try? ShippedPolicy.text(named: name) {
            return Script.PolicyText(text: text, file: "policies/\(name)/policy.yaml")
        }
        throw ReleaseError(
            .notFound,
            isPath
                ? "there is no policy \(name) beside the script"
                : "there is no policy '\(name)': neither \(name).yaml nor \(name)/policy.yaml beside the script, and none comes with the program by that name"
        )
    }
}
