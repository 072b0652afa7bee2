internal import CPluginSystem
internal import Glibc
internal import ReleaseModel

/// The bytes of a plugin's file, read once. What is hashed and what is loaded are both made of these.
struct PluginContent {
    /// With symbolic links resolved.
    let path: String
    let bytes: [UInt8]

    /// - Throws: `notFound`, `forbidden` when anybody may write to the file or a folder above it, `limitExceeded`.
    init(path: String) throws(ReleaseError) {
        let resolved = try PluginFolder.resolved(path, what: "the plugin's file")
        try PluginFolder.checkNotWorldWritable(resolved)
        let descriptor = open(resolved, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard descriptor >= 0 else {
            throw ReleaseError(.notFound, "the plugin's file cannot be opened: \(String(cString: strerror(errno)))", place: resolved)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw ReleaseError(.invalidInput, "a plugin is a regular file", place: resolved)
        }
        let size = Int(status.st_size)
        guard size <= PluginFolder.maximumFileBytes else {
            throw ReleaseError(
                .limitExceeded, "a plugin has at most \(PluginFolder.maximumFileBytes) bytes, this file has \(size)", place: resolved)
        }
        self.path = resolved
        bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            while initialized < size {
                let count = read(descriptor, buffer.baseAddress! + initialized, size - initialized)
                if count < 0, errno == EINTR { continue }
                if count <= 0 { break }
                initialized += count
            }
        }
        guard bytes.count == size else { throw ReleaseError(.unavailable, "the plugin's file changed while it was read", place: resolved) }
    }

    /// True when the file is an ELF object that names the exporting function of the plugin, as its symbol table then must.
    func exportsPlugin(named name: String) -> Bool {
        guard bytes.starts(with: [0x7F, 0x45, 0x4C, 0x46]) else { return false }
        let symbol = [0] + Array("tidegate_plugin_\(name)".utf8) + [0]
        return tidegate_contains(bytes, bytes.count, symbol, symbol.count) == 1
    }
}
