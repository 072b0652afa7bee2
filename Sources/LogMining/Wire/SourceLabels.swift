internal import ReleaseModel

/// Which labels name service, revision, instance and severity; the first that is there wins.
enum SourceLabels {
    static let service = ["service", "service_name", "app", "job"]
    static let revision = ["revision", "version", "service_version"]
    static let instance = ["instance", "service_instance_id", "pod", "k8s_pod_name", "hostname", "host_name", "host"]
    static let severity = ["level", "severity", "detected_level", "severity_text"]
    static let unknownInstance = "unknown"

    /// - Throws: `missingLabel` where neither labels nor defaults name service and revision.
    static func source(_ value: (String) -> String?, defaults: LogDefaults = LogDefaults()) throws(LogWireError) -> LogSource {
        func first(_ names: [String]) -> String? { names.lazy.compactMap(value).first { !$0.isEmpty } }
        guard let service = first(Self.service) ?? defaults.service, !service.isEmpty else {
            throw LogWireError(.missingLabel, "no label names the service: one of \(Self.service.joined(separator: ", "))")
        }
        guard let revision = first(Self.revision) ?? defaults.revision, !revision.isEmpty else {
            throw LogWireError(.missingLabel, "no label names the revision: one of \(Self.revision.joined(separator: ", "))")
        }
        return LogSource(service: service, revision: revision, instance: first(Self.instance) ?? defaults.instance ?? unknownInstance)
    }

    static func severity(_ value: (String) -> String?) -> LogSeverity? {
        severity.lazy.compactMap(value).first.flatMap { SeverityWord.severity(of: $0) }
    }
}
