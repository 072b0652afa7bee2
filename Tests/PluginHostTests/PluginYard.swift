import Foundation
import Hashing
import Logging
import PluginHost
import PluginKit
import ReleaseModel
import Synchronization
import Testing

/// A temporary plugin folder with the test plugins of this package in it, each under its own name, and a host that loads them.
final class PluginYard: Sendable {
    static let swiftPlugins = ["EchoScore", "TroubleScore", "EchoTable", "GreedyTable", "EchoPlane", "EchoMetrics", "MemoryRatio"]

    let folder: String
    let host: PluginHost
    let log: LogRecord
    let logger: Logger

    /// - Parameter plugins: what lies in the folder; names of Swift test plugins, everything else from the hostile ones.
    init(
        _ plugins: [String] = [], limits: PluginLimits = PluginLimits(), clock: HostClock = .continuous, runner: String? = nil,
        passing environment: [String: String] = [:]
    ) throws {
        folder = FileManager.default.temporaryDirectory.path + "/tidegate-plugins-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
        log = LogRecord()
        let log = log
        let logger = Logger(label: "test") { _ in RecordingHandler(record: log) }
        self.logger = logger
        host = PluginHost(
            folder: folder, runner: runner, passing: environment, limits: limits, clock: clock,
            logger: logger)
        for plugin in plugins { try add(plugin) }
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The folder of this test run's products.
    static var products: String {
        let executable = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (executable as NSString).deletingLastPathComponent
    }

    static var runner: String { products + "/" + PluginHost.runnerName }

    static func library(of plugin: String) -> String {
        products + (swiftPlugins.contains(plugin) ? "/libfixture-SwiftPlugins.so" : "/libfixture-HostilePlugins.so")
    }

    func path(_ plugin: String) -> String { folder + "/lib\(plugin).so" }

    func add(_ plugin: String) throws {
        try FileManager.default.copyItem(atPath: Self.library(of: plugin), toPath: path(plugin))
    }

    /// Pins for everything that is found.
    func pins(trusted: Bool = false) throws -> [PluginPin] {
        try host.find().map { PluginPin(name: $0.name, sha256: $0.sha256, version: "1", trusted: trusted) }
    }

    /// Loads everything that is found, and hands out one plugin.
    func load(_ plugin: String, trusted: Bool = false) async throws -> PluginHandle {
        await host.load(try pins(trusted: trusted))
        return try host.plugin(plugin)
    }
}

/// What was logged.
final class LogRecord: Sendable {
    private let storage = Mutex<[String]>([])

    var lines: [String] { storage.withLock { $0 } }

    func append(_ line: String) { storage.withLock { $0.append(line) } }
}

struct RecordingHandler: LogHandler {
    let record: LogRecord
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    init(record: LogRecord) { self.record = record }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) { record.append("\(event.message)") }
}

/// A clock that moves when told.
final class ManualClock: Sendable {
    private let offset = Mutex(Duration.zero)
    private let start = ContinuousClock.now

    var clock: HostClock { HostClock { [self] in start + offset.withLock { $0 } } }

    func advance(by duration: Duration) { offset.withLock { $0 += duration } }
}

/// Waits until a condition about real processes holds, for at most a minute.
func eventually(_ what: Comment, _ condition: () throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < deadline {
        if try condition() { return }
        try await Task.sleep(for: .milliseconds(5))
    }
    Issue.record(what)
}

/// The request to evaluate one release whose configuration says what to do.
func request(_ task: String = "nothing", releases: [String] = ["r-1"], service: String = "s", echo: [Double] = [], mark: Bool = false)
    -> EvaluateRequest
{
    let time = Timestamp(microseconds: 1_000_000)
    return EvaluateRequest(
        inputs: releases.map { release in
            EvaluationInput(
                release: release, service: service, configuration: ["do": .string(task), "scale": 1], state: nil, arms: [],
                samples: echo.map { Sample(metric: "echo", arm: Arm.canary, instance: "i", time: time, value: .gauge($0)) }, logs: [],
                problems: [], windowStart: time, windowEnd: time, warmUp: .zero, mark: mark ? time : nil, baking: false)
        })
}

/// The error that a call threw; records an issue when it threw none.
func failure<Value>(_ body: () async throws(ReleaseError) -> Value) async -> ReleaseError? {
    do throws(ReleaseError) {
        let value = try await body()
        Issue.record("nothing was thrown, but \(value) returned")
        return nil
    } catch {
        return error
    }
}

func isAlive(_ pid: Int32) -> Bool {
    guard let status = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    // The state stands after the name in brackets; a zombie has ended.
    return !(status.split(separator: ")").last?.hasPrefix(" Z") ?? true)
}
