internal import Foundation
internal import Glibc
public import PluginKit
internal import ReleaseModel

/// A scoring plugin that does on demand what a plugin must not do: the setting `do` names it.
public struct TroubleScore: EvaluatorPlugin {
    public static let descriptor = PluginDescriptor(
        name: "TroubleScore", alias: "trouble", kind: .scoring, version: "0.1", summary: "Misbehaves on demand.",
        settings: [SettingDescriptor("do", .string, default: "nothing", summary: "what to do wrong")],
        signals: [
            SignalDescriptor(name: "first", kind: .number, minimum: 0, maximum: 100, worse: .lower, summary: "a figure"),
            SignalDescriptor(name: "second", kind: .bool, worse: .true, summary: "an answer"),
        ])

    public init() {}

    public func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse {
        let task = request.inputs.first?.configuration["do"]?.string ?? "nothing"
        switch task {
        case "crash": fatalError("crashed as asked")
        case "exit": exit(3)
        case "stall": while true { sleep(1000) }
        case "throw": throw PluginFailure(code: "asked", reason: "threw as asked")
        case "throw other": throw CocoaError(.fileNoSuchFile)
        case "print": print("to the log, and not between the frames")
        case "print much": for line in 0..<100_000 { print("line", line) }
        case "write garbage": Self.write(Array("this is no frame, and it is long enough to be taken for one".utf8))
        case "write oversize": Self.write([0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0, 0, 1, 0, 0, 0])
        case "answer garbage": return EvaluateResponse(outputs: [])
        case "big answer":
            let blob = JSONValue.string(String(repeating: "x", count: 17 << 20))
            return EvaluateResponse(outputs: [EvaluationOutput(release: "big", signals: [], state: blob)])
        case "eat memory":
            var hoard: [[UInt8]] = []
            while hoard.count < 100_000 { hoard.append([UInt8](repeating: 1, count: 64 << 20)) }
        case "close": for descriptor in Int32(3)..<64 { close(descriptor) }
        case "leave child": try Self.leaveChild(noting: request.inputs[0].service)
        default: break
        }
        return EvaluateResponse(outputs: request.inputs.map { Self.output($0, task) })
    }

    private static func output(_ input: EvaluationInput, _ task: String) -> EvaluationOutput {
        var first = SignalReading.number(50)
        var second = SignalReading.bool(false)
        var state: JSONValue = ["calls": 1]
        switch task {
        case "nan": first = .number(.nan)
        case "infinity": first = .number(.infinity)
        case "out of range": first = .number(101)
        case "wrong kind": second = .number(1)
        case "big state": state = .string(String(repeating: "x", count: 2 << 20))
        case "environment":
            state = .array(ProcessInfo.processInfo.environment.keys.sorted().map { .string($0) })
        case "descriptors":
            let open = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
            let links = open.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)") }
            state = .array(links.sorted().map { .string($0) })
        default: break
        }
        var signals = [Signal(name: "second", reading: second), Signal(name: "first", reading: first, evidence: ["nan": .number(.nan)])]
        if task == "leave out" { signals.removeFirst() }
        if task == "repeat" { signals.append(signals[0]) }
        if task == "unknown" { signals.append(Signal(name: "third", reading: .bool(false))) }
        let release = task == "other release" ? "somebody-else-1" : input.release
        return EvaluationOutput(release: release, signals: signals, state: state)
    }

    /// To every descriptor that may be the stream of frames.
    private static func write(_ bytes: [UInt8]) {
        for descriptor in Int32(3)..<64 { _ = Glibc.write(descriptor, bytes, bytes.count) }
    }

    /// Starts a process that outlives the call, and notes its id in a file.
    private static func leaveChild(noting path: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sleep")
        process.arguments = ["1000"]
        try process.run()
        try Data("\(process.processIdentifier)".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    }
}

@_cdecl("tidegate_plugin_TroubleScore")
public func tidegatePluginTroubleScore() -> UnsafeRawPointer { PluginEntry.export(TroubleScore.self) }
