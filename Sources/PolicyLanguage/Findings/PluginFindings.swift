public import ReleaseModel

/// What is wrong with the plugins of a policy and their settings, at the places where these stand in its file.
public struct PluginFindings {
    private var report: FindingReport
    private let spec: DocumentNode?

    /// - Parameters:
    ///   - source: the text of a policy that could be read.
    ///   - file: its name, as findings show it.
    public init(source: String, file: String) {
        report = FindingReport(file: file, source: source)
        let root = DocumentReader.read(source, maximumBytes: DocumentLimits.policyBytes, report: &report)
        if let root { SecretScan.scan(root, report: &report) }
        spec = root?["spec"]
        report = FindingReport(file: file, source: source, secretLines: report.secretLines)
    }

    /// In the order of their places.
    public var findings: [Finding] { report.sorted }

    /// A setting that its plugin does not take.
    ///
    /// - Parameter setting: its name with a path into it, `slo[0].objective`; empty for all of them.
    public mutating func refuse(_ setting: String, _ reason: String, of plugin: PolicyPlugin) {
        let subject = setting.isEmpty ? "the settings of \(plugin.use.plugin)" : (plugin.section + [setting]).joined(separator: ".")
        report.add(.error, .pluginSetting, "\(subject) \(reason)", at: place(plugin.section + Self.steps(setting)))
    }

    /// A plugin that cannot stand where it is named.
    public mutating func refuse(_ plugin: PolicyPlugin, _ reason: String, suggestion: String?) {
        report.add(.error, .unknownPlugin, reason, at: place(plugin.section + ["plugin"]), suggestion: suggestion)
    }

    /// A tree that reads what none of the policy's plugins gives.
    public mutating func refuse(tree reason: String, suggestion: String?) {
        report.add(.error, .signalWithoutSource, reason, at: place(["tree"]), suggestion: suggestion)
    }

    /// A plugin whose settings nobody could check here.
    public mutating func note(_ plugin: PolicyPlugin, _ reason: String, suggestion: String?) {
        report.add(.warning, .unknownPlugin, reason, at: place(plugin.section + ["plugin"]), suggestion: suggestion)
    }

    /// Where a way through the document leads, or as far as it was written.
    private func place(_ way: [String]) -> DocumentPosition {
        guard var node = spec else { return DocumentPosition(line: 1, column: 1) }
        var position = node.position
        for step in way {
            switch node.content {
            case .mapping(let pairs):
                guard let pair = pairs.first(where: { $0.key.text == step }) else { return position }
                (position, node) = (pair.key.position, pair.value)
            case .sequence(let elements):
                guard let index = Int(step), elements.indices.contains(index) else { return position }
                node = elements[index]
                position = node.position
            case .scalar: return position
            }
        }
        return position
    }

    /// The steps of `slo[0].objective`.
    private static func steps(_ setting: String) -> [String] {
        setting.split { $0 == "." || $0 == "[" || $0 == "]" }.map(String.init)
    }
}
