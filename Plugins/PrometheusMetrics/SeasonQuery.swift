internal import ReleaseModel

/// How a metric of a service grew at the same time of day on previous days, whatever revision then ran: one query for all services, in which
/// Prometheus itself adds up instances and revisions.
struct SeasonQuery {
    static let day = TimeSpan.seconds(86_400)
    /// So long before and after the time of day.
    static let around = TimeSpan.seconds(600)
    static let dayLabel = "tidegate_days_ago"
    static let edgeLabel = "le"

    let text: String

    /// nil for metrics that are not compared with previous days, and for histograms without buckets.
    init?(_ source: MetricSource, _ settings: Settings, _ services: [String]) {
        let name: String
        var labels = settings.serviceLabel
        switch (source.metric, source.shape) {
        case (Metric.requests, .counter), (Metric.errors, .counter): name = source.name
        case (Metric.latency, .histogram(let names)):
            guard let bucket = names.bucket else { return nil }
            name = bucket
            labels += "," + Self.edgeLabel
        default: return nil
        }
        let service = Selection.matcher(settings.serviceLabel, services)
        let matchers = [service, source.selector].compactMap(\.self).joined(separator: ",")
        text = (1...settings.previousDays).map { days in
            let back = Self.day * Double(days) - Self.around
            let growth = "increase(\(name){\(matchers)}[\((Self.around * 2).milliseconds)ms] offset \(back.milliseconds)ms)"
            return "label_replace(sum by (\(labels)) (\(growth)),\"\(Self.dayLabel)\",\"\(days)\",\"\",\"\")"
        }.joined(separator: " or ")
    }
}
