import ReleaseModel

extension FlaggerCanary {
    /// The longest that a webhook check waits for its answer.
    private static var longestTimeout: TimeSpan { .seconds(8) }

    mutating func readWebhooks(_ webhooks: ManifestNode?) {
        for webhook in webhooks?.elements ?? [] {
            let type = webhook["type"]?.text ?? "rollout"
            guard let url = webhook["url"]?.text, url.hasPrefix("http://") || url.hasPrefix("https://") else {
                ledger.dropped(webhook, in: document, "the webhook has no http or https URL")
                continue
            }
            switch type {
            case "rollout": addCheck(webhook, url, gate: nil)
            case "pre-rollout":
                addCheck(
                    webhook, url,
                    gate:
                        "runs from the first weight on and holds it until it passes, instead of before it; run it in the pipeline to keep users away"
                )
            case "confirm-rollout":
                addCheck(webhook, url, gate: "holds the first weight until it opens, instead of coming before it", never: true)
            case "confirm-traffic-increase": addCheck(webhook, url, gate: "holds every weight until it opens", never: true)
            case "confirm-promotion":
                addCheck(webhook, url, gate: "holds the last weight until it opens", never: true, from: draft.stages?.last?.weight)
            case "event":
                if !draft.webhooks.contains(url) { draft.webhooks.append(url) }
                for key in ["name", "type", "url"] { ledger.carried(webhook[key], in: document) }
                ledger.dropped(webhook["metadata"], in: document, opaque: true, "notifications have a body of their own")
                ledger.adapted(webhook["timeout"], in: document, "notifications are tried until they arrive")
                ledger.dropped(webhook["muteAlert"], in: document, "webhooks raise no alerts of their own")
            case "post-rollout":
                if !draft.webhooks.contains(url) { draft.webhooks.append(url) }
                ledger.adapted(webhook["url"], in: document, "notified of every decision, the end of the release among them")
                for key in ["name", "type"] { ledger.adapted(webhook[key], in: document, "notified of every decision") }
                ledger.dropped(webhook, in: document, opaque: true, "notifications have a body and a time-out of their own")
            default:
                ledger.dropped(
                    webhook, in: document,
                    type == "rollback"
                        ? "a gate that asks for a rollback: a person or a program calls tidegate release rollback"
                        : "webhooks of type '\(type)' have no equal")
            }
        }
    }

    /// - Parameters:
    ///   - gate: how it differs from Flagger's, nil where it does not.
    ///   - never: whether failures hold the release and never fail it.
    private mutating func addCheck(_ webhook: ManifestNode, _ url: String, gate: String?, never: Bool = false, from: Weight? = nil) {
        var timeout: TimeSpan?
        if let node = webhook["timeout"] {
            if let span = span(node) {
                timeout = min(span, Self.longestTimeout)
                if span > Self.longestTimeout {
                    ledger.adapted(
                        node, in: document, "waits at most \(Self.longestTimeout): longer work answers at once and is asked for its result")
                } else {
                    ledger.carried(node, in: document)
                }
            } else {
                ledger.dropped(node, in: document, "'\(node.text ?? "")' is no length of time")
            }
        }
        let metadata = (webhook["metadata"]?.pairs ?? []).map { ($0.key, $0.value.text ?? "") }
        for key in ["name", "url"] { ledger.carried(webhook[key], in: document) }
        if let gate { ledger.adapted(webhook["type"], in: document, gate) } else { ledger.carried(webhook["type"], in: document) }
        ledger.carried(webhook["metadata"], in: document, opaque: true)
        ledger.dropped(webhook["muteAlert"], in: document, "webhooks raise no alerts of their own")
        ledger.dropped(webhook["disableTLS"], in: document, "TLS is checked")
        ledger.adapted(webhook["retries"], in: document, "asked again in the next interval, and failures are counted")
        draft.checks.append(
            .init(
                name: draft.freeCheckName(webhook["name"]?.text ?? "webhook"),
                source: .webhook(url: url, timeout: timeout, metadata: metadata, namespace: manifest.namespace), every: interval,
                from: from, success: .init(atLeast: 1), failures: never ? 1_000_000 : allowedFailures))
    }
}
