internal import PluginKit
internal import ReleaseModel
internal import Synchronization

/// What one process remembers of the fleets that it reads, so that the releases which look at the same metrics at the same time cost the queries of one,
/// however many calls they come in.
///
/// The first call of a window asks for every release that is expected to want the same window, and the calls after it find their answer here. Nothing in
/// it is needed: a process that has lost it asks once more.
final class FleetMemory: Sendable {
    /// Metric sources that are remembered.
    static let maximumFleets = 16
    /// Releases of one source that are remembered.
    static let maximumMembers = 20_000
    /// An answer is handed out for so long: the calls of one window come within seconds.
    static let lifetime = Duration.seconds(60)
    /// Windows whose answers are kept.
    static let keptWindows = 2

    private struct Fleet {
        var members: [ReleaseID: FleetMember] = [:]
        var shared: [SharedAnswer] = []
        var provider: ProviderBreaker?
        var season: SeasonAnswer?
        var used: ContinuousClock.Instant
    }

    private let fleets = Mutex<[JSONValue: Fleet]>([:])

    /// The newest breaker that any call of this process has seen; a release's own may be a window older.
    func provider(of source: JSONValue) -> ProviderBreaker? { fleets.withLock { $0[source]?.provider } }

    /// What was last asked of previous days, if it is not long ago.
    func season(of source: JSONValue, at now: ContinuousClock.Instant) -> SeasonAnswer? {
        fleets.withLock { fleets in
            fleets[source]?.season.flatMap { now - $0.asked <= .milliseconds(SeasonReading.interval.milliseconds) ? $0 : nil }
        }
    }

    func note(_ season: SeasonAnswer, of source: JSONValue) { fleets.withLock { $0[source]?.season = season } }

    /// The services of releases in which stable has no users left.
    func servicesAlone(of source: JSONValue) -> [String] {
        fleets.withLock { fleets in
            Set((fleets[source]?.members ?? [:]).values.filter { SeasonReading.isAlone($0.arms) }.map(\.service)).sorted()
        }
    }

    /// The answer that was already had for a release's window; nil where it must be asked for.
    func answer(to reading: SubjectReading, of source: JSONValue, at now: ContinuousClock.Instant) -> SharedAnswer? {
        fleets.withLock { fleets in
            fleets[source]?.shared.first { now - $0.asked <= Self.lifetime && $0.covers(reading) }
        }
    }

    /// The releases that are expected to want the same window as some that are asked for now, without those.
    func expected(at end: Timestamp, besides asked: Set<ReleaseID>, of source: JSONValue) -> [FleetMember] {
        fleets.withLock { fleets in
            (fleets[source]?.members ?? [:]).values.filter { $0.next == end && !asked.contains($0.release) }.sorted {
                $0.release < $1.release
            }
        }
    }

    /// Remembers a call: who was in it, what was answered to those who were not, and how the provider did.
    func note(
        _ readings: [SubjectReading], results: [CollectResult], shared: [SharedAnswer], provider: ProviderBreaker, of source: JSONValue,
        at now: ContinuousClock.Instant
    ) {
        fleets.withLock { fleets in
            var fleet = fleets[source] ?? Fleet(used: now)
            fleet.used = now
            fleet.provider = ProviderBreaker.newest([provider] + [fleet.provider].compactMap(\.self))
            for (reading, result) in zip(readings, results) where result.problem == nil {
                fleet.members[reading.subject.release] = FleetMember(reading)
            }
            if let newest = readings.map(\.windowEnd).max() {
                // Who did not come back for its window has ended, or has other windows now.
                fleet.members = fleet.members.filter { $0.value.next >= newest }
                if fleet.members.count > Self.maximumMembers { fleet.members = [:] }
            }
            fleet.shared = Array((shared + fleet.shared).filter { now - $0.asked <= Self.lifetime }.prefix(Self.maximumShared))
            let ends = Set(fleet.shared.map(\.end)).sorted(by: >).prefix(Self.keptWindows)
            fleet.shared.removeAll { !ends.contains($0.end) }
            fleets[source] = fleet
            if fleets.count > Self.maximumFleets, let oldest = fleets.min(by: { $0.value.used < $1.value.used })?.key {
                fleets[oldest] = nil
            }
        }
    }

    private static let maximumShared = 256
}
