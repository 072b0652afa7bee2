import ReleaseModel

/// Reads an analysis: which templates, with which arguments, and each template's metrics as checks.
struct AnalysisReading {
    var ledger: FieldLedger

    /// Reads the `analysis` of a strategy or step.
    ///
    /// - Parameters:
    ///   - from: measured while the canary has at least this weight.
    ///   - isInline: whether the release waits for its end.
    /// - Returns: how long it takes to its end; zero where it has none.
    mutating func read(
        _ analysis: ManifestNode, _ manifest: Manifest, _ document: FieldLedger.Document, _ templates: inout AnalysisTemplates,
        from: Weight?, isInline: Bool, into draft: inout PolicyDraft
    ) -> TimeSpan {
        ledger.carried(analysis["name"], in: document)
        let arguments = arguments(analysis["args"], document)
        for key in ["dryRun", "measurementRetention", "analysisRunMetadata"] {
            ledger.dropped(analysis[key], in: document, "the history keeps everything that was decided, and every check counts")
        }
        var references = (analysis["templates"]?.elements ?? []).map { ($0["templateName"] ?? $0["clusterTemplateName"], $0) }
        if analysis["templateName"] != nil || analysis["clusterTemplateName"] != nil {
            references.append((analysis["templateName"] ?? analysis["clusterTemplateName"], analysis))
        }
        var length = TimeSpan.zero
        for (node, holder) in references {
            guard let node, let name = node.text else { continue }
            let isCluster = holder["clusterTemplateName"] != nil || holder["clusterScope"]?.bool == true
            ledger.carried(holder["clusterScope"], in: document)
            guard let template = templates.find(name, isCluster: isCluster, beside: manifest) else {
                ledger.dropped(node, in: document, "the template '\(name)' is in none of the files; name its file too")
                continue
            }
            ledger.carried(node, in: document)
            templates.markUsed(template)
            length = max(length, read(template, arguments: arguments, from: from, isInline: isInline, into: &draft))
        }
        return length
    }

    private mutating func arguments(_ node: ManifestNode?, _ document: FieldLedger.Document) -> [String: String] {
        var values: [String: String] = [:]
        for argument in node?.elements ?? [] {
            guard let name = argument["name"]?.text else { continue }
            if let value = argument["value"]?.text {
                values[name] = value
                ledger.carried(argument, in: document)
            } else if let hash = argument[path: "valueFrom", "podTemplateHashValue"] {
                values[name] = hash.text == "Stable" ? "$stable" : "$revision"
                ledger.adapted(argument, in: document, "the revision's name stands for the hash of its pods")
            } else if argument[path: "valueFrom", "secretKeyRef"] != nil {
                ledger.dropped(
                    argument, in: document, "a value from a Kubernetes secret: secrets are references here, env:NAME or file:PATH")
            } else if argument["valueFrom"] != nil {
                ledger.dropped(argument, in: document, "a value from a field of the Rollout, which only Kubernetes knows")
            } else {
                // Declared, and given elsewhere.
                ledger.carried(argument, in: document)
            }
        }
        return values
    }

    /// Reads one template's metrics into checks.
    @discardableResult
    mutating func read(
        _ template: AnalysisTemplates.Template, arguments: [String: String], from: Weight?, isInline: Bool = false,
        into draft: inout PolicyDraft
    ) -> TimeSpan {
        guard let spec = template.manifest.spec else { return .zero }
        let document = template.document
        let values = self.arguments(spec["args"], document).merging(arguments) { _, given in given }
        for key in ["dryRun", "measurementRetention", "ttlStrategy", "successfulRunHistoryLimit", "unsuccessfulRunHistoryLimit"] {
            ledger.dropped(spec[key], in: document, "the history keeps everything that was decided, and every check counts")
        }
        ledger.dropped(spec["templates"], in: document, "templates within templates are not followed")
        var length = TimeSpan.zero
        for metric in spec["metrics"]?.elements ?? [] {
            var reading = MetricReading(metric: metric, document: document, values: values, ledger: ledger)
            let check = reading.read(from: from, isInline: isInline, url: &draft.metricsURL)
            ledger = reading.ledger
            guard var check else { continue }
            check.name = draft.freeCheckName(check.name)
            draft.checks.append(check)
            length = max(length, reading.length)
        }
        return length
    }
}
