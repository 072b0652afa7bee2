import ReleaseModel

/// Reads one metric of an analysis template.
struct MetricReading {
    let metric: ManifestNode
    let document: FieldLedger.Document
    let values: [String: String]
    var ledger: FieldLedger
    /// How long its measurements take together; zero where they have no end.
    private(set) var length = TimeSpan.zero

    init(metric: ManifestNode, document: FieldLedger.Document, values: [String: String], ledger: FieldLedger) {
        self.metric = metric
        self.document = document
        self.values = values
        self.ledger = ledger
    }

    /// Errors in a row after which Argo Rollouts gives up where the template does not say it.
    private static let standardErrorLimit = 4

    private var arguments: [String: String] {
        var arguments: [String: String] = [:]
        for (name, value) in values {
            arguments["args.\(name)"] = value
            arguments["inputs.\(name)"] = value
        }
        return arguments
    }

    private func resolved(_ node: ManifestNode?) -> String? {
        node?.text.map { Placeholders.resolve($0, arguments).text }
    }

    /// The check, or nil where its provider has no equal; then all that belongs to it is dropped with it.
    mutating func read(from: Weight?, isInline: Bool, url: inout String?) -> PolicyDraft.Check? {
        guard let provider = metric["provider"]?.pairs.first else {
            ledger.dropped(metric, in: document, "the metric has no provider")
            return nil
        }
        guard provider.key == "prometheus" else { return placeholder(provider.key, provider.value, from: from, isInline: isInline) }
        guard let query = readQuery(provider.value, &url) else {
            ledger.dropped(metric, in: document, "belongs to a metric whose query cannot be carried over")
            return nil
        }
        var check = PolicyDraft.Check(name: metric["name"]?.text ?? "check", source: .query(query), from: from)
        ledger.carried(metric["name"], in: document)
        readConditions(&check)
        readSchedule(&check, isInline: isInline)
        readLimits(&check)
        return check
    }

    /// A check that asks nobody yet: its times and limits are the metric's, and whatever measures it must be given an address. Until then
    /// it fails, so that nothing grows unmeasured.
    private mutating func placeholder(
        _ provider: String, _ node: ManifestNode, from: Weight?, isInline: Bool
    ) -> PolicyDraft.Check {
        ledger.dropped(
            node, in: document, opaque: provider == "job",
            (provider == "job" ? "a Kubernetes job, and Tidegate runs none" : "the provider '\(provider)'")
                + ": the check asks a webhook whose address must be put in; it fails until then")
        let name = metric["name"]?.text ?? "check"
        var check = PolicyDraft.Check(
            name: name, source: .webhook(url: PolicyDraft.placeholderWebhook, timeout: nil, metadata: [("name", name)], namespace: ""),
            from: from, success: .init(atLeast: 1))
        ledger.carried(metric["name"], in: document)
        for key in ["successCondition", "failureCondition"] {
            ledger.dropped(metric[key], in: document, "the condition is over an answer that a webhook does not give: it answers 2xx or not")
        }
        readSchedule(&check, isInline: isInline)
        readLimits(&check)
        return check
    }

    private mutating func readQuery(_ prometheus: ManifestNode, _ url: inout String?) -> String? {
        guard let node = prometheus["query"], let text = node.text else {
            ledger.dropped(prometheus, in: document, "the provider has no query")
            return nil
        }
        let (query, unknown) = Placeholders.resolve(text, arguments)
        if unknown.isEmpty {
            ledger.carried(node, in: document)
        } else {
            let names = Set(unknown).sorted().map { "{{\($0)}}" }.joined(separator: ", ")
            ledger.adapted(node, in: document, "no value for \(names), which stays in the query: put it in; it finds nothing until then")
        }
        if let address = prometheus["address"] {
            let resolved = resolved(address) ?? ""
            if !resolved.hasPrefix("http") || resolved.contains("{{") {
                ledger.dropped(address, in: document, "'\(resolved)' is no address that is known here")
            } else if url == nil || url == resolved {
                url = resolved
                ledger.carried(address, in: document)
            } else {
                ledger.dropped(address, in: document, "a policy asks one Prometheus, and another metric names \(url ?? "")")
            }
        }
        ledger.adapted(prometheus["timeout"], in: document, "metrics.timeout holds for every query; at most 5s by default")
        ledger.adapted(prometheus["insecure"], in: document, "TLS is checked; metrics.caFile names the authority")
        for key in ["authentication", "headers", "rangeQuery"] {
            ledger.dropped(
                prometheus[key], in: document,
                key == "rangeQuery"
                    ? "a check measures at one time; use avg_over_time and the like" : "metrics.secret is a bearer token by reference")
        }
        return query
    }

    // MARK: - Conditions

    private mutating func readConditions(_ check: inout PolicyDraft.Check) {
        let success = metric["successCondition"]
        let failure = metric["failureCondition"]
        let reading = resolved(success).flatMap(ConditionReading.init)
        let failing = resolved(failure).flatMap(ConditionReading.init)
        if let success {
            if let reading, !reading.limits.isEmpty {
                check.success = reading.limits
                note(success, reading, &check, passesWithoutData: reading.passesWithoutData)
            } else {
                ledger.dropped(success, in: document, "the condition compares no number with bounds")
            }
        }
        guard let failure else { return }
        guard let failing else { return ledger.dropped(failure, in: document, "the condition compares no number with bounds") }
        if check.success.isEmpty, let complement = failing.complement {
            check.success = complement
            note(failure, failing, &check, passesWithoutData: false)
        } else if !failing.limits.isEmpty {
            check.failing = failing.limits
            note(failure, failing, &check, passesWithoutData: false)
        } else {
            ledger.dropped(failure, in: document, "several ranges that fail, beside a condition of success")
        }
    }

    private mutating func note(
        _ node: ManifestNode, _ reading: ConditionReading, _ check: inout PolicyDraft.Check, passesWithoutData: Bool
    ) {
        if let value = reading.absentValue, case .query(let query) = check.source {
            check.source = .query("(\(query.trimmed(of: " \n\t"))) or vector(\(value))")
        }
        if passesWithoutData {
            ledger.adapted(node, in: document, "a measurement without a value is no success here: the release waits until there is one")
        } else {
            ledger.carried(node, in: document)
        }
    }

    // MARK: - Times and limits

    private mutating func readSchedule(_ check: inout PolicyDraft.Check, isInline: Bool) {
        check.delay = span("initialDelay")
        let every = span("interval")
        check.every = every
        if let node = metric["count"] {
            if let count = resolved(node).flatMap({ Int($0) }), count > 0 {
                check.count = count
                ledger.carried(node, in: document)
            } else {
                ledger.dropped(node, in: document, "'\(resolved(node) ?? "")' is no number of measurements")
            }
        } else if every == nil {
            // Without an interval Argo Rollouts measures once.
            check.count = 1
        }
        guard isInline else { return }
        length = (check.delay ?? .zero) + (every ?? .zero) * Double(max(0, (check.count ?? 1) - 1))
    }

    private mutating func span(_ key: String) -> TimeSpan? {
        guard let node = metric[key] else { return nil }
        guard let span = ArgoTime.span(resolved(node)) else {
            ledger.dropped(node, in: document, "'\(resolved(node) ?? "")' is no length of time")
            return nil
        }
        ledger.carried(node, in: document)
        return span
    }

    private mutating func readLimits(_ check: inout PolicyDraft.Check) {
        check.failures = integer("failureLimit") ?? integer("maxFailures") ?? 0
        check.unanswered = integer("consecutiveErrorLimit") ?? Self.standardErrorLimit
        ledger.adapted(
            metric["inconclusiveLimit"], in: document, "an inconclusive measurement holds the release until a later one succeeds")
        ledger.dropped(metric["consecutiveSuccessLimit"], in: document, "successes in a row are not counted")
    }

    private mutating func integer(_ key: String) -> Int? {
        guard let node = metric[key] else { return nil }
        guard let value = resolved(node).flatMap({ Int($0) }) else {
            ledger.dropped(node, in: document, "'\(resolved(node) ?? "")' is no whole number")
            return nil
        }
        // -1 is no limit.
        ledger.carried(node, in: document)
        return value < 0 ? 1_000_000 : value
    }
}
