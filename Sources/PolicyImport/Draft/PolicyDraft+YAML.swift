import ReleaseModel

extension PolicyDraft {
    /// The address that stands in for one that the manifests do not say.
    static let placeholderURL = "http://127.0.0.1:9090"
    /// The address of a webhook that must be put in; nobody answers there.
    static let placeholderWebhook = "http://127.0.0.1:9/put-the-address-in"
    /// The shortest stage: one look at the metrics.
    static let shortestStage = TimeSpan.seconds(10)

    var yaml: String {
        // Names come from the manifests: a line break in one must not end the comment.
        var lines = ([origin] + notes).map { "# " + Self.printable($0) }
        if metricsURL == nil { lines.append("# The manifests do not say where Prometheus is: put its address into metrics.url.") }
        if checks.contains(where: \.isPlaceholder) {
            lines.append("# Checks that ask \(Self.placeholderWebhook) fail until the address of what measures them is put in.")
        }
        lines += ["apiVersion: tidegate/v1", "kind: RolloutPolicy", "metadata: {name: \(Self.policyName(name))}", "spec:"]
        lines += metricsLines + routingLines + stageLines
        if let bake { lines.append("  bake: \(bake)") }
        lines += healthLines + treeLines
        if !webhooks.isEmpty {
            lines.append("  notify:")
            lines += webhooks.map { "    - {webhook: \(Self.quoted($0))}" }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var metricsLines: [String] {
        var lines = ["  metrics:", "    plugin: prometheus", "    url: \(Self.quoted(metricsURL ?? Self.placeholderURL))"]
        if let every { lines.append("    every: \(every)") }
        let queries = checks.filter { if case .query = $0.source { true } else { false } }
        if !queries.isEmpty {
            lines.append("    checks:")
            for check in queries {
                guard case .query(let query) = check.source else { continue }
                lines += ["      - name: \(check.name)", "        query: |-"]
                lines += query.split(separator: "\n").map { "          \(Self.printable(String($0)))" }
                lines += Self.schedule(check).map { "        \($0)" }
            }
        }
        let calls = checks.filter { if case .webhook = $0.source { true } else { false } }
        if !calls.isEmpty {
            lines += ["    also:", "      - plugin: webhooks", "        checks:"]
            for check in calls {
                guard case .webhook(let url, let timeout, let metadata, let namespace) = check.source else { continue }
                lines += ["          - name: \(check.name)", "            url: \(Self.quoted(url))"]
                if let timeout { lines.append("            timeout: \(timeout)") }
                if !namespace.isEmpty { lines.append("            namespace: \(Self.quoted(namespace))") }
                if !metadata.isEmpty {
                    lines.append("            metadata:")
                    lines += metadata.map { "              \(Self.quoted($0.0)): \(Self.quoted($0.1))" }
                }
                lines += Self.schedule(check).map { "            \($0)" }
            }
        }
        return lines
    }

    private static func schedule(_ check: Check) -> [String] {
        var lines: [String] = []
        if let every = check.every { lines.append("every: \(every)") }
        if let delay = check.delay, delay > .zero { lines.append("delay: \(delay)") }
        if let count = check.count { lines.append("count: \(count)") }
        if let from = check.from, from > .zero { lines.append("from: \(from)") }
        return lines
    }

    private var routingLines: [String] {
        guard key != nil || !rules.isEmpty else { return [] }
        var lines = ["  routing:"]
        if let key { lines.append("    key: \(Self.quoted(key))") }
        if !rules.isEmpty {
            lines.append("    rules:")
            lines += rules.map { "      - {name: \(Self.quoted($0.name)), when: \(Self.quoted($0.when)), to: canary}" }
        }
        return lines
    }

    /// The manifests ask for no number of samples, so none is asked for here.
    private var stageLines: [String] {
        guard let stages, !stages.isEmpty else { return [] }
        return ["  stages:"]
            + stages.map { stage in
                let approval = stage.needsApproval ? ", approval: {role: approver, expires: 7d}" : ""
                return "    - {weight: \(stage.weight), for: \(max(stage.duration, Self.shortestStage)), samples: 0\(approval)}"
            }
    }

    private var healthLines: [String] {
        guard !checks.isEmpty else { return [] }
        return ["  health:", "    checks:"]
            + checks.map { check in
                var fields = ["name: \(check.name)"] + Self.bounds(check.success)
                if !check.failing.isEmpty { fields.append("failing: {\(Self.bounds(check.failing).joined(separator: ", "))}") }
                if check.failures > 0 { fields.append("failures: \(check.failures)") }
                if let unanswered = check.unanswered { fields.append("unanswered: \(unanswered)") }
                return "      - {\(fields.joined(separator: ", "))}"
            }
    }

    private static func bounds(_ limits: Limits) -> [String] {
        [("atLeast", limits.atLeast), ("above", limits.above), ("atMost", limits.atMost), ("below", limits.below)].compactMap {
            name, value in
            value.map { "\(name): \(number($0))" }
        }
    }

    /// Without a fraction where there is none.
    private static func number(_ value: Double) -> String {
        Int64(exactly: value).map { "\($0)" } ?? "\(value)"
    }

    /// What the checks say decides; without checks the default tree does.
    private var treeLines: [String] {
        guard !checks.isEmpty else { return [] }
        return [
            "  tree:", "    - {name: a check failed, if: 'checks.failed', then: rollback}",
            "    - {name: a check does not pass, if: 'not checks.passed', then: hold}", "    - {name: all good, then: advance}",
        ]
    }

    /// A name as policies have them.
    static func policyName(_ name: String) -> String {
        let allowed = name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "-" }
        let trimmed = String(allowed.drop { !($0.isLetter || $0.isNumber) }.prefix(Name.maximumLength))
        return trimmed.isEmpty ? "imported" : trimmed
    }

    /// A text in YAML's double quotes.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            case "\r": quoted += "\\r"
            default:
                if scalar.value < 32 || scalar.value == 127 {
                    quoted += "\\x" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
                } else {
                    quoted.unicodeScalars.append(scalar)
                }
            }
        }
        return quoted + "\""
    }

    /// A line of a literal block: tabs and other control characters become spaces, which PromQL reads alike.
    private static func printable(_ line: String) -> String {
        String(String.UnicodeScalarView(line.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : $0 }))
    }
}
