internal import Predicates
internal import ReleaseModel

/// The reading of one policy. Sections that are left out, or could not be read, have their defaults, so that one mistake does not hide others.
struct PolicyReader {
    var report: FindingReport
    let signals: SignalSchema?
    /// What the tree may read: the plugins' signals, and those of the sequences that the policy's log settings name.
    var treeSignals: SignalSchema?

    static let apiVersion = "tidegate/v1"

    init(report: FindingReport, signals: SignalSchema?) {
        self.report = report
        self.signals = signals
        treeSignals = signals
    }

    mutating func policy(_ root: DocumentNode) -> PolicyOutline? {
        guard let (name, specNode) = head(root, kind: .policy) else { return nil }
        guard var spec = Section(specNode, "spec", report: &report) else { return nil }
        var outline = PolicyOutline(
            policy: Policy(
                name: name, traffic: PluginUse(plugin: PolicyDefaults.dataPlanePlugin), metrics: PolicyDefaults.metrics,
                logs: PluginUse(plugin: PolicyDefaults.logsPlugin), routing: PolicyDefaults.routing, stages: PolicyDefaults.stages,
                warmUp: PolicyDefaults.warmUp, bake: PolicyDefaults.bake, health: PluginUse(plugin: PolicyDefaults.healthPlugin),
                tree: PolicyDefaults.tree, notify: []))
        for (key, value) in spec.remaining { outline.positions[key.text ?? ""] = key.text == "tree" ? key.position : value.position }
        if let node = spec.take("traffic") {
            outline.policy.traffic = pluginUse(node, "traffic", default: PolicyDefaults.dataPlanePlugin, example: "{plugin: nginx}")
        }
        outline.policy.metrics = metrics(spec.take("metrics"), &outline)
        if let node = spec.take("routing") { routing(node, &outline) }
        if let node = spec.take("stages") { readStages(node, &outline) }
        if let node = spec.take("warmUp"), let span = report.span(node, "warmUp", from: .zero, to: .seconds(86_400)) {
            outline.policy.warmUp = span
        }
        if let node = spec.take("bake"), let span = report.span(node, "bake", from: .zero, to: .seconds(14 * 86_400)) {
            outline.policy.bake = span
        }
        if let node = spec.take("health") { outline.policy.health = health(node) }
        if let node = spec.take("logs") {
            outline.policy.logs =
                node.text == "none"
                ? nil : pluginUse(node, "logs", default: PolicyDefaults.logsPlugin, example: "{plugin: LogSignals}, or none")
            readSequences(node, outline.policy.logs)
        }
        treeSignals = signals?.adding(SignalDescriptor.sequences(of: outline.policy.logs))
        outline.treeSignals = treeSignals
        if outline.policy.logs == nil { outline.policy.tree = PolicyDefaults.treeWithoutLogs }
        if let node = spec.take("tree") { readTree(node, &outline) } else { compileDefaultTree(&outline) }
        if let node = spec.take("verdicts") { outline.policy.verdicts = verdicts(node) }
        if let node = spec.take("probes") {
            outline.policy.probes = pluginUse(node, "probes", default: PolicyDefaults.probesPlugin, example: "{path: /healthz}")
        }
        if let node = spec.take("notify") { readWebhooks(node, &outline) }
        spec.finish(report: &report)
        return outline
    }

    // MARK: - The head

    /// `apiVersion`, `kind` and `metadata.name`, common to all files.
    mutating func head(_ root: DocumentNode, kind: DocumentKind) -> (name: String, spec: DocumentNode)? {
        guard var document = Section(root, "the file", report: &report, example: "apiVersion: \(Self.apiVersion)") else { return nil }
        guard let version = document.require("apiVersion", report: &report, example: Self.apiVersion) else { return nil }
        guard version.text == Self.apiVersion else {
            report.error(
                .wrongKind, "this program reads apiVersion \(Self.apiVersion), not '\(version.text ?? version.kind)'", at: version.position)
            return nil
        }
        guard let kindNode = document.require("kind", report: &report, example: kind.rawValue) else { return nil }
        guard kindNode.text == kind.rawValue else {
            report.error(
                .wrongKind, "a \(kind.rawValue) is wanted, and this is '\(kindNode.text ?? kindNode.kind)'", at: kindNode.position,
                suggestion: kindNode.text.flatMap { DocumentKind(rawValue: $0) }.map { "apply it with: tidegate \($0.command) apply" }
                    ?? "write kind: \(kind.rawValue)")
            return nil
        }
        var name: String?
        if let node = document.require("metadata", report: &report, example: "{name: checkout}"),
            var metadata = Section(node, "metadata", report: &report, example: "metadata: {name: checkout}")
        {
            if let node = metadata.require("name", report: &report, example: "checkout") { name = report.name(node, "the name") }
            metadata.finish(report: &report)
        }
        let spec = document.take("spec") ?? DocumentNode(content: .mapping([]), position: root.position)
        document.finish(report: &report)
        return (name ?? "unnamed", spec)
    }

    // MARK: - Plugins

    /// A section that names a plugin; its other keys are the plugin's configuration.
    mutating func pluginUse(_ node: DocumentNode, _ title: String, default plugin: String, example: String) -> PluginUse {
        guard var section = Section(node, title, report: &report, example: "\(title): \(example)") else { return PluginUse(plugin: plugin) }
        let name = section.take("plugin").flatMap { report.name($0, "the plugin") } ?? plugin
        return PluginUse(plugin: name, configuration: section.remainder())
    }

    private mutating func metrics(_ node: DocumentNode?, _ outline: inout PolicyOutline) -> MetricsPolicy {
        var metrics = outline.policy.metrics
        let example = "metrics: {plugin: prometheus, url: \"http://127.0.0.1:9090\", every: 10s, lag: 15s}"
        guard let node, var section = Section(node, "metrics", report: &report, example: example) else { return metrics }
        if let plugin = section.take("plugin").flatMap({ report.name($0, "the plugin") }) { metrics.source.plugin = plugin }
        if let node = section.take("every") {
            outline.positions["every"] = node.position
            if let span = report.span(node, "every", from: .milliseconds(100), to: .seconds(3600)) { metrics.every = span }
        }
        if let node = section.take("lag") {
            outline.positions["lag"] = node.position
            if let span = report.span(node, "lag", from: .zero, to: .seconds(3600)) { metrics.lag = span }
        }
        if let node = section.take("also") { metrics.also = furtherSources(node, besides: metrics.source.plugin) }
        metrics.source.configuration = section.remainder()
        return metrics
    }

    /// Sources beside the main one. A plugin keeps one state for each release, so that none may stand twice.
    private mutating func furtherSources(_ node: DocumentNode, besides main: String) -> [PluginUse]? {
        var sources: [PluginUse] = []
        for element in report.list(node, "also", atMost: DocumentLimits.furtherSources) {
            guard element["plugin"] != nil else {
                report.error(
                    .missingKey, "a further source names its plugin", at: element.position, suggestion: "for example {plugin: webhooks}")
                continue
            }
            let use = pluginUse(element, "also", default: "", example: "[{plugin: webhooks}]")
            if use.plugin == main || sources.contains(where: { $0.plugin == use.plugin }) {
                report.error(.duplicateName, "'\(use.plugin)' is a source already", at: element.position)
            }
            sources.append(use)
        }
        return sources.isEmpty ? nil : sources
    }

    /// The scoring plugin's settings; `falseRollback` is checked here, as no plugin may take a policy's promise for another.
    private mutating func health(_ node: DocumentNode) -> PluginUse {
        if let rate = node["falseRollback"] {
            let value = rate.text.flatMap { DocumentNode.number($0) }
            if value.map({ $0 > 0 && $0 <= 0.5 }) != true {
                report.error(
                    .invalidValue, "falseRollback is a chance above 0 and at most 0.5, not \(rate.text.map { "'\($0)'" } ?? rate.kind)",
                    at: rate.position,
                    suggestion: rate.text?.hasSuffix("%") == true ? "write it as a number: 0.01 for 1%" : "for example 0.01")
            }
        }
        return pluginUse(node, "health", default: PolicyDefaults.healthPlugin, example: "{falseRollback: 0.01}")
    }

    // MARK: - Notifications

    private mutating func readWebhooks(_ node: DocumentNode, _ outline: inout PolicyOutline) {
        for element in report.list(node, "notify", atMost: DocumentLimits.webhooks) {
            guard var section = Section(element, "a notification", report: &report, example: "{webhook: \"https://...\", secret: env:NAME}")
            else { continue }
            let url = section.require("webhook", report: &report, example: "\"https://chat.example/hook\"").flatMap { webhookURL($0) }
            let secret = section.take("secret").flatMap { report.text($0, "the secret's reference", example: "env:WEBHOOK_SECRET") }
            section.finish(report: &report)
            guard let url else { continue }
            let webhook = Webhook(url: url, secret: secret)
            outline.policy.notify.append(webhook)
            outline.webhooks.append((webhook, element.position))
        }
    }

    private mutating func webhookURL(_ node: DocumentNode) -> String? {
        guard let url = report.text(node, "a webhook", example: "\"https://chat.example/hook\"") else { return nil }
        let isPlain = url.utf8.allSatisfy { $0 > 32 && $0 < 127 }
        let rest = ["https://", "http://"].first { url.hasPrefix($0) }.map { url.dropFirst($0.count) }
        guard isPlain, let rest, let first = rest.first, first != "/", url.utf8.count <= 2048 else {
            report.error(
                .invalidValue, "'\(url.prefix(64))' is no http or https URL", at: node.position,
                suggestion: "for example \"https://chat.example/hook\"")
            return nil
        }
        return url
    }
}
