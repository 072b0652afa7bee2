import Foundation

/// A certificate for 127.0.0.1, signed by an authority of its own, in a directory that `remove` takes away again.
struct TestAuthority {
    let authority: String
    let certificate: String
    let key: String
    private let directory: String

    init() throws {
        directory = "/tmp/tidegate-authority-\(UUID().uuidString)"
        (authority, certificate, key) = (directory + "/authority.pem", directory + "/certificate.pem", directory + "/key.pem")
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
        try run(
            ["req", "-x509"] + curve + ["-days", "2", "-subj", "/CN=authority", "-keyout", directory + "/authority.key", "-out", authority])
        try run(["req"] + curve + ["-subj", "/CN=tidegate-test", "-keyout", key, "-out", directory + "/request.pem"])
        try "subjectAltName=IP:127.0.0.1\n".write(toFile: directory + "/names", atomically: true, encoding: .utf8)
        try run([
            "x509", "-req", "-in", directory + "/request.pem", "-CA", authority, "-CAkey", directory + "/authority.key", "-CAcreateserial",
            "-days", "2", "-extfile", directory + "/names", "-out", certificate,
        ])
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }

    private func run(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw POSIXError(.EINVAL) }
    }
}
