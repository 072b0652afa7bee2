import ReleaseModel

/// Flagger: each Canary becomes a policy, with the queries of the metric templates and the addresses of the alert providers that it names.
enum FlaggerImport {
    static let group = "flagger.app"

    static func run(_ session: inout ImportSession) {
        let templates = session.take(kinds: ["MetricTemplate"], group: group)
        let providers = session.take(kinds: ["AlertProvider"], group: group)
        var used: Set<Int> = []
        for (manifest, document) in session.take(kinds: ["Canary"], group: group) {
            var canary = FlaggerCanary(manifest, document, templates: templates, providers: providers, ledger: session.ledger)
            canary.read()
            session.ledger = canary.ledger
            used.formUnion(canary.usedDocuments)
            session.add(canary.draft, from: manifest)
        }
        for (manifest, document) in templates + providers where !used.contains(document.index) {
            session.ledger.dropped(manifest.spec, in: document, "no Canary in the files names this \(manifest.kind)")
        }
    }
}
