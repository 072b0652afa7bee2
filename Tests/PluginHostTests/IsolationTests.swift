import Foundation
import Glibc
import PluginHost
import PluginKit
import ReleaseModel
import Testing

@Suite(.serialized) struct IsolationTests {
    /// What each misbehaviour costs: the call in flight, and nothing else. The process is started again, and another plugin notices nothing.
    @Test(arguments: [
        ("crash", ReleaseError.Code.pluginFailed, "signal"),
        ("exit", .pluginFailed, "ended with status 3"),
        ("stall", .timedOut, "no answer in time"),
        ("write garbage", .pluginFailed, "its process was ended"),
        ("write oversize", .pluginFailed, "announced an answer of 2147483647 bytes"),
        ("close", .pluginFailed, "its process"),
        ("eat memory", .pluginFailed, "its process"),
    ])
    func misbehaviourCostsTheCallInFlightOnly(task: String, code: ReleaseError.Code, reason: String) async throws {
        var limits = PluginLimits()
        limits.addressSpace = 1 << 30
        let yard = try PluginYard(["TroubleScore", "EchoScore"], limits: limits)
        let trouble = try await yard.load("trouble")
        let other = try yard.host.plugin("echo")
        let otherPID = other.processIdentifier
        let error = await failure { () async throws(ReleaseError) in
            try await trouble.evaluate(request(task), within: task == "stall" ? .seconds(1) : .seconds(60))
        }
        #expect(error?.code == code)
        #expect(error?.reason.contains(reason) ?? false, "\(String(describing: error))")
        #expect(error?.place == "plugin TroubleScore")
        #expect(try await other.evaluate(request(echo: [7])).outputs[0].signals[0].reading == .number(7))
        #expect(other.processIdentifier == otherPID)
        #expect(other.restarts == 0)
        // The next call waits for the restart.
        #expect(try await trouble.evaluate(request()).outputs[0].signals[0].reading == .number(50))
        #expect(trouble.restarts == 1)
        await yard.host.shutDown()
    }

    @Test func aKilledChildFailsTheCallAndComesBack() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        let pid = try #require(plugin.processIdentifier)
        async let inFlight = failure { () async throws(ReleaseError) in try await plugin.evaluate(request("stall"), within: .seconds(30)) }
        try await eventually("the call never reached the child") { try isSleeping(pid) }
        kill(pid, SIGKILL)
        let error = await inFlight
        #expect(error?.code == .pluginFailed)
        #expect(error?.reason.contains("signal 9") ?? false, "\(String(describing: error))")
        #expect(try await plugin.evaluate(request()).outputs[0].signals[0].reading == .number(50))
        #expect(plugin.processIdentifier != pid)
        await yard.host.shutDown()
    }

    @Test func aChildThatIsKilledWhileIdleComesBackByItself() async throws {
        let yard = try PluginYard(["EchoScore"])
        let plugin = try await yard.load("EchoScore")
        let pid = try #require(plugin.processIdentifier)
        kill(pid, SIGKILL)
        try await eventually("it was not started again") { plugin.restarts == 1 && plugin.processIdentifier != pid }
        #expect(plugin.state == .running)
        await yard.host.shutDown()
    }

    @Test(arguments: [("throw", "threw as asked (asked)"), ("throw other", "failed")])
    func aThrownErrorCostsNoProcess(task: String, reason: String) async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        let error = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request(task)) }
        #expect(error?.code == .pluginFailed)
        #expect(error?.reason.contains(reason) ?? false, "\(String(describing: error))")
        #expect(plugin.restarts == 0)
        #expect(plugin.state == .running)
        await yard.host.shutDown()
    }

    @Test func whatAPluginPrintsGoesToTheLog() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        #expect(try await plugin.evaluate(request("print")).outputs[0].signals[0].reading == .number(50))
        try await eventually("nothing was logged") { yard.log.lines.contains("to the log, and not between the frames") }
        await yard.host.shutDown()
    }

    @Test func aTalkativePluginDoesNotFloodTheLog() async throws {
        var limits = PluginLimits()
        limits.logLinesPerSecond = 10
        let yard = try PluginYard(["TroubleScore"], limits: limits)
        let plugin = try await yard.load("TroubleScore")
        _ = try await plugin.evaluate(request("print much"), within: .seconds(30))
        await yard.host.shutDown()
        #expect(yard.log.lines.filter { $0.hasPrefix("line ") }.count < 1000)
        #expect(yard.log.lines.contains("line 0"))
    }

    @Test func childrenGetAMinimalEnvironmentAndNoForeignDescriptors() async throws {
        let yard = try PluginYard(["TroubleScore"], passing: ["TIDEGATE_TEST_TOKEN": "x"])
        let plugin = try await yard.load("TroubleScore")
        let variables = try await plugin.evaluate(request("environment")).outputs[0].state
        #expect(variables == ["LANG", "PATH", "SWIFT_BACKTRACE", "TIDEGATE_TEST_TOKEN", "TZ"])
        let links = try await plugin.evaluate(request("descriptors")).outputs[0].state.array?.compactMap(\.string) ?? []
        // 0 is /dev/null; 1 and 2 the log; the stream of frames; the plugin's own image; and the folder that is being read.
        #expect(links.filter { $0 == "/dev/null" }.count == 1)
        #expect(links.filter { $0.hasPrefix("pipe:") }.count == 4)
        #expect(links.filter { $0.hasPrefix("/memfd:libTroubleScore.so") }.count == 1)
        #expect(
            links.allSatisfy { $0 == "/dev/null" || $0.hasPrefix("pipe:") || $0.hasPrefix("/memfd:") || $0.hasPrefix("/proc/") }, "\(links)"
        )
        await yard.host.shutDown()
    }

    @Test func childrenLeadTheirOwnSession() async throws {
        let yard = try PluginYard(["EchoScore"])
        let plugin = try await yard.load("EchoScore")
        let pid = try #require(plugin.processIdentifier)
        #expect(getsid(pid) == pid)
        let status = try String(contentsOfFile: "/proc/\(pid)/status", encoding: .utf8)
        #expect(status.contains("NoNewPrivs:\t1"))
        await yard.host.shutDown()
    }

    @Test func whatAPluginLeavesRunningEndsWithIt() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        let note = yard.folder + "/pid"
        _ = try await plugin.evaluate(request("leave child", service: note))
        let left = try #require(Int32(try String(contentsOfFile: note, encoding: .utf8)))
        #expect(isAlive(left))
        await yard.host.shutDown()
        try await eventually("the process that the plugin left lives on") { !isAlive(left) }
    }

    @Test func childrenEndWithTheirParent() async throws {
        let yard = try PluginYard(["EchoScore"])
        let file = try #require(try yard.host.find().first)
        // A shell stands for the host: it starts the runner with an input that stays open, notes its id, and is killed.
        let shell = Process()
        let note = yard.folder + "/pid"
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = [
            "-c",
            """
            exec 3<&0; '\(PluginYard.runner)' --path '\(file.path)' --name EchoScore --sha256 \(file.sha256) --parent $$ \
            --address-space 8589934592 --open-files 64 <&3 >/dev/null 2>&1 &
            echo $! > '\(note).new'; mv '\(note).new' '\(note)'; wait
            """,
        ]
        let input = Pipe()
        shell.standardInput = input
        try shell.run()
        try await eventually("the runner was not started") { FileManager.default.fileExists(atPath: note) }
        let runner = try #require(Int32(try String(contentsOfFile: note, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)))
        try await eventually("the runner did not load the plugin") {
            ((try? String(contentsOfFile: "/proc/\(runner)/maps", encoding: .utf8)) ?? "").contains("memfd:libEchoScore.so")
        }
        if shell.isRunning { kill(shell.processIdentifier, SIGKILL) }
        try await eventually("the runner outlives its parent") { !isAlive(runner) }
        try input.fileHandleForWriting.close()
    }

    @Test func aRunnerWhoseParentIsGoneDoesNotStart() async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: PluginYard.runner)
        let digest = String(repeating: "0", count: 64)
        process.arguments = [
            "--path", "/x", "--name", "x", "--sha256", digest, "--parent", "1", "--address-space", "8589934592", "--open-files", "64",
        ]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 71)
        let byHand = Process()
        byHand.executableURL = URL(fileURLWithPath: PluginYard.runner)
        byHand.standardError = FileHandle.nullDevice
        try byHand.run()
        byHand.waitUntilExit()
        #expect(byHand.terminationStatus == 64)
    }

    /// True while the process is in a call that sleeps: it has a thread in clock_nanosleep (230).
    private func isSleeping(_ pid: Int32) throws -> Bool {
        let call = try? String(contentsOfFile: "/proc/\(pid)/syscall", encoding: .utf8)
        return call?.hasPrefix("230 ") ?? false
    }
}
