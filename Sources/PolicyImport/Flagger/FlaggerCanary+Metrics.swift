import ReleaseModel

extension FlaggerCanary {
    mutating func readMetrics(_ metrics: ManifestNode?) {
        for metric in metrics?.elements ?? [] {
            guard let name = metric["name"]?.text else {
                ledger.dropped(metric, in: document, "the metric has no name")
                continue
            }
            let window = span(metric["interval"]) ?? interval
            guard let (query, scale) = query(of: metric, name, window) else { continue }
            ledger.carried(metric["name"], in: document)
            if let node = metric["interval"] {
                if span(node) != nil {
                    ledger.carried(node, in: document)
                } else {
                    ledger.dropped(node, in: document, "'\(node.text ?? "")' is no length of time")
                }
            }
            var check = PolicyDraft.Check(
                name: draft.freeCheckName(name), source: .query(query), every: interval, failures: allowedFailures,
                // A query without values is a failed check to Flagger.
                unanswered: allowedFailures)
            readRange(metric, name, scale, &check)
            draft.checks.append(check)
        }
    }

    /// `thresholdRange`, or the older `threshold`: a minimum of the success rate, a maximum of everything else.
    private mutating func readRange(_ metric: ManifestNode, _ name: String, _ scale: Double, _ check: inout PolicyDraft.Check) {
        if let range = metric["thresholdRange"] {
            for (key, isMinimum) in [("min", true), ("max", false)] {
                guard let node = range[key] else { continue }
                guard let value = node.number else {
                    ledger.dropped(node, in: document, "'\(node.text ?? "")' is no number")
                    continue
                }
                if isMinimum { check.success.atLeast = value * scale } else { check.success.atMost = value * scale }
                ledger.carried(node, in: document)
            }
        }
        guard let node = metric["threshold"] else { return }
        guard let value = node.number, check.success.isEmpty else {
            return ledger.dropped(node, in: document, check.success.isEmpty ? "it is no number" : "thresholdRange stands beside it")
        }
        if Self.isSuccessRate(name) { check.success.atLeast = value * scale } else { check.success.atMost = value * scale }
        ledger.carried(node, in: document)
    }

    private static func isSuccessRate(_ name: String) -> Bool { name == "request-success-rate" || name.hasSuffix("_requests_total") }

    private static func isDuration(_ name: String) -> Bool {
        name == "request-duration" || name.hasSuffix("_request_duration_seconds_bucket")
            || name.hasSuffix("_response_duration_milliseconds_bucket")
    }

    /// The query, and what the limits are multiplied by to fit it.
    private mutating func query(of metric: ManifestNode, _ name: String, _ window: TimeSpan) -> (String, Double)? {
        if let reference = metric["templateRef"] { return template(reference, metric, window).map { ($0, 1) } }
        if let node = metric["query"], let text = node.text {
            guard let query = resolved(text, metric, window, node, document) else { return nil }
            ledger.carried(node, in: document)
            return (query, 1)
        }
        if Self.isSuccessRate(name) { return (Self.successRate(window), 1) }
        if Self.isDuration(name) { return (Self.duration(window), 1) }
        ledger.dropped(metric, in: document, "the metric '\(name)' is none of Flagger's own and has neither templateRef nor query")
        return nil
    }

    /// Flagger's own metrics differ with the mesh; here they are those of the service itself, by Tidegate's labels.
    private static func successRate(_ window: TimeSpan) -> String {
        let series = #"http_server_requests_seconds_count{service="$service",revision="$revision""#
        return "100 * sum(rate(\(series),status!~\"5..\"}[\(window)])) / sum(rate(\(series)}[\(window)]))"
    }

    /// The 99th percentile in milliseconds.
    private static func duration(_ window: TimeSpan) -> String {
        let series = #"http_server_requests_seconds_bucket{service="$service",revision="$revision"}"#
        return "1000 * histogram_quantile(0.99, sum by (le) (rate(\(series)[\(window)])))"
    }

    private mutating func template(_ reference: ManifestNode, _ metric: ManifestNode, _ window: TimeSpan) -> String? {
        let name = reference["name"]?.text ?? ""
        let namespace = reference["namespace"]?.text ?? manifest.namespace
        guard
            let template = templates.first(where: { $0.manifest.name == name && $0.manifest.namespace == namespace })
                ?? templates.first(where: { $0.manifest.name == name }), let spec = template.manifest.spec
        else {
            ledger.dropped(metric, in: document, "the MetricTemplate '\(name)' is in none of the files; name its file too")
            return nil
        }
        usedDocuments.insert(template.document.index)
        let type = spec[path: "provider", "type"]
        guard type?.text == "prometheus" else {
            ledger.dropped(spec, in: template.document, "the provider '\(type?.text ?? "")': checks are PromQL queries or webhooks")
            ledger.dropped(metric, in: document, "the provider of its template has no equal")
            return nil
        }
        guard let node = spec["query"], let text = node.text, let query = resolved(text, metric, window, node, template.document) else {
            ledger.dropped(metric, in: document, "the query of its template cannot be carried over")
            return nil
        }
        ledger.carried(node, in: template.document)
        ledger.carried(type, in: template.document)
        if let address = spec[path: "provider", "address"], let url = address.text {
            if draft.metricsURL == nil || draft.metricsURL == url {
                draft.metricsURL = url
                ledger.carried(address, in: template.document)
            } else {
                ledger.dropped(
                    address, in: template.document, "a policy asks one Prometheus, and another metric names \(draft.metricsURL ?? "")")
            }
        }
        ledger.dropped(spec[path: "provider", "secretRef"], in: template.document, "metrics.secret is a bearer token by reference")
        ledger.adapted(
            spec[path: "provider", "insecureSkipVerify"], in: template.document, "TLS is checked; metrics.caFile names the authority")
        ledger.carried(reference, in: document)
        return query
    }

    /// The query with the names that Flagger puts in. They stay those of the Kubernetes objects.
    private mutating func resolved(
        _ text: String, _ metric: ManifestNode, _ window: TimeSpan, _ node: ManifestNode, _ place: FieldLedger.Document
    ) -> String? {
        let spec = manifest.spec
        let target = spec?[path: "targetRef", "name"]?.text ?? manifest.name
        var values = [
            "name": manifest.name, "namespace": manifest.namespace, "target": target, "interval": "\(window)",
            "service": spec?[path: "service", "name"]?.text ?? target, "ingress": spec?[path: "ingressRef", "name"]?.text ?? manifest.name,
            "route": spec?[path: "routeRef", "name"]?.text ?? manifest.name,
        ]
        for pair in metric["templateVariables"]?.pairs ?? [] {
            values["variables.\(pair.key)"] = pair.value.text ?? ""
            ledger.carried(pair.value, in: document)
        }
        let (query, unknown) = Placeholders.resolve(text, values)
        guard unknown.isEmpty else {
            ledger.dropped(node, in: place, "no value for \(unknown.joined(separator: ", "))")
            return nil
        }
        return query
    }
}
