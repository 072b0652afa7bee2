internal import ReleaseModel
internal import Statistics

/// Events and their exposure.
struct RateTotal: Codable {
    private(set) var events = 0.0
    private(set) var exposure = 0.0

    mutating func add(events: Double, exposure: Double) {
        self.events += events
        self.exposure += exposure
    }
}

/// What a canary that has all users is held against, since no control group is left.
struct BakeReference: Codable {
    enum Kind: String, Codable {
        /// The service before full weight: stable, and the canary itself.
        case before = "stable and itself before full weight"
        /// The service at the same time of day, on the middle one of the previous days.
        case season = "the same time on previous days"
    }

    let kind: Kind
    let rate: Double
    /// Upper bound of it.
    let high: Double
    /// Previous days that told.
    let days: Int?

    static func all(
        before: RateTotal, season: [SeasonDay], alpha: Double, _ counts: (SeasonDay) -> (events: Double, exposure: Double)?
    ) -> [BakeReference] {
        var references: [BakeReference] = []
        if before.exposure > 0 {
            let high = RateBounds.upper(events: before.events, alpha: alpha / 2) / before.exposure
            references.append(BakeReference(kind: .before, rate: before.events / before.exposure, high: high, days: nil))
        }
        if let middle = season.middleBound(alpha: alpha / 2, counts) {
            references.append(BakeReference(kind: .season, rate: middle.rate, high: middle.high, days: middle.days))
        }
        return references
    }

    var evidence: JSONValue {
        var fields: [String: JSONValue] = ["with": .string(kind.rawValue), "rate": .figure(rate), "high": .figure(high)]
        if let days { fields["days"] = .figure(Double(days)) }
        return .object(fields)
    }
}
