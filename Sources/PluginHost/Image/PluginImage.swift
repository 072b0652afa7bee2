internal import CPluginABI
internal import CPluginSystem
internal import Glibc
internal import Hashing
internal import ReleaseModel

/// A plugin's shared object in this process. It is never unloaded: a Swift image cannot be.
///
/// What is hashed is what runs: the file is read once into memory, copied to an anonymous file that is then sealed against every change,
/// and the copy is loaded. A file that is exchanged or overwritten after the check, even in place, changes nothing.
struct PluginImage: Sendable {
    let name: String
    let kind: String
    let sha256: SHA256Digest
    /// Address of the `tidegate_plugin` table, which lives as long as the process.
    private let table: UInt

    /// - Parameter expected: the pinned digest; nil when the content itself is being examined.
    /// - Throws: `forbidden` for another content than pinned, `versionMismatch` for another version of the boundary, `pluginFailed` for
    ///   what cannot be loaded or says something else about itself.
    init(path: String, name: String, expecting expected: SHA256Digest?) throws(ReleaseError) {
        let content = try PluginContent(path: path)
        let digest = SHA256Digest(of: content.bytes)
        if let expected, expected != digest { throw PluginPin.mismatch(path: content.path, name: name, found: digest, pinned: expected) }
        let image = try Self.load(content, name: name)
        guard let symbol = dlsym(image, "tidegate_plugin_\(name)") else {
            throw ReleaseError(
                .pluginFailed, "it does not export tidegate_plugin_\(name)", place: content.path,
                advice: "the file's name must be that of the plugin: lib<Name>.so exports tidegate_plugin_<Name>")
        }
        typealias Entry = @convention(c) () -> UnsafeRawPointer?
        guard let pointer = unsafeBitCast(symbol, to: Entry.self)() else {
            throw ReleaseError(.pluginFailed, "tidegate_plugin_\(name) returned nothing", place: content.path)
        }
        try Self.checkLayout(pointer, place: content.path)
        let plugin = pointer.assumingMemoryBound(to: tidegate_plugin.self).pointee
        guard let namePointer = plugin.name, let kindPointer = plugin.kind, plugin.call != nil, plugin.release != nil else {
            throw ReleaseError(.pluginFailed, "its table lacks name, kind, call or release", place: content.path)
        }
        let declaredName = String(cString: namePointer)
        guard declaredName == name else {
            throw ReleaseError(.pluginFailed, "it calls itself \(declaredName.prefix(100)), its file \(name)", place: content.path)
        }
        self.name = name
        kind = String(cString: kindPointer)
        sha256 = digest
        table = UInt(bitPattern: pointer)
    }

    /// The version and the size stand first in every version of the table and are read before anything else in it.
    private static func checkLayout(_ pointer: UnsafeRawPointer, place: String) throws(ReleaseError) {
        let version = pointer.load(as: UInt32.self)
        guard version == TIDEGATE_PLUGIN_ABI_VERSION else {
            throw ReleaseError(
                .versionMismatch,
                "it speaks version \(version) of the plugin boundary, this Tidegate version \(TIDEGATE_PLUGIN_ABI_VERSION)",
                place: place, advice: "build the plugin against the PluginKit of this Tidegate")
        }
        let size = pointer.load(fromByteOffset: 4, as: UInt32.self)
        guard size == MemoryLayout<tidegate_plugin>.size else {
            throw ReleaseError(
                .versionMismatch, "its table has \(size) bytes, \(MemoryLayout<tidegate_plugin>.size) are expected", place: place,
                advice: "build the plugin against the PluginKit of this Tidegate")
        }
    }

    private static func load(_ content: PluginContent, name: String) throws(ReleaseError) -> UnsafeMutableRawPointer {
        let descriptor = content.bytes.withUnsafeBytes { tidegate_sealed_copy("lib\(name).so", $0.baseAddress, $0.count) }
        guard descriptor >= 0 else {
            throw ReleaseError(
                .unavailable, "no sealed copy could be made: \(String(cString: strerror(-descriptor)))", place: content.path)
        }
        // The descriptor stays open: the loader knows images by path, and a second plugin at the same number would be taken for the first.
        guard let image = dlopen("/proc/self/fd/\(descriptor)", RTLD_NOW | RTLD_LOCAL) else {
            let reason = dlerror().map { String(cString: $0) } ?? "no reason given"
            close(descriptor)
            throw ReleaseError(.pluginFailed, "it cannot be loaded: \(reason)", place: content.path)
        }
        return image
    }

    struct Answer {
        /// TIDEGATE_OK, TIDEGATE_FAILED, ...
        let status: UInt32
        let bytes: [UInt8]
    }

    /// Asks the plugin and waits for the answer, however long it takes.
    func call(_ operation: UInt32, _ payload: [UInt8], milliseconds: UInt32) -> Answer {
        let plugin = pointer.pointee
        var output: UnsafeMutablePointer<UInt8>?
        var length = 0
        let status = payload.withUnsafeBufferPointer {
            plugin.call(plugin.context, operation, $0.baseAddress, $0.count, &output, &length, milliseconds)
        }
        defer { if let output { plugin.release(output) } }
        guard status >= 0, status <= Int32(TIDEGATE_BAD_ARGUMENT) else { return .failure("it returned the unknown status \(status)") }
        guard length >= 0, length <= Frame.maximumPayload else {
            return .failure("its answer has \(UInt(bitPattern: length)) bytes, more than \(Frame.maximumPayload)")
        }
        return Answer(status: UInt32(status), bytes: Array(UnsafeBufferPointer(start: output, count: output == nil ? 0 : length)))
    }

    var pointer: UnsafePointer<tidegate_plugin> { UnsafePointer(bitPattern: table)! }
}
