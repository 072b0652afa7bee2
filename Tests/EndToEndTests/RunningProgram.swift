import Foundation
import Synchronization

/// A program of this package as a user runs it: started, read, waited for, killed.
final class RunningProgram: Sendable {
    /// The folder of this build's products.
    static let products = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path

    private let process: Process
    private let output = Mutex("")
    private let errors = Mutex("")

    init(_ arguments: [String], program: String = "tidegate", environment: [String: String] = [:]) throws {
        process = Process()
        process.executableURL = URL(filePath: program.hasPrefix("/") ? program : "\(Self.products)/\(program)")
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        process.standardInput = FileHandle.nullDevice
        let (out, err) = (Pipe(), Pipe())
        process.standardOutput = out
        process.standardError = err
        out.fileHandleForReading.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil } else { output.withLock { $0 += String(decoding: data, as: UTF8.self) } }
        }
        err.fileHandleForReading.readabilityHandler = { [self] handle in
            let data = handle.availableData
            if data.isEmpty { handle.readabilityHandler = nil } else { errors.withLock { $0 += String(decoding: data, as: UTF8.self) } }
        }
        try process.run()
    }

    var pid: Int32 { process.processIdentifier }
    var isRunning: Bool { process.isRunning }
    var standardOutput: String { output.withLock { $0 } }
    var standardError: String { errors.withLock { $0 } }

    func signal(_ number: Int32) { if process.isRunning { kill(process.processIdentifier, number) } }

    /// Waits until the program has ended.
    ///
    /// - Returns: its exit code; 128 and the signal's number where a signal ended it.
    @discardableResult
    func end(within limit: Duration = .seconds(60)) async throws -> Int32 {
        try await Deadline.wait(limit, for: "the end of \(process.arguments?.first ?? "")") { !self.process.isRunning }
        return process.terminationReason == .uncaughtSignal ? 128 + process.terminationStatus : process.terminationStatus
    }

    /// Runs a program to its end.
    static func run(
        _ arguments: [String], program: String = "tidegate", environment: [String: String] = [:], within limit: Duration = .seconds(60)
    ) async throws -> (code: Int32, output: String, errors: String) {
        let program = try RunningProgram(arguments, program: program, environment: environment)
        let code = try await program.end(within: limit)
        return (code, program.standardOutput, program.standardError)
    }
}

/// Polling of real processes, with an end.
enum Deadline {
    struct Missed: Error, CustomStringConvertible {
        var description: String
    }

    static func wait(_ limit: Duration, for what: String, until condition: () async throws -> Bool) async throws {
        let end = ContinuousClock.now + limit
        while try await !condition() {
            guard ContinuousClock.now < end else { throw Missed(description: "\(what) did not come within \(limit)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }
}
