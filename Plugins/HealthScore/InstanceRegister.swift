/// What is known of the instances across windows: since when they run, and so whether they are warm.
struct InstanceRegister: Codable {
    /// More instances of one arm are not remembered; those that are silent longest go first.
    static let maximumInstances = 256
    /// Start times that differ by less are the same start, measured twice.
    static let startTolerance = 2.0

    private struct Entry: Codable {
        var name: String
        var start: Double
        /// True when the start is the process's own and not the first time it was seen.
        var isMeasured: Bool
        var hadPauses: Bool
        /// Whether it ever served a request since it started.
        var hasServed = false
        var seen: Double
    }

    private var canary: [Entry] = []
    private var stable: [Entry] = []

    /// Notes the instances of a window, and writes into it who is warm and who was restarted.
    mutating func note(_ window: inout PollWindow, warmUpSeconds: Double) {
        for side in Side.allCases {
            var entries = side == .canary ? canary : stable
            for index in window[side].indices { Self.note(&window[side][index], &entries, window.start, window.end, warmUpSeconds) }
            if entries.count > Self.maximumInstances {
                entries = Array(entries.sorted { ($1.seen, $0.name) < ($0.seen, $1.name) }.prefix(Self.maximumInstances))
            }
            entries.sort { $0.name < $1.name }
            if side == .canary { canary = entries } else { stable = entries }
        }
    }

    private static func note(
        _ figures: inout InstanceFigures, _ entries: inout [Entry], _ start: Double, _ end: Double, _ warmUpSeconds: Double
    ) {
        let known = entries.firstIndex { $0.name == figures.name }
        var entry =
            known.map { entries[$0] }
            ?? Entry(
                name: figures.name, start: figures.processStart ?? start, isMeasured: figures.processStart != nil, hadPauses: false,
                seen: end)
        if let processStart = figures.processStart {
            figures.restarted = entry.isMeasured && abs(processStart - entry.start) > startTolerance
            if figures.restarted { entry.hasServed = false }
            entry.start = processStart
            entry.isMeasured = true
        }
        entry.hadPauses = entry.hadPauses || figures.pauses != nil
        entry.seen = end
        figures.hadPauses = entry.hadPauses
        entry.hasServed = entry.hasServed || (figures.requests ?? 0) > 0
        figures.start = entry.start
        figures.isWarm = start >= entry.start + warmUpSeconds && (entry.hasServed || figures.requests == nil)
        if let known { entries[known] = entry } else { entries.append(entry) }
    }
}
