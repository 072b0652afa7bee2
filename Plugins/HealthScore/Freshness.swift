internal import ReleaseModel

/// When a part last had data on each side.
struct Freshness: Codable {
    private var canary: Double?
    private var stable: Double?

    subscript(_ side: Side) -> Double? {
        get { side == .canary ? canary : stable }
        set { if side == .canary { canary = newValue } else { stable = newValue } }
    }
}

/// The time of the judgement, and what it needs to tell recent data from old.
struct Moment: Codable {
    var end = 0.0
    /// Data older than this is stale.
    var staleSeconds = 0.0
    var baking = false
    var problem: String?

    func isFresh(_ time: Double?) -> Bool { time.map { end - $0 <= staleSeconds } ?? false }

    /// Why a part cannot be judged now, nil when it can: canary data must be recent, and stable data too unless stable is gone for good.
    func obstacle(_ freshness: Freshness, of what: String, comparing: Bool) -> SignalReading? {
        if let problem, freshness[.canary] != end { return .failed(problem) }
        if !isFresh(freshness[.canary]) { return .missing(absence(of: what, on: .canary, freshness[.canary])) }
        guard comparing else { return nil }
        if baking {
            return freshness[.stable] == nil ? .missing("no stable \(what) were ever seen to compare with") : nil
        }
        if let problem, freshness[.stable] != end { return .failed(problem) }
        if !isFresh(freshness[.stable]) { return .missing(absence(of: what, on: .stable, freshness[.stable])) }
        return nil
    }

    private func absence(of what: String, on side: Side, _ time: Double?) -> String {
        guard let time else { return "no \(side.rawValue) \(what) yet" }
        return "no \(side.rawValue) \(what) since \(Timestamp(seconds: time).description.dropFirst(11).prefix(8))"
    }
}
