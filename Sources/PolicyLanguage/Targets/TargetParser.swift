internal import Predicates
public import ReleaseModel

/// Reads the YAML of a target: its nodes, and the servers behind it for each service and revision.
///
/// ```yaml
/// apiVersion: tidegate/v1
/// kind: Target
/// metadata: {name: edge}
/// spec:
///   plugin: nginx
///   nodes:
///     - {name: local, prefix: /srv/nginx}     # every key but name is the node's configuration, handed to the plugin
///   services:
///     checkout: {stable: v41, revisions: {v41: ["127.0.0.1:9001"], v42: ["127.0.0.1:9002"]}}
/// ```
public enum TargetParser {
    /// Reads one target; nil when there is a finding of severity error.
    public static func parse(_ source: String, file: String) -> (target: Target?, findings: [Finding]) {
        var report = FindingReport(file: file, source: source)
        guard let root = DocumentReader.read(source, maximumBytes: DocumentLimits.targetBytes, report: &report) else {
            return (nil, report.sorted)
        }
        SecretScan.scan(root, report: &report)
        var reader = TargetReader(report: report)
        let target = reader.target(root)
        report = reader.report
        return (report.hasErrors ? nil : target, report.sorted)
    }

    /// Reads one target; every error in one `invalidInput`.
    public static func target(_ source: String, file: String) throws(ReleaseError) -> Target {
        let (target, findings) = parse(source, file: file)
        if let target { return target }
        throw ReleaseError(.invalidInput, errors: findings, file: file)
    }
}
