internal import PluginKit
internal import ReleaseModel

/// Where each counter of a release stood when it was last read. Passed along with the calls; nothing is kept in the plugin.
struct CursorState: Codable {
    static let version = 1
    /// An instance that gave no point for so long is forgotten with all its counters; should it return, it starts anew.
    static let memory = TimeSpan.seconds(3600)

    struct Instance: Codable {
        var arm: String
        var name: String
        /// Seconds since 1970 of its newest point.
        var seen: Double
        /// Start time of its process, where that is read.
        var start: Double?
    }

    /// Time and value of the newest point that was counted.
    struct Cursor: Codable {
        var time: Double
        var value: Double

        init(time: Double, value: Double) {
            self.time = time
            self.value = value
        }

        init(from decoder: any Decoder) throws {
            var container = try decoder.unkeyedContainer()
            time = try container.decode(Double.self)
            value = try container.decode(Double.self)
        }

        func encode(to encoder: any Encoder) throws {
            var container = encoder.unkeyedContainer()
            try container.encode(time)
            try container.encode(value)
        }
    }

    var version = Self.version
    /// End of the last window that was read without a fault; nil before the first.
    var through: Timestamp?
    /// Sorted by arm and name.
    var instances: [Instance] = []
    /// By metric, then by the digest of a series' labels. The cursors of an instance begin with its number in `instances`, so that
    /// both are forgotten together: a counter that returns without its cursor would be counted from zero.
    var counters: [String: [String: Cursor]] = [:]
    /// The same for native histograms.
    var natives: [String: [String: NativeCursor]]?
    /// The series in use for memory, so that all windows and both arms show the same quantity.
    var memoryName: String?
    /// How far apart the points of the last readings lay, in seconds, oldest first.
    var spacings: [Double]?
    var provider: ProviderBreaker?
    /// By name, where the policy has checks of its own.
    var checks: [String: CheckProgress]?
    /// Whether stable's windows from before the release were read.
    var hasReadHistory: Bool?
    /// When it was last asked what the service did at the same time on previous days.
    var seasonAsked: Timestamp?
    /// When it was last asked which revisions the service has, because an arm had none of its series.
    var revisionsAsked: Timestamp?

    /// nil for a state of another version: counters then start anew, and nothing is counted twice.
    init?(_ value: JSONValue?) {
        guard let value, let state = try? value.decoded(as: CursorState.self), state.version == Self.version else { return nil }
        self = state
    }

    init(through: Timestamp?) { self.through = through }

    /// Readings whose spacing is kept.
    static let keptSpacings = 8

    /// The scrape interval as it was observed: the least spacing of the last readings, since missed scrapes only widen it.
    var scrapeInterval: Double? { spacings?.min() }

    /// Series that are followed, by metric.
    var followed: [String: Int] {
        counters.mapValues(\.count).merging((natives ?? [:]).mapValues(\.count)) { $0 + $1 }
    }
}
