internal import Foundation
internal import ReleaseModel
internal import Statistics

/// The Prometheus recording and alerting rules that say the same as a policy's objectives: one error ratio for each window, and an alert for each
/// rule that fires where the short and the long window lie above its factor times the budget (Google SRE workbook, chapter 5).
///
/// Ratios and alerts are by service and revision, so that an alert names the revision that burns the budget.
public struct AlertingRules: Sendable, Hashable, Codable {
    /// One rule of the file. A recording has `record`, an alert has `alert`.
    public struct Rule: Sendable, Hashable, Codable {
        public var record: String?
        public var alert: String?
        public var expr: String
        public var labels: [String: String]
        public var annotations: [String: String]?
    }

    public struct Group: Sendable, Hashable, Codable {
        public var name: String
        public var rules: [Rule]
    }

    public var groups: [Group]

    /// - Parameters:
    ///   - service: only this service's series; nil for all.
    ///   - policy: the policy's name, a label of every rule.
    public init(_ levels: ServiceLevels, source: SeriesNames, policy: String, service: String? = nil) {
        groups = levels.objectives.map { objective in
            let printer = ObjectiveRules(objective, source, policy: policy, service: service)
            return Group(name: "tidegate-\(policy)-\(objective.name)", rules: printer.recordings + printer.alerts)
        }
    }

    /// The file as Prometheus reads it.
    public var yaml: String {
        var lines = groups.isEmpty ? ["groups: []"] : ["groups:"]
        for group in groups {
            lines += ["- name: \(Self.quoted(group.name))", "  rules:"]
            for rule in group.rules {
                let name = rule.record.map { "record: \(Self.quoted($0))" } ?? "alert: \(Self.quoted(rule.alert ?? ""))"
                lines += ["  - \(name)", "    expr: \(Self.quoted(rule.expr))", "    labels:"]
                lines += rule.labels.keys.sorted().map { "      \($0): \(Self.quoted(rule.labels[$0] ?? ""))" }
                guard let annotations = rule.annotations else { continue }
                lines.append("    annotations:")
                lines += annotations.keys.sorted().map { "      \($0): \(Self.quoted(annotations[$0] ?? ""))" }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A single-quoted YAML scalar, in which only the quote itself is special.
    private static func quoted(_ text: String) -> String { "'\(text.replacing("'", with: "''"))'" }
}
