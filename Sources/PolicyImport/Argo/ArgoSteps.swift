import ReleaseModel

/// Reads the steps of a canary strategy into stages.
struct ArgoSteps {
    let manifest: Manifest
    let document: FieldLedger.Document
    var templates: AnalysisTemplates
    var ledger: FieldLedger
    var draft: PolicyDraft
    /// The canary's weight when each step begins; for a step that sets a weight, that weight.
    private(set) var weightBeforeStep: [Weight] = []

    private var stages: [PolicyDraft.Stage] = []
    private var awaitsApproval = false
    private var isFull = false

    init(
        manifest: Manifest, document: FieldLedger.Document, templates: AnalysisTemplates, ledger: FieldLedger, draft: PolicyDraft
    ) {
        self.manifest = manifest
        self.document = document
        self.templates = templates
        self.ledger = ledger
        self.draft = draft
    }

    private var weight: Weight { stages.last?.weight ?? .zero }

    mutating func read(_ steps: ManifestNode) {
        if steps.elements.isEmpty { ledger.adapted(steps, in: document, "no steps: the stages are Tidegate's defaults") }
        for step in steps.elements {
            if let wanted = step["setWeight"] { setWeight(wanted) }
            weightBeforeStep.append(isFull ? .full : weight)
            if let pause = step["pause"] { self.pause(pause) }
            if let analysis = step["analysis"] { readAnalysis(analysis) }
            readOthers(step)
        }
        if awaitsApproval, !isFull {
            // The approval stands before everybody gets the new revision.
            stages.append(PolicyDraft.Stage(weight: .full, needsApproval: true))
        }
        draft.stages = stages.isEmpty ? nil : stages
    }

    private mutating func setWeight(_ node: ManifestNode) {
        guard let number = node.number, (0...100).contains(number) else {
            return ledger.dropped(node, in: document, "'\(node.text ?? "")' is no weight from 0 to 100")
        }
        let wanted = Weight(basisPoints: Int((number * 100).rounded()))
        if wanted == .zero { return ledger.adapted(node, in: document, "weight 0 is where every release begins") }
        if isFull || wanted < weight || (wanted == weight && !stages.isEmpty && wanted != .full) {
            return wanted == weight && !isFull
                ? ledger.carried(node, in: document)
                : ledger.dropped(node, in: document, "a weight that does not grow: stages grow, and a breach takes all of it back")
        }
        ledger.carried(node, in: document)
        if wanted == .full {
            isFull = true
            if awaitsApproval { stages.append(PolicyDraft.Stage(weight: .full, needsApproval: true)) }
        } else {
            stages.append(PolicyDraft.Stage(weight: wanted, needsApproval: awaitsApproval))
        }
        awaitsApproval = false
    }

    private mutating func pause(_ node: ManifestNode) {
        guard let duration = node["duration"] else {
            if isFull {
                return ledger.adapted(node, in: document, "a pause at full weight: the release bakes, and a person may roll it back")
            }
            awaitsApproval = true
            return ledger.carried(node, in: document)
        }
        guard let span = ArgoTime.span(duration.text) else {
            return ledger.dropped(duration, in: document, "'\(duration.text ?? "")' is no length of time")
        }
        if isFull {
            draft.bake = (draft.bake ?? .zero) + span
            ledger.carried(node, in: document)
        } else if stages.isEmpty {
            ledger.dropped(
                node, in: document, "a wait before the first weight: nobody has the new revision yet, so there is nothing to watch")
        } else {
            stages[stages.count - 1].duration = stages[stages.count - 1].duration + span
            if awaitsApproval {
                ledger.adapted(node, in: document, "the wait comes before the approval of the next stage, not after it")
            } else {
                ledger.carried(node, in: document)
            }
        }
    }

    private mutating func readAnalysis(_ analysis: ManifestNode) {
        var reading = AnalysisReading(ledger: ledger)
        let length = reading.read(
            analysis, manifest, document, &templates, from: isFull ? .full : weight, isInline: true, into: &draft)
        ledger = reading.ledger
        if isFull {
            draft.bake = (draft.bake ?? .zero) + length
        } else if !stages.isEmpty {
            stages[stages.count - 1].duration = stages[stages.count - 1].duration + length
        }
    }

    /// The pods of an experiment have no equal; its analyses are measured on the canary instead.
    private mutating func readExperiment(_ experiment: ManifestNode) {
        for analysis in experiment["analyses"]?.elements ?? [] {
            var reading = AnalysisReading(ledger: ledger)
            _ = reading.read(
                analysis, manifest, document, &templates, from: isFull ? .full : weight, isInline: true, into: &draft)
            ledger = reading.ledger
        }
        ledger.dropped(experiment, in: document, "an experiment runs pods beside the release; Tidegate runs none")
    }

    private mutating func readOthers(_ step: ManifestNode) {
        ledger.elsewhere(step["setCanaryScale"], in: document, "the workload: how many pods the canary has")
        if let experiment = step["experiment"] { readExperiment(experiment) }
        ledger.dropped(step["setMirrorRoute"], in: document, "traffic is not mirrored")
        ledger.dropped(step["plugin"], in: document, "a plugin of Argo Rollouts")
        ledger.dropped(step["replicaProgressThreshold"], in: document, "the workload: when pods count as ready")
        guard let route = step["setHeaderRoute"] else { return }
        guard let match = route["match"], !match.elements.isEmpty else {
            return ledger.adapted(
                route, in: document, "a rule without matches takes the route away again; a rule stands for the whole release")
        }
        let name = route["name"]?.text ?? "header route"
        ledger.carried(route["name"], in: document)
        for (index, element) in match.elements.enumerated() {
            guard let header = element["headerName"]?.text, let value = element["headerValue"]?.pairs.first, let text = value.value.text
            else {
                ledger.dropped(element, in: document, "the match names no header and value")
                continue
            }
            switch HeaderCondition.condition(header: header, match: value.key, value: text) {
            case .success(let condition):
                ledger.carried(element, in: document)
                draft.rules.append(.init(name: index == 0 ? name : "\(name) \(index + 1)", when: condition))
            case .failure(let unmatched): ledger.dropped(element, in: document, unmatched.reason)
            }
        }
        if isFull || weight > .zero {
            draft.notes.append("The rule '\(name)' holds as soon as the canary has users, not from its step on.")
        }
    }
}

/// Lengths of time as Argo Rollouts writes them: `10m`, `1h30m`, and plain seconds.
enum ArgoTime {
    static func span(_ text: String?) -> TimeSpan? {
        guard let text else { return nil }
        if let seconds = Double(text), seconds >= 0, seconds <= 1e8 { return .seconds(seconds) }
        return TimeSpan(text)
    }
}
