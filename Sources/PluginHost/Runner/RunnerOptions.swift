internal import Hashing

/// The arguments of `tidegate-plugin-runner`. No secret is among them.
struct RunnerOptions {
    var path: String
    var name: String
    var sha256: SHA256Digest
    /// The process with which the child ends.
    var parent: Int32
    var addressSpace: UInt64
    var openFiles: UInt64

    init(path: String, name: String, sha256: SHA256Digest, parent: Int32, addressSpace: UInt64, openFiles: UInt64) {
        self.path = path
        self.name = name
        self.sha256 = sha256
        self.parent = parent
        self.addressSpace = addressSpace
        self.openFiles = openFiles
    }

    /// Nil unless every option is there once and well-formed.
    init?(_ arguments: [String]) {
        guard arguments.count == 12 else { return nil }
        var values: [String: String] = [:]
        for index in stride(from: 0, to: arguments.count, by: 2) { values[arguments[index]] = arguments[index + 1] }
        guard let path = values["--path"], let name = values["--name"], let digest = values["--sha256"].flatMap({ SHA256Digest(hex: $0) }),
            let parent = values["--parent"].flatMap({ Int32($0) }), let space = values["--address-space"].flatMap({ UInt64($0) }),
            let files = values["--open-files"].flatMap({ UInt64($0) })
        else { return nil }
        self.init(path: path, name: name, sha256: digest, parent: parent, addressSpace: space, openFiles: files)
    }

    var arguments: [String] {
        [
            "--path", path, "--name", name, "--sha256", sha256.hex, "--parent", "\(parent)", "--address-space", "\(addressSpace)",
            "--open-files", "\(openFiles)",
        ]
    }
}
