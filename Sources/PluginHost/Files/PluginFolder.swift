internal import Foundation
internal import Glibc
internal import Hashing
internal import ReleaseModel

/// A folder of plugins, and what makes a file in it fit to be loaded.
struct PluginFolder {
    /// Larger files are refused before they are read.
    static let maximumFileBytes = 256 * 1024 * 1024
    /// More entries than this are no plugin folder.
    static let maximumEntries = 10_000

    let path: String

    struct Finding {
        let name: String
        let path: String
        let file: Result<PluginFile, ReleaseError>
    }

    /// Every `lib<Name>.so` that exports `tidegate_plugin_<Name>`, by name; a file that must not be loaded stands there with the reason.
    ///
    /// Files are read and hashed; no code in them runs.
    func plugins() throws(ReleaseError) -> [Finding] {
        let folder = try Self.resolved(path, what: "the plugin folder")
        try Self.checkNotWorldWritable(folder)
        let entries: [String]
        do {
            entries = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw ReleaseError(
                .notFound, "the plugin folder cannot be read", place: folder, advice: "name another folder with --plugins DIR")
        }
        guard entries.count <= Self.maximumEntries else {
            throw ReleaseError(
                .limitExceeded, "a plugin folder has at most \(Self.maximumEntries) entries, this one has \(entries.count)", place: folder)
        }
        return entries.sorted().compactMap { entry in
            guard let name = Self.pluginName(ofFile: entry) else { return nil }
            let path = folder + "/" + entry
            do throws(ReleaseError) {
                let content = try PluginContent(path: path)
                guard content.exportsPlugin(named: name) else { return nil }
                return Finding(
                    name: name, path: content.path,
                    file: .success(PluginFile(name: name, path: content.path, sha256: SHA256Digest(of: content.bytes))))
            } catch {
                return Finding(name: name, path: path, file: .failure(error))
            }
        }
    }

    /// `<Name>` when the file is called `lib<Name>.so` and `<Name>` is a name, else nil.
    static func pluginName(ofFile file: String) -> String? {
        guard file.hasPrefix("lib"), file.hasSuffix(".so"), file.utf8.count > 6 else { return nil }
        let name = String(file.dropFirst(3).dropLast(3))
        return Name.problem(with: name) == nil ? name : nil
    }

    static func resolved(_ path: String, what: String) throws(ReleaseError) -> String {
        guard let resolved = realpath(path, nil) else {
            throw ReleaseError(.notFound, "\(what) does not exist or cannot be reached", place: path)
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Refuses a file or folder that anybody may write to, and one below a folder where anybody may replace it.
    ///
    /// A sticky folder (/tmp) is allowed further up, because there nobody can rename what is not theirs.
    static func checkNotWorldWritable(_ resolved: String) throws(ReleaseError) {
        try checkMode(of: resolved, allowingSticky: false)
        var folder = parent(of: resolved)
        var allowsSticky = isFolder(resolved)
        while true {
            try checkMode(of: folder, allowingSticky: allowsSticky)
            if folder == "/" { return }
            folder = parent(of: folder)
            allowsSticky = true
        }
    }

    private static func checkMode(of path: String, allowingSticky: Bool) throws(ReleaseError) {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw ReleaseError(.notFound, "cannot be examined: \(String(cString: strerror(errno)))", place: path)
        }
        let isSafe = status.st_mode & S_IWOTH == 0 || allowingSticky && status.st_mode & S_ISVTX != 0
        guard isSafe else {
            throw ReleaseError(
                .forbidden, "everybody may write to it, so that anybody could replace a plugin", place: path,
                advice: "chmod o-w '\(path)'")
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}
