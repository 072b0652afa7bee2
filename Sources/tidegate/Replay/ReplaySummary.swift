import DecisionReplay

/// What came of replaying many decisions.
struct ReplaySummary: Codable, Sendable {
    /// Reports that are kept whole; beyond that only those that do not agree.
    static let keptReports = 1000

    /// How often one plugin was replayed, and to which end.
    struct PluginCount: Codable, Sendable {
        var plugin: PluginIdentity
        var agree = 0
        var differ = 0
        var notReplayed = 0
        /// Why not, the first time.
        var reason: String?
    }

    var decisions = 0
    /// The engine came to the recorded decision.
    var agree = 0
    /// Something that was replayed is not what was recorded.
    var differ = 0
    /// Nothing was compared.
    var notReplayed = 0
    var plugins: [PluginCount] = []
    var firstDifference: ReplayReport?
    var reports: [ReplayReport] = []
    /// Reports that agree and were left out of the list.
    var omitted = 0

    /// True where every decision and every plugin behind it was run again.
    var isWhole: Bool { notReplayed == 0 && plugins.allSatisfy { $0.notReplayed == 0 } }

    mutating func add(_ report: ReplayReport) {
        decisions += 1
        if !report.isSound {
            differ += 1
            if firstDifference == nil { firstDifference = report }
        } else if report.engine == .notReplayed {
            notReplayed += 1
        } else {
            agree += 1
        }
        for plugin in report.plugins { count(plugin) }
        if reports.count < Self.keptReports || (!report.isComplete && reports.count < 2 * Self.keptReports) {
            reports.append(report)
        } else {
            omitted += 1
        }
    }

    private mutating func count(_ replayed: ReplayReport.Plugin) {
        let index: Int
        if let known = plugins.firstIndex(where: { $0.plugin == replayed.plugin }) {
            index = known
        } else {
            plugins.append(PluginCount(plugin: replayed.plugin))
            index = plugins.count - 1
        }
        switch replayed.outcome {
        case .agrees: plugins[index].agree += 1
        case .differs: plugins[index].differ += 1
        case .notReplayed:
            plugins[index].notReplayed += 1
            plugins[index].reason = plugins[index].reason ?? replayed.reason
        }
    }
}
