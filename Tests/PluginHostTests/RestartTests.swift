import Foundation
import Glibc
@testable import PluginHost
import PluginKit
import ReleaseModel
import Testing

@Suite(.serialized) struct RestartTests {
    @Test func waitsDoubleUpToALimitAndBeginAnewAfterAStableLife() {
        let start = ContinuousClock.now
        var now = start
        var backoff = RestartBackoff(first: .milliseconds(100), longest: .seconds(1), stableAfter: .seconds(60))
        #expect(backoff.mayStart(at: now))
        for expected in [100, 200, 400, 800, 1000, 1000] {
            backoff.started(at: now)
            let until = backoff.failed(at: now)
            #expect(now.duration(to: until) == .milliseconds(expected))
            #expect(!backoff.mayStart(at: until - .milliseconds(1)))
            #expect(backoff.mayStart(at: until))
            now = until
        }
        backoff.started(at: now)
        now += .seconds(59)
        #expect(now.duration(to: backoff.failed(at: now)) == .seconds(1), "not stable yet")
        backoff.started(at: now)
        now += .seconds(60)
        #expect(now.duration(to: backoff.failed(at: now)) == .milliseconds(100))
        for _ in 0..<100 { _ = backoff.failed(at: now) }
        #expect(now.duration(to: backoff.failed(at: now)) == .seconds(1))
    }

    /// With a clock that moves when told: the state shows the wait, calls that cannot wait so long fail at once, and then it is back.
    @Test func aPluginThatFailsAgainAndAgainBacksOff() async throws {
        var limits = PluginLimits()
        limits.firstBackoff = .seconds(10)
        let clock = ManualClock()
        let yard = try PluginYard(["TroubleScore"], limits: limits, clock: clock.clock)
        let plugin = try await yard.load("TroubleScore")
        for wait in [10.0, 20, 30] {
            #expect(await failure { () async throws(ReleaseError) in try await plugin.evaluate(request("exit")) }?.code == .pluginFailed)
            guard case .backingOff(let until) = plugin.state else {
                Issue.record("the plugin is \(plugin.state.label)")
                return
            }
            #expect(clock.clock.now().duration(to: until) == .seconds(wait))
            #expect(plugin.processIdentifier == nil)
            let early = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request(), within: .seconds(5)) }
            #expect(early?.code == .pluginFailed)
            #expect(early?.reason == "it failed and is started again in \(wait) s")
            #expect(yard.host.listing[0].state == "backing off")
            #expect(yard.host.listing[0].detail == "starts again in \(wait) s")
            clock.advance(by: .seconds(wait))
            #expect(try await plugin.evaluate(request()).outputs[0].signals[0].reading == .number(50))
            #expect(plugin.state == .running)
        }
        #expect(plugin.restarts == 3)
        await yard.host.shutDown()
    }

    @Test func deadlinesAreKept() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        let start = ContinuousClock.now
        let error = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request("stall"), within: .milliseconds(300))
        }
        let took = start.duration(to: .now)
        #expect(error?.code == .timedOut)
        #expect(took >= .milliseconds(300))
        #expect(took < .seconds(10))
        await yard.host.shutDown()
    }

    @Test func aCallBehindAStalledOneRunsOutOfItsOwnTime() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        async let stalled = failure { () async throws(ReleaseError) in try await plugin.evaluate(request("stall"), within: .seconds(4)) }
        let pid = try #require(plugin.processIdentifier)
        try await eventually("the call never reached the child") {
            ((try? String(contentsOfFile: "/proc/\(pid)/syscall", encoding: .utf8)) ?? "").hasPrefix("230 ")
        }
        let behind = await failure { () async throws(ReleaseError) in try await plugin.evaluate(request(), within: .milliseconds(100)) }
        #expect(behind?.code == .timedOut)
        #expect(behind?.reason == "no answer in time: other calls were before this one")
        #expect(isAlive(pid), "the call in flight goes on")
        #expect(await stalled?.code == .timedOut)
        await yard.host.shutDown()
    }

    @Test func aWaitingCallOfACancelledTaskGivesUpItsPlace() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        async let stalled = failure { () async throws(ReleaseError) in try await plugin.evaluate(request("stall"), within: .seconds(2)) }
        let waiting = Task { await failure { () async throws(ReleaseError) in try await plugin.evaluate(request(), within: .seconds(60)) } }
        waiting.cancel()
        #expect(await waiting.value?.reason == "the call was cancelled")
        #expect(await stalled?.code == .timedOut)
        await yard.host.shutDown()
    }

    @Test func shuttingDownFailsWhatIsInFlight() async throws {
        let yard = try PluginYard(["TroubleScore"])
        let plugin = try await yard.load("TroubleScore")
        async let stalled = failure { () async throws(ReleaseError) in try await plugin.evaluate(request("stall"), within: .seconds(60)) }
        let pid = try #require(plugin.processIdentifier)
        try await eventually("the call never reached the child") {
            ((try? String(contentsOfFile: "/proc/\(pid)/syscall", encoding: .utf8)) ?? "").hasPrefix("230 ")
        }
        await yard.host.shutDown()
        #expect(await stalled?.code == .unavailable)
        #expect(!isAlive(pid))
    }
}
