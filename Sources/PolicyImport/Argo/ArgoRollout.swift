import ReleaseModel

/// Reads one Rollout.
struct ArgoRollout {
    let manifest: Manifest
    let document: FieldLedger.Document
    var templates: AnalysisTemplates
    var ledger: FieldLedger
    var draft: PolicyDraft

    init(_ manifest: Manifest, _ document: FieldLedger.Document, templates: AnalysisTemplates, ledger: FieldLedger) {
        self.manifest = manifest
        self.document = document
        self.templates = templates
        self.ledger = ledger
        draft = PolicyDraft(
            name: manifest.name, origin: "From the Rollout \(manifest.name) of Argo Rollouts (\(manifest.file):\(manifest.line)).")
    }

    /// What a Rollout says of the workload.
    private static let workload = [
        "replicas", "selector", "template", "workloadRef", "minReadySeconds", "revisionHistoryLimit", "progressDeadlineSeconds",
        "progressDeadlineAbort", "rollbackWindow", "restartAt",
    ]

    mutating func read() {
        guard let spec = manifest.spec else { return }
        for pair in spec.pairs where Self.workload.contains(pair.key) {
            ledger.elsewhere(pair.value, in: document, "the workload: Tidegate shifts traffic and runs no pods")
        }
        if let paused = spec["paused"] {
            ledger.adapted(paused, in: document, "pausing is a command: tidegate release pause")
        }
        for analysis in [spec["analysis"]].compactMap(\.self) {
            ledger.elsewhere(analysis, in: document, "how long Kubernetes objects of old analyses are kept")
        }
        if let canary = spec[path: "strategy", "canary"] {
            readCanary(canary)
        } else if let blueGreen = spec[path: "strategy", "blueGreen"] {
            readBlueGreen(blueGreen)
        } else {
            draft.notes.append("The Rollout has no strategy of its own; the stages are Tidegate's defaults.")
        }
    }

    // MARK: - Canary

    private static let network = ["canaryService", "stableService", "pingPong", "canaryMetadata", "stableMetadata"]
    private static let scaling = [
        "maxSurge", "maxUnavailable", "scaleDownDelaySeconds", "scaleDownDelayRevisionLimit", "abortScaleDownDelaySeconds",
        "dynamicStableScale", "antiAffinity", "minPodsPerReplicaSet", "replicaProgressThreshold",
    ]

    private mutating func readCanary(_ canary: ManifestNode) {
        claimSurroundings(canary)
        // Early versions wrote trafficManagement.
        for routing in [canary["trafficRouting"], canary["trafficManagement"]].compactMap(\.self) {
            ledger.elsewhere(routing, in: document, "the data plane: a target names it (tidegate target apply)")
        }
        var weights: [Weight] = []
        if let steps = canary["steps"] {
            var reading = ArgoSteps(manifest: manifest, document: document, templates: templates, ledger: ledger, draft: draft)
            reading.read(steps)
            (templates, ledger, draft, weights) = (reading.templates, reading.ledger, reading.draft, reading.weightBeforeStep)
        } else {
            draft.notes.append("The Rollout has no steps; the stages are Tidegate's defaults.")
        }
        if let analysis = canary["analysis"] {
            var from: Weight?
            if let start = analysis["startingStep"] {
                if let step = start.integer, weights.indices.contains(step) {
                    from = weights[step]
                    ledger.carried(start, in: document)
                } else {
                    ledger.dropped(start, in: document, "there is no such step")
                }
            }
            readAnalysis(analysis, from: from, isInline: false)
        }
    }

    private mutating func claimSurroundings(_ strategy: ManifestNode) {
        for pair in strategy.pairs {
            if Self.network.contains(pair.key) {
                ledger.elsewhere(pair.value, in: document, "the data plane: a target says where each revision runs")
            } else if Self.scaling.contains(pair.key) {
                ledger.elsewhere(pair.value, in: document, "the workload: how pods are scaled")
            }
        }
    }

    private mutating func readAnalysis(_ analysis: ManifestNode, from: Weight?, isInline: Bool) {
        var reading = AnalysisReading(ledger: ledger)
        _ = reading.read(analysis, manifest, document, &templates, from: from, isInline: isInline, into: &draft)
        ledger = reading.ledger
    }

    // MARK: - Blue-green

    /// The new revision gets everybody at once; before that a person approves where the manifest wants it, and checks may run.
    private mutating func readBlueGreen(_ blueGreen: ManifestNode) {
        for key in ["activeService", "previewService", "previewReplicaCount", "previewMetadata", "activeMetadata"] {
            ledger.elsewhere(blueGreen[key], in: document, "the data plane and the workload: a target says where each revision runs")
        }
        claimSurroundings(blueGreen)
        var stage = PolicyDraft.Stage(weight: .full)
        if let automatic = blueGreen["autoPromotionEnabled"] {
            stage.needsApproval = automatic.bool == false
            ledger.carried(automatic, in: document)
        }
        if let seconds = blueGreen["autoPromotionSeconds"] {
            ledger.adapted(
                seconds, in: document,
                "promotion by itself after a time: an approval that nobody gives pauses the release; leave the approval out for this")
        }
        if let analysis = blueGreen["prePromotionAnalysis"] {
            // Checks need a canary with users: a hundredth of a percent of them before everybody.
            var reading = AnalysisReading(ledger: ledger)
            let length = reading.read(analysis, manifest, document, &templates, from: nil, isInline: true, into: &draft)
            ledger = reading.ledger
            draft.stages = [PolicyDraft.Stage(weight: Weight(basisPoints: 1), duration: length)]
            draft.notes.append(
                "The analysis before promotion runs at a weight of 0.01%, since checks are measured while the canary has users.")
        }
        draft.stages = (draft.stages ?? []) + [stage]
        if let analysis = blueGreen["postPromotionAnalysis"] {
            var reading = AnalysisReading(ledger: ledger)
            draft.bake = reading.read(analysis, manifest, document, &templates, from: .full, isInline: true, into: &draft)
            ledger = reading.ledger
            if draft.bake == .zero { draft.bake = nil }
        }
    }
}
