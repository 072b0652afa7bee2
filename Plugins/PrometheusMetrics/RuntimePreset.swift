/// Where the language runtimes publish their garbage collection pauses and the memory that survives a collection.
///
/// Names: Micrometer's JvmGcMetrics, client_java and jmx_exporter, client_golang's Go collector, prometheus-net.DotNetRuntime, prom-client
/// (Node), client_python, and OpenTelemetry's semantic conventions for runtimes as its Prometheus exporter writes them.
enum RuntimePreset {
    /// Pauses of a runtime, in seconds.
    struct Pauses {
        var runtime: String
        var names: HistogramNames
    }

    /// Memory of a runtime, in bytes.
    struct Memory {
        enum Kind {
            /// Measured after a collection: the newest value counts.
            case afterCollection
            /// Measured at any time: the lowest value of the window counts, since only the floor says what survives.
            case anyTime
        }

        var runtime: String
        var name: String
        var kind: Kind
        /// Of these series only those with this label count, where they have the label.
        var only: (label: String, value: String)?
    }

    /// Best first. Of an instance the first that it has is read.
    static let pauses: [Pauses] = [
        Pauses(runtime: "JVM (Micrometer)", names: HistogramNames("jvm_gc_pause_seconds")),
        Pauses(runtime: "JVM (OpenTelemetry)", names: HistogramNames("jvm_gc_duration_seconds")),
        Pauses(runtime: "JVM (client_java, jmx_exporter)", names: HistogramNames("jvm_gc_collection_seconds")),
        Pauses(runtime: "Go", names: HistogramNames("go_gc_pauses_seconds")),
        Pauses(runtime: "Go", names: HistogramNames("go_sched_pauses_total_gc_seconds")),
        Pauses(runtime: "Go", names: HistogramNames("go_gc_duration_seconds")),
        Pauses(runtime: ".NET", names: HistogramNames("dotnet_gc_pause_seconds")),
        Pauses(
            runtime: ".NET (OpenTelemetry)",
            names: HistogramNames(count: "dotnet_gc_collections_total", sum: "dotnet_gc_pause_time_seconds_total")),
        Pauses(runtime: "Node", names: HistogramNames("nodejs_gc_duration_seconds")),
        Pauses(runtime: "Node (OpenTelemetry)", names: HistogramNames("v8js_gc_duration_seconds")),
    ]

    /// Runtimes that collect garbage and publish no pause, by a series that only they have.
    static let withoutPauses: [(runtime: String, name: String)] = [
        ("Python", "python_gc_collections_total"), ("Python (OpenTelemetry)", "cpython_gc_collections_total"),
    ]

    /// Best first: what is measured after a collection before what is not, the runtime's own before the process's.
    static let memory: [Memory] = [
        Memory(runtime: "JVM (Micrometer)", name: "jvm_gc_live_data_size_bytes", kind: .afterCollection),
        Memory(
            runtime: "JVM (OpenTelemetry)", name: "jvm_memory_used_after_last_gc_bytes", kind: .afterCollection,
            only: ("jvm_memory_type", "heap")),
        Memory(runtime: "JVM (client_java, jmx_exporter)", name: "jvm_memory_pool_collection_used_bytes", kind: .afterCollection),
        Memory(runtime: "Go", name: "go_gc_heap_live_bytes", kind: .afterCollection),
        Memory(runtime: ".NET (OpenTelemetry)", name: "dotnet_gc_last_collection_heap_size_bytes", kind: .afterCollection),
        Memory(runtime: ".NET", name: "dotnet_gc_heap_size_bytes", kind: .afterCollection),
        Memory(runtime: "JVM", name: "jvm_memory_used_bytes", kind: .anyTime, only: ("area", "heap")),
        Memory(runtime: "Go", name: "go_memstats_heap_inuse_bytes", kind: .anyTime),
        Memory(runtime: "Node", name: "nodejs_heap_size_used_bytes", kind: .anyTime),
        Memory(runtime: "Node (OpenTelemetry)", name: "v8js_memory_heap_used_bytes", kind: .anyTime),
        Memory(runtime: "any", name: "process_resident_memory_bytes", kind: .anyTime),
    ]
}
