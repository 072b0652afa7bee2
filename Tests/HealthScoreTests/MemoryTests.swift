import HealthScore
import ReleaseModel
import Testing

/// Saw-tooth heaps over an hour, with the settings that a policy gets by default.
@Suite struct MemoryTests {
    /// The heap of an instance at a time: collections about every 100 s, 100 MB of garbage between them, 3 MB of noise, and a leak.
    private func megabytes(_ instance: Int, _ seconds: Double, leak: Double, _ generator: inout SeededGenerator) -> Double {
        let period = 80 + 15 * Double(instance)
        let garbage = 100 * (seconds / period - (seconds / period).rounded(.down))
        return 200 + garbage + 3 * generator.unit() + leak * seconds / 3600
    }

    private func hour(leak: Double, seed: UInt64) throws -> ReleaseRun {
        var generator = SeededGenerator(seed: seed)
        var run = ReleaseRun()
        run.step = 30
        for window in 1...120 {
            let seconds = Double(window) * run.step
            func shown(_ instance: Int, _ leak: Double) -> Shown {
                Shown(
                    requests: nil, errors: nil, hasLatency: false, pauses: nil,
                    megabytes: megabytes(instance, seconds, leak: leak, &generator))
            }
            try run.poll(canary: [shown(0, leak)], stable: (1...3).map { shown($0, 0) })
        }
        return run
    }

    @Test(arguments: [UInt64(1), 2]) func aLeakOfSixtyMegabytesAnHourIsFoundWithinTheHour(seed: UInt64) throws {
        let run = try hour(leak: 60, seed: seed)
        #expect(run.reading("memory.guilty") == .bool(true))
        let slope = try #require(run.evidence("memory.guilty")["proof"]?["slope"]?.number)
        #expect(slope > 0.5 && slope < 1.6)
    }

    @Test func aSawToothIsNoLeak() throws {
        #expect(try hour(leak: 0, seed: 1).reading("memory.guilty") == .bool(false))
    }
}
