import EdgeService
import Foundation
import Logging
import ReleaseModel

/// The decision service in a process of its own, so that its processor time can be told apart: this program, called with `serve-edge`.
final class EdgeProcess {
    static let command = "serve-edge"
    private let port: Int
    private var process: Process?

    init() throws { port = try Child.freePort() }

    var url: String { "http://127.0.0.1:\(port)" }
    var processes: [Int32] { process.map { [$0.processIdentifier] } ?? [] }

    /// Starts it over a folder of plans, which is made, and waits until it answers.
    func start(plans: String) throws {
        try FileManager.default.createDirectory(atPath: plans, withIntermediateDirectories: true)
        let process = Process()
        process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
        process.arguments = [Self.command, plans, "\(port)"]
        try process.run()
        self.process = process
        let end = ContinuousClock.now + .seconds(20)
        while true {
            let answer = try Child.run(
                "/usr/bin/curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "\(url)/healthz"], seconds: 5)
            if answer.output == "200" { return }
            guard ContinuousClock.now < end, process.isRunning else {
                throw NginxProcess.Failure(description: "the edge does not answer: \(answer.output)")
            }
            usleep(20_000)
        }
    }

    /// What `serve-edge PLANS PORT` does: serves until the process is ended.
    static func serve(_ arguments: [String]) throws -> Never {
        guard arguments.count == 2, let port = Int(arguments[1]), (1...65_535).contains(port) else {
            throw BenchmarkOptions.Refusal(problem: "\(command) takes a folder and a port")
        }
        let plans = arguments[0]
        Task {
            var logger = Logger(label: "edge")
            logger.logLevel = .error
            do {
                let server = try await EdgeServer.start(
                    EdgeConfiguration(plans: plans, port: port, threads: 1), logger: logger,
                    now: { Timestamp(seconds: Date().timeIntervalSince1970) })
                while !Task.isCancelled { try await Task.sleep(for: .seconds(3600)) }
                await server.shutDown()
            } catch {
                FileHandle.standardError.write(Data("\(error)\n".utf8))
                exit(1)
            }
        }
        dispatchMain()
    }

    deinit {
        process?.terminate()
        process?.waitUntilExit()
    }
}
