import Foundation
import ReleaseModel
import ReleaseStore
import Testing

/// Pushes by the encoders that shippers use: the protobuf library with Snappy as promtail and Alloy send it, and OpenTelemetry's exporter.
@Suite struct ShipperTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

    /// Runs a program to its end and returns what it printed.
    private static func run(_ program: String, _ arguments: [String]) async throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardInput = FileHandle.nullDevice
        return try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { process in
                let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
                continuation.resume(returning: (process.terminationStatus, text.trimmingCharacters(in: .whitespacesAndNewlines)))
            }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
    }

    @Test(arguments: [("promtail", "204"), ("otlp", "SUCCESS"), ("otlp-json", "200")])
    func pushesAreCounted(kind: String, answer: String) async throws {
        let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent().path
        let python = try await Self.run("/usr/bin/env", ["bash", "\(root)/scripts/shippers-venv"])
        try #require(python.status == 0, "\(python.output)")
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let now = try await server.store.now()
            let token = try #require(server.tokens[.intake])
            let pushed = try await Self.run(python.output, [Self.folder.path + "/Shippers/push.py", kind, server.url, token, "3"])
            #expect(pushed.output == answer)
            let counts = try await server.counts(atLeast: 3, after: now)
            #expect(counts.reduce(0) { $0 + $1.count.count } == 3)
            #expect(Set(counts.map(\.count.instance)) == ["i-1"])
            #expect(counts.allSatisfy { $0.count.severity == .error })
            #expect(!counts.contains { ($0.count.text + ($0.count.sample ?? "")).contains("4111111111111111") })
        }
    }

    @Test func aTokenThatMayNotPushIsRefused() async throws {
        let root = Self.folder.deletingLastPathComponent().deletingLastPathComponent().path
        let python = try await Self.run("/usr/bin/env", ["bash", "\(root)/scripts/shippers-venv"])
        try await RunningServer.run { (server: RunningServer) async throws -> Void in
            let token = try #require(server.tokens[.auditor])
            let pushed = try await Self.run(python.output, [Self.folder.path + "/Shippers/push.py", "promtail", server.url, token, "1"])
            #expect(pushed.output == "403")
        }
    }
}
