import Foundation

/// The figures of one instance, under the names that Micrometer gives them in a JVM service.
struct ServiceMetrics: Sendable {
    static let latencyEdges = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
    static let pauseEdges = [0.01, 0.025, 0.05, 0.1, 0.2, 0.25, 0.5, 1]
    static let methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"]

    /// One histogram for each method and status, in the order in which they first came.
    private(set) var requests: [RequestSeries] = []
    private(set) var requestCount = 0
    private(set) var errorCount = 0
    var pauses = Histogram(edges: pauseEdges)
    var liveBytes = 0.0
    var heapBytes = 0.0

    struct RequestSeries: Sendable {
        var method: String
        var status: Int
        var histogram: Histogram
    }

    mutating func observeRequest(method: String, status: Int, seconds: Double) {
        let method = Self.methods.contains(method) ? method : "OTHER"
        requestCount += 1
        if status >= 500 { errorCount += 1 }
        if let index = requests.firstIndex(where: { $0.method == method && $0.status == status }) {
            requests[index].histogram.observe(seconds)
        } else {
            var series = RequestSeries(method: method, status: status, histogram: Histogram(edges: Self.latencyEdges))
            series.histogram.observe(seconds)
            requests.append(series)
        }
    }

    /// Prometheus' text format 0.0.4.
    func exposition(identity: ServiceIdentity, started: Date, residentBytes: UInt64) -> String {
        let own = "service=\"\(Self.escaped(identity.service))\",revision=\"\(Self.escaped(identity.revision))\""
        var text = "# HELP http_server_requests_seconds Requests served.\n# TYPE http_server_requests_seconds histogram\n"
        for series in requests {
            let outcome = series.status >= 500 ? "SERVER_ERROR" : "SUCCESS"
            text += series.histogram.exposition(
                "http_server_requests_seconds",
                labels: "\(own),method=\"\(series.method)\",uri=\"/**\",status=\"\(series.status)\",outcome=\"\(outcome)\"")
        }
        text += "# HELP jvm_gc_pause_seconds Time spent in GC pause.\n# TYPE jvm_gc_pause_seconds histogram\n"
        let collector = "\(own),action=\"end of minor GC\",cause=\"G1 Evacuation Pause\",gc=\"G1 Young Generation\""
        text += pauses.exposition("jvm_gc_pause_seconds", labels: collector)
        text += "# TYPE jvm_gc_pause_seconds_max gauge\njvm_gc_pause_seconds_max{\(collector)} \(pauses.maximum)\n"
        text += gauge("jvm_gc_live_data_size_bytes", "Size of the long-lived heap after reclamation.", own, liveBytes)
        text += gauge("jvm_memory_used_bytes", "Memory in use.", "\(own),area=\"heap\",id=\"G1 Old Gen\"", heapBytes)
        text += gauge("process_start_time_seconds", "Start of the process since 1970.", own, started.timeIntervalSince1970)
        text += gauge("process_resident_memory_bytes", "Resident memory.", own, Double(residentBytes))
        return text
    }

    private func gauge(_ name: String, _ help: String, _ labels: String, _ value: Double) -> String {
        "# HELP \(name) \(help)\n# TYPE \(name) gauge\n\(name){\(labels)} \(value)\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
