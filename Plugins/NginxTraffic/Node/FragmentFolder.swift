internal import Foundation
internal import PluginKit

/// The folder of generated files of one nginx.
///
/// ```
/// http/_tidegate.conf          the status port's default server; the name is no service's
/// http/<service>.conf          what nginx includes at http level
/// locations/<service>.conf     what the service's location includes
/// grpc/<service>.conf          the same for a location that speaks gRPC
/// servers/<service>.conf       what the server of the location includes; only with an edge
/// edge/<service>.json          the traffic plan that `tidegate edge` reads; only with an edge
/// last-good/<service>.*.conf   what nginx took last, outside of every include
/// state/<service>.json         which releases this node has seen (fencing)
/// quarantine/...               refused files, each with nginx's words in a .error beside it
/// lock                         one writer at a time
/// ```
struct FragmentFolder: Sendable {
    /// A generated file is never larger; a larger one is not ours.
    static let maximumFileBytes = 4 << 20

    let path: String

    func file(_ kind: FragmentKind, _ service: String) -> String {
        switch kind {
        case .http: "\(path)/http/\(service).conf"
        case .location: "\(path)/locations/\(service).conf"
        case .grpc: "\(path)/grpc/\(service).conf"
        case .server: "\(path)/servers/\(service).conf"
        }
    }

    func planFile(_ service: String) -> String { "\(path)/edge/\(service).json" }
    func lastGoodPlan(_ service: String) -> String { "\(path)/last-good/\(service).plan.json" }

    var sharedFile: String { "\(path)/http/_tidegate.conf" }
    func lastGood(_ kind: FragmentKind, _ service: String) -> String { "\(path)/last-good/\(service).\(kind.rawValue).conf" }
    func stateFile(_ service: String) -> String { "\(path)/state/\(service).json" }
    func quarantine(_ kind: FragmentKind, _ service: String) -> String { "\(path)/quarantine/\(service).\(kind.rawValue).conf.quarantined" }

    func createFolders() throws(PluginFailure) {
        for name in ["http", "locations", "grpc", "servers", "edge", "last-good", "state", "quarantine"] {
            do {
                try FileManager.default.createDirectory(
                    atPath: "\(path)/\(name)", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            } catch {
                throw PluginFailure(code: "unwritable", reason: "the folder \(path)/\(name) cannot be made: \(error.localizedDescription)")
            }
        }
    }

    /// A file's text, or nil when there is none. What is not UTF-8 is repaired, so that it differs from what was written.
    func read(_ file: String) throws(PluginFailure) -> String? {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw PluginFailure(code: "unreadable", reason: "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = Glibc.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else {
                throw PluginFailure(code: "unreadable", reason: "\(file) cannot be read: \(String(cString: strerror(errno)))")
            }
            if count == 0 { return String(decoding: bytes, as: UTF8.self) }
            bytes.append(contentsOf: buffer[..<count])
            guard bytes.count <= Self.maximumFileBytes else {
                throw PluginFailure(code: "unreadable", reason: "\(file) is too large to be a fragment")
            }
        }
    }

    /// Puts a text in place at once: a temporary file, flushed to disk, takes the name; readers see the old file or the new one.
    func write(_ text: String, to file: String) throws(PluginFailure) {
        let temporary = "\(file).\(getpid()).tmp"
        func failure(_ step: String) -> PluginFailure {
            let reason = "\(file) cannot be \(step): \(String(cString: strerror(errno)))"
            unlink(temporary)
            return PluginFailure(code: "unwritable", reason: reason)
        }
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw failure("written") }
        var rest = ArraySlice(text.utf8)
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                close(descriptor)
                throw failure("written")
            }
            rest = rest.dropFirst(count)
        }
        let isFlushed = fchmod(descriptor, 0o644) == 0 && fsync(descriptor) == 0
        guard close(descriptor) == 0, isFlushed else { throw failure("flushed to disk") }
        guard rename(temporary, file) == 0 else { throw failure("put in place") }
        try flushFolder(of: file)
    }

    /// Makes a file hold a text, or none for nil; one that is as it should be is not touched.
    func put(_ text: String?, _ file: String) throws(PluginFailure) {
        let now = try read(file)
        if let text, now != text { try write(text, to: file) }
        if text == nil, now != nil { try remove(file) }
    }

    /// Removes a file; one that is not there is removed already.
    func remove(_ file: String) throws(PluginFailure) {
        guard unlink(file) == 0 || errno == ENOENT else {
            throw PluginFailure(code: "unwritable", reason: "\(file) cannot be removed: \(String(cString: strerror(errno)))")
        }
        try flushFolder(of: file)
    }

    private func flushFolder(of file: String) throws(PluginFailure) {
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.startIndex)])
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0, fsync(descriptor) == 0 else {
            throw PluginFailure(code: "unwritable", reason: "\(folder) cannot be flushed to disk: \(String(cString: strerror(errno)))")
        }
        close(descriptor)
    }

    /// The services that have a fragment, in the order of their names.
    func services() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/http")) ?? []
        return names.filter { $0.hasSuffix(".conf") && $0 != "_tidegate.conf" }.map { String($0.dropLast(".conf".count)) }.sorted()
    }
}
