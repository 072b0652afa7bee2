import ReleaseModel

/// Reads one Canary.
struct FlaggerCanary {
    typealias Documents = [(manifest: Manifest, document: FieldLedger.Document)]

    let manifest: Manifest
    let document: FieldLedger.Document
    let templates: Documents
    let providers: Documents
    var ledger: FieldLedger
    var draft: PolicyDraft
    var usedDocuments: Set<Int> = []

    /// Failed checks after which Flagger rolls back, less one: so many are allowed.
    var allowedFailures = 0
    var interval = TimeSpan.seconds(60)

    init(
        _ manifest: Manifest, _ document: FieldLedger.Document, templates: Documents, providers: Documents, ledger: FieldLedger
    ) {
        self.manifest = manifest
        self.document = document
        self.templates = templates
        self.providers = providers
        self.ledger = ledger
        draft = PolicyDraft(
            name: manifest.name, origin: "From the Canary \(manifest.name) of Flagger (\(manifest.file):\(manifest.line)).")
    }

    mutating func read() {
        guard let spec = manifest.spec else { return }
        for key in ["targetRef", "autoscalerRef", "revertOnDeletion", "progressDeadlineSeconds"] {
            ledger.elsewhere(spec[key], in: document, "the workload: Tidegate shifts traffic and runs no pods")
        }
        for key in ["service", "ingressRef", "routeRef", "upstreamRef", "provider", "gatewayRefs"] {
            ledger.elsewhere(spec[key], in: document, "the data plane: a target names it (tidegate target apply)")
        }
        if let server = spec["metricsServer"] {
            draft.metricsURL = server.text
            ledger.carried(server, in: document)
        }
        ledger.adapted(spec["suspend"], in: document, "suspending is a command: tidegate release pause")
        let skips = spec["skipAnalysis"]?.bool == true
        ledger.carried(spec["skipAnalysis"], in: document)
        guard let analysis = spec["analysis"] ?? spec["canaryAnalysis"] else {
            draft.notes.append("The Canary has no analysis; the stages are Tidegate's defaults.")
            return
        }
        readTimes(analysis)
        readStages(analysis)
        readMatches(analysis)
        if skips {
            draft.notes.append("The Canary skips its analysis, so its checks are left out.")
            for key in ["metrics", "webhooks"] { ledger.carried(analysis[key], in: document) }
        } else {
            readMetrics(analysis["metrics"])
            readWebhooks(analysis["webhooks"])
        }
        readAlerts(analysis["alerts"])
        readRest(analysis)
    }

    /// Lengths of time as Flagger writes them.
    func span(_ node: ManifestNode?) -> TimeSpan? { node?.text.flatMap { TimeSpan($0) } }

    private mutating func readTimes(_ analysis: ManifestNode) {
        if let node = analysis["interval"] {
            if let span = span(node) {
                interval = span
                ledger.carried(node, in: document)
            } else {
                ledger.dropped(node, in: document, "'\(node.text ?? "")' is no length of time")
            }
        }
        if let node = analysis["threshold"] {
            guard let limit = node.integer, limit >= 0 else {
                return ledger.dropped(node, in: document, "'\(node.text ?? "")' is no number of failed checks")
            }
            allowedFailures = max(0, limit - 1)
            ledger.adapted(
                node, in: document, "failures are counted for each check, not for all together: a rollback comes at the same count or later"
            )
        }
    }

    // MARK: - Stages

    private mutating func readStages(_ analysis: ManifestNode) {
        if let iterations = analysis["iterations"] {
            guard let count = iterations.integer, count > 0 else {
                return ledger.dropped(iterations, in: document, "'\(iterations.text ?? "")' is no number of iterations")
            }
            // Nobody beside those who match: the smallest weight there is.
            draft.stages = [.init(weight: Weight(basisPoints: 1), duration: interval * Double(count))]
            ledger.adapted(
                iterations, in: document,
                "one stage of \(interval * Double(count)) at 0.01%: checks and rules need a canary that has users")
            for key in ["maxWeight", "stepWeight", "stepWeights"] {
                ledger.carried(analysis[key], in: document)
            }
            return
        }
        let limit = analysis["maxWeight"]?.number
        var weights: [Double] = []
        if let list = analysis["stepWeights"] {
            weights = list.elements.compactMap(\.number)
            ledger.carried(list, in: document)
            ledger.carried(analysis["stepWeight"], in: document)
        } else if let step = analysis["stepWeight"]?.number, step > 0 {
            let end = min(limit ?? 100, 100)
            // Flagger goes on by the step until the maximum is reached, and a last step may be shorter.
            weights = stride(from: step, to: end, by: step).map { $0 } + [end]
            ledger.carried(analysis["stepWeight"], in: document)
        } else {
            ledger.dropped(analysis["stepWeight"], in: document, "no step that grows")
            if limit != nil { weights = [limit ?? 100] }
        }
        ledger.carried(analysis["maxWeight"], in: document)
        var stages: [PolicyDraft.Stage] = []
        for number in weights where number > 0 && number <= 100 {
            let weight = Weight(basisPoints: Int((number * 100).rounded()))
            if weight > (stages.last?.weight ?? .zero), weight < .full { stages.append(.init(weight: weight, duration: interval)) }
        }
        draft.stages = stages.isEmpty ? nil : stages
    }

    // MARK: - Matches

    private mutating func readMatches(_ analysis: ManifestNode) {
        for (index, match) in (analysis["match"]?.elements ?? []).enumerated() {
            var conditions: [String] = []
            for pair in match.pairs {
                switch pair.key {
                case "headers":
                    for header in pair.value.pairs {
                        guard let kind = header.value.pairs.first, let value = kind.value.text else {
                            ledger.dropped(header.value, in: document, "the match has no value")
                            continue
                        }
                        switch HeaderCondition.condition(header: header.key, match: kind.key, value: value) {
                        case .success(let condition):
                            conditions.append(condition)
                            ledger.carried(header.value, in: document)
                        case .failure(let unmatched): ledger.dropped(header.value, in: document, unmatched.reason)
                        }
                    }
                default:
                    ledger.dropped(pair.value, in: document, "a match of '\(pair.key)': rules look at the request's headers and cookies")
                }
            }
            // A part that could not be carried over would widen the rule to people whom nobody meant.
            guard !conditions.isEmpty, conditions.count == match["headers"]?.pairs.count, match.pairs.count == 1 else { continue }
            draft.rules.append(.init(name: "match \(index + 1)", when: conditions.joined(separator: " and ")))
        }
        if let session = analysis["sessionAffinity"] {
            if let cookie = session["cookieName"]?.text {
                draft.key = "cookie[\"\(cookie.filter { $0 != "\"" && $0 != "\\" })\"] or header[\"x-user-id\"] or client.address"
                ledger.adapted(session["cookieName"], in: document, "the cookie is the routing key; Tidegate sets no cookie of its own")
            }
            ledger.adapted(session["maxAge"], in: document, "users keep their side as long as their key; nothing expires")
            ledger.adapted(session, in: document, "users keep their side by the routing key")
        }
    }

    private mutating func readRest(_ analysis: ManifestNode) {
        for key in ["mirror", "mirrorWeight"] { ledger.dropped(analysis[key], in: document, "traffic is not mirrored") }
        for key in ["stepWeightPromotion", "primaryReadyThreshold", "canaryReadyThreshold"] {
            ledger.elsewhere(analysis[key], in: document, "the workload: how the primary's pods are replaced and counted")
        }
    }

    // MARK: - Alerts

    private mutating func readAlerts(_ alerts: ManifestNode?) {
        for alert in alerts?.elements ?? [] {
            let name = alert[path: "providerRef", "name"]?.text ?? ""
            let namespace = alert[path: "providerRef", "namespace"]?.text ?? manifest.namespace
            guard
                let provider = providers.first(where: { $0.manifest.name == name && $0.manifest.namespace == namespace })
                    ?? providers.first(where: { $0.manifest.name == name })
            else {
                ledger.dropped(alert, in: document, "the AlertProvider '\(name)' is in none of the files; name its file too")
                continue
            }
            usedDocuments.insert(provider.document.index)
            let address = provider.manifest.spec?["address"]
            guard let url = address?.text, url.hasPrefix("http") else {
                ledger.dropped(alert, in: document, "the AlertProvider's address is in a Kubernetes secret: put it under notify")
                ledger.dropped(provider.manifest.spec, in: provider.document, "the address is in a Kubernetes secret")
                continue
            }
            if !draft.webhooks.contains(url) { draft.webhooks.append(url) }
            ledger.carried(alert["name"], in: document)
            ledger.carried(alert["providerRef"], in: document)
            ledger.adapted(alert["severity"], in: document, "every decision is notified; the receiver sorts them by their kind")
            ledger.carried(address, in: provider.document)
            ledger.adapted(provider.manifest.spec, in: provider.document, "notifications are signed JSON, not messages of a chat")
        }
    }
}
