import Foundation

/// A program that runs to its end, within a time.
enum Child {
    /// Standard output and error together. They go to a file: a program that leaves a daemon behind, as nginx does, would hold a pipe open.
    static func run(_ program: String, _ arguments: [String], seconds: Int) throws -> (status: Int32, output: String) {
        let path = "/tmp/tidegate-bench-\(UUID().uuidString.prefix(8).lowercased()).out"
        guard FileManager.default.createFile(atPath: path, contents: nil), let output = FileHandle(forWritingAtPath: path) else {
            throw NginxProcess.Failure(description: "\(path) cannot be written")
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["\(seconds)", program] + arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        process.waitUntilExit()
        return (process.terminationStatus, try String(contentsOfFile: path, encoding: .utf8))
    }

    /// A TCP port on loopback that nobody listened on a moment ago, below those of outgoing connections.
    static func freePort() throws -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 10_000..<32_000)
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            defer { close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            address.sin_port = UInt16(port).bigEndian
            let isFree = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
                }
            }
            if isFree { return port }
        }
        throw NginxProcess.Failure(description: "no free port")
    }
}
