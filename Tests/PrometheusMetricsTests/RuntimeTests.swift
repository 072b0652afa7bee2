import Foundation
import PluginKit
import PrometheusMetrics
import ReleaseModel
import Testing

/// Garbage collection and memory of each runtime, found by the names that its client libraries use, with nothing written by the user.
@Suite(.serialized) struct RuntimeTests {
    private struct Runtime {
        var service: String
        /// Name and further labels; three points each, 15 s apart.
        var series: [(name: String, labels: String, values: String)]
        var pauses: SampleValue?
        var memory: Double
    }

    private static let runtimes: [Runtime] = [
        Runtime(
            service: "micrometer",
            series: [
                ("jvm_gc_pause_seconds_count", #",cause="A""#, "1 2 4"), ("jvm_gc_pause_seconds_sum", #",cause="A""#, "0.5 1 2"),
                ("jvm_gc_live_data_size_bytes", "", "7e6 8e6 9e6"), ("process_resident_memory_bytes", "", "9e8 9e8 9e8"),
            ], pauses: .histogram(edges: [], cumulative: [], count: 3, sum: 1.5), memory: 9e6),
        Runtime(
            service: "jmx",
            series: [
                ("jvm_gc_collection_seconds_count", #",gc="G1 Young""#, "1 2 4"),
                ("jvm_gc_collection_seconds_sum", #",gc="G1 Young""#, "0 0 1"),
                ("jvm_gc_collection_seconds_count", #",gc="G1 Old""#, "0 0 1"),
                ("jvm_gc_collection_seconds_sum", #",gc="G1 Old""#, "0 0 2"),
                ("jvm_memory_pool_collection_used_bytes", #",pool="Old""#, "5e6 5e6 6e6"),
                ("jvm_memory_pool_collection_used_bytes", #",pool="Survivor""#, "1e6 1e6 1e6"),
                ("jvm_memory_used_bytes", #",area="heap""#, "5e7 6e7 7e7"),
            ], pauses: .histogram(edges: [], cumulative: [], count: 4, sum: 3), memory: 7e6),
        Runtime(
            service: "go",
            series: [
                ("go_gc_duration_seconds_count", "", "10 11 13"), ("go_gc_duration_seconds_sum", "", "1 1.25 1.5"),
                ("go_gc_duration_seconds", #",quantile="1""#, "0.2 0.2 0.2"), ("go_memstats_heap_inuse_bytes", "", "3e6 9e6 4e6"),
                ("process_resident_memory_bytes", "", "9e8 9e8 9e8"),
            ], pauses: .histogram(edges: [], cumulative: [], count: 3, sum: 0.5), memory: 4e6),
        Runtime(
            service: "dotnet",
            series: [
                ("dotnet_gc_collections_total", #",gc_heap_generation="gen0""#, "5 6 7"),
                ("dotnet_gc_collections_total", #",gc_heap_generation="gen2""#, "1 1 2"),
                ("dotnet_gc_pause_time_seconds_total", "", "1 1.5 2"),
                ("dotnet_gc_last_collection_heap_size_bytes", #",gc_heap_generation="gen0""#, "1e6 1e6 1e6"),
                ("dotnet_gc_last_collection_heap_size_bytes", #",gc_heap_generation="gen2""#, "2e6 2e6 3e6"),
            ], pauses: .histogram(edges: [], cumulative: [], count: 3, sum: 1), memory: 4e6),
        Runtime(
            service: "node",
            series: [
                ("nodejs_gc_duration_seconds_bucket", #",kind="major",le="0.01""#, "0 1 2"),
                ("nodejs_gc_duration_seconds_bucket", #",kind="major",le="0.1""#, "0 2 4"),
                ("nodejs_gc_duration_seconds_bucket", #",kind="major",le="+Inf""#, "0 2 5"),
                ("nodejs_gc_duration_seconds_sum", #",kind="major""#, "0 0.5 1.25"), ("nodejs_heap_size_used_bytes", "", "8e6 5e6 6e6"),
            ], pauses: .histogram(edges: [0.01, 0.1], cumulative: [2, 4], count: 5, sum: 1.25), memory: 5e6),
        Runtime(
            service: "python",
            series: [
                ("python_gc_collections_total", #",generation="0""#, "5 6 7"), ("process_resident_memory_bytes", "", "5e7 4e7 6e7"),
            ], pauses: nil, memory: 4e7),
    ]

    private static func subject(_ service: String, state: JSONValue? = nil) -> CollectSubject {
        CollectSubject(
            release: "\(service)-1", service: service,
            arms: [
                Arm(name: Arm.stable, revision: "v1", weight: Weight(basisPoints: 9000)),
                Arm(name: Arm.canary, revision: "v2", weight: Weight(basisPoints: 1000)),
            ], state: state)
    }

    private func collect(_ url: String, _ end: Double, _ subjects: [CollectSubject]) throws -> CollectResponse {
        try PrometheusMetrics().collect(
            CollectRequest(
                configuration: ["url": .string(url)], windowEnd: Timestamp(seconds: History.origin + end), subjects: subjects),
            CallContext(deadline: .now + .seconds(60)))
    }

    private func value(_ result: CollectResult, _ metric: String, _ arm: String = Arm.canary) -> SampleValue? {
        result.samples.first { $0.metric == metric && $0.arm == arm }?.value
    }

    @Test func everyRuntimeIsFoundByItsNamesInOneQueryEach() throws {
        var history = History()
        for runtime in Self.runtimes {
            for revision in ["v1", "v2"] {
                for one in runtime.series {
                    history.add(
                        one.name, #"service="\#(runtime.service)",revision="\#(revision)",instance="\#(revision)-i""# + one.labels,
                        one.values)
                }
            }
        }
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let first = try collect(prometheus.url, 1, Self.runtimes.map { Self.subject($0.service) })
        let states = first.results.map(\.state)
        let second = try collect(prometheus.url, 31, zip(Self.runtimes, states).map { Self.subject($0.service, state: $1) })
        #expect(second.queries.count == 6)
        for (runtime, result) in zip(Self.runtimes, second.results) {
            #expect(result.problem == nil)
            #expect(value(result, Metric.gcPauses) == runtime.pauses, "\(runtime.service)")
            #expect(value(result, Metric.memoryFloor) == .gauge(runtime.memory), "\(runtime.service)")
            #expect(value(result, Metric.memoryFloor, Arm.stable) == .gauge(runtime.memory), "\(runtime.service)")
            #expect((value(result, Metric.gcUnmeasured) != nil) == (runtime.service == "python"))
        }
        let python = try #require(second.results.last)
        #expect(python.notes?.contains { $0.hasPrefix("Python publishes no GC pauses") } == true)
    }

    @Test func bothArmsAreReadFromTheSameMemorySeries() throws {
        var history = History()
        let stable = #"service="shop",revision="v1",instance="a""#
        let canary = #"service="shop",revision="v2",instance="b""#
        history.add("jvm_gc_live_data_size_bytes", stable, "1e6 1e6 1e6")
        history.add("process_resident_memory_bytes", stable, "5e8 5e8 5e8")
        history.add("process_resident_memory_bytes", canary, "4e8 4e8 _")
        history.add("go_gc_heap_live_bytes", canary, "_ _ 2e6")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let first = try collect(prometheus.url, 16, [Self.subject("shop")]).results[0]
        #expect(value(first, Metric.memoryFloor) == .gauge(4e8))
        #expect(value(first, Metric.memoryFloor, Arm.stable) == .gauge(5e8))
        // Nothing in common any more: no comparison of unlike things.
        let later = try collect(prometheus.url, 46, [Self.subject("shop")]).results[0]
        #expect(later.samples.allSatisfy { $0.metric != Metric.memoryFloor })
        #expect(later.notes?.contains { $0.contains("no memory series of the same name") } == true)
    }

    @Test func aProcessUnderTwoRevisionsAtOnceIsOfNeither() throws {
        var history = History()
        for revision in ["v1", "v2"] {
            history.add("process_start_time_seconds", #"service="shop",revision="\#(revision)",instance="same""#, "1e9 1e9 1e9")
            history.add("go_gc_heap_live_bytes", #"service="shop",revision="\#(revision)",instance="same""#, "1e6 1e6 1e6")
        }
        // A host that went from one revision to the next is no contradiction.
        history.add("go_gc_heap_live_bytes", #"service="shop",revision="v1",instance="host""#, "1e6 _ _")
        history.add("go_gc_heap_live_bytes", #"service="shop",revision="v2",instance="host""#, "_ 2e6 2e6")
        let prometheus = try RealPrometheus(history: history.text)
        defer { prometheus.stop() }
        let result = try collect(prometheus.url, 31, [Self.subject("shop")]).results[0]
        #expect(result.samples.filter { $0.instance == "same" }.isEmpty)
        #expect(result.samples.contains { $0.instance == "host" && $0.arm == Arm.canary && $0.value == .gauge(2e6) })
        #expect(result.notes?.contains { $0.contains("instance same is published under two revisions at once") } == true)
    }
}
