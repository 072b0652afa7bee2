internal import ReleaseModel

/// One metric of the vocabulary and how it is found.
struct MetricSource {
    enum Shape {
        /// A counter: summed deltas per instance.
        case counter
        /// A classic or native histogram, or a summary.
        case histogram(HistogramNames)
        /// The newest value.
        case gauge
        /// The first runtime preset that an instance has.
        case pauses
        case memory
    }

    var metric: String
    var shape: Shape
    /// The name in Prometheus, for a histogram without its suffix; empty for presets.
    var name: String
    /// Further label matchers, as PromQL writes them.
    var selector: String?

    /// Every series that is read.
    var names: [String] {
        switch shape {
        case .counter, .gauge: [name]
        case .histogram(let names): names.all
        case .pauses: RuntimePreset.pauses.flatMap(\.names.all) + RuntimePreset.withoutPauses.map(\.name)
        case .memory: RuntimePreset.memory.map(\.name)
        }
    }

    /// Whether it belongs to the process, which runs one revision only.
    var isOfProcess: Bool {
        switch metric {
        case Metric.gcPauses, Metric.memoryFloor, Metric.processStart: true
        default: false
        }
    }
}
