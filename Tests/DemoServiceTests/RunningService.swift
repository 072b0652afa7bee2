import Foundation
import HTTPClient

/// A running instance of the demo's service: the real executable, ended when the test ends.
final class RunningService {
    struct Ready: Decodable {
        var port: Int
        var pid: Int32
        var revision: String
    }

    /// It ended without serving.
    struct NotServing: Error {
        var status: Int32
    }

    let process = Process()
    let ready: Ready
    private let client = HTTPClient()

    init(_ arguments: [String] = []) throws {
        let output = Pipe()
        process.executableURL = Self.bundleFolder.appendingPathComponent("tidegate-demo-service")
        process.arguments = ["--revision", "v42", "--instance", "canary-1", "--quiet"] + arguments
        process.standardOutput = output
        try process.run()
        guard let line = Self.firstLine(output.fileHandleForReading) else {
            process.waitUntilExit()
            throw NotServing(status: process.terminationStatus)
        }
        ready = try JSONDecoder().decode(Ready.self, from: line)
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
    }

    func get(_ path: String, method: HTTPMethod = .get, headers: [HTTPHeader] = []) async throws -> HTTPResponse {
        try await client.send(HTTPRequest(method, "http://127.0.0.1:\(ready.port)\(path)", headers: headers, timeout: .seconds(5)))
    }

    /// The exit status after `signal`, or nil when it does not end within five seconds.
    func end(_ signal: Int32) -> Int32? {
        kill(process.processIdentifier, signal)
        return awaitExit()
    }

    func awaitExit() -> Int32? {
        let deadline = ContinuousClock.now + .seconds(5)
        while process.isRunning, .now < deadline { usleep(10_000) }
        return process.isRunning ? nil : process.terminationStatus
    }

    /// `swift test` runs the bundle's own executable, or a helper that is given the bundle's path.
    private static var bundleFolder: URL {
        let candidates = [URL(fileURLWithPath: CommandLine.arguments[0]), URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()]
        let folders = candidates.map { $0.deletingLastPathComponent() }
        return folders.first { FileManager.default.isExecutableFile(atPath: $0.appendingPathComponent("tidegate-demo-service").path) }
            ?? folders[0]
    }

    private static func firstLine(_ handle: FileHandle) -> Data? {
        var line = Data()
        while let byte = try? handle.read(upToCount: 1), !byte.isEmpty {
            if byte[byte.startIndex] == 10 { return line }
            line.append(byte)
        }
        return nil
    }
}
