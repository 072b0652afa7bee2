internal import ReleaseModel

extension PolicyReader {
    mutating func readStages(_ node: DocumentNode, _ outline: inout PolicyOutline) {
        let elements = report.list(node, "stages", atMost: DocumentLimits.stages)
        if case .sequence(let written) = node.content, written.isEmpty {
            report.error(
                .missingKey, "a release needs at least one stage", at: node.position,
                suggestion: "for example: - {weight: 1%, for: 10m}")
        }
        let placed = elements.compactMap { stage($0) }
        guard !placed.isEmpty else { return }
        outline.stages = placed
        outline.policy.stages = placed.map(\.stage)
    }

    private mutating func stage(_ node: DocumentNode) -> PolicyOutline.PlacedStage? {
        guard var section = Section(node, "a stage", report: &report, example: "{weight: 10%, for: 20m}") else { return nil }
        var keys: [String: DocumentPosition] = [:]
        for (key, value) in section.remaining { keys[key.text ?? ""] = value.position }
        var stage = Stage(
            weight: .zero, duration: PolicyDefaults.stageDuration, samples: PolicyDefaults.samples, extend: PolicyDefaults.extend)
        guard let weightNode = section.require("weight", report: &report, example: "10%") else { return nil }
        let weight = report.weight(weightNode, "a stage's weight")
        if let weight, weight == .zero {
            report.error(
                .invalidValue, "a stage gives the canary some traffic: its weight is above 0%", at: weightNode.position,
                suggestion: "at least 0.01%")
        }
        if let node = section.take("for"), let span = report.span(node, "for", from: .seconds(1), to: .seconds(30 * 86_400)) {
            stage.duration = span
        }
        if let node = section.take("samples"), let samples = report.integer(node, "samples", in: 0...1_000_000_000) {
            stage.samples = samples
        }
        if let node = section.take("extend"), let factor = factor(node) { stage.extend = factor }
        if let node = section.take("then"), let then = report.word(node, "then", among: [Stage.TooFewSamples.ask, .hold, .rollback]) {
            stage.then = then
        }
        if let node = section.take("approval") { stage.approval = approval(node) }
        section.finish(report: &report)
        guard let weight else { return nil }
        stage.weight = weight
        return PolicyOutline.PlacedStage(stage: stage, position: node.position, keys: keys)
    }

    /// `4x`: how many times its duration a stage may last.
    private mutating func factor(_ node: DocumentNode) -> Double? {
        guard let text = report.text(node, "extend", example: "4x") else { return nil }
        guard text.hasSuffix("x"), let value = DocumentNode.number(String(text.dropLast())), (1...100).contains(value) else {
            report.error(
                .invalidValue, "extend is a factor from 1x to 100x, not '\(text)'", at: node.position,
                suggestion: DocumentNode.number(text).map { (1...100).contains($0) } == true ? "write \(text)x" : "for example 4x")
            return nil
        }
        return value
    }

    private mutating func approval(_ node: DocumentNode) -> Approval? {
        guard var section = Section(node, "approval", report: &report, example: "approval: {role: approver, expires: 4h}") else {
            return nil
        }
        let role = section.take("role").flatMap { report.name($0, "the role") } ?? PolicyDefaults.approverRole
        let expires =
            section.take("expires").flatMap { report.span($0, "expires", from: .seconds(1), to: .seconds(30 * 86_400)) }
            ?? PolicyDefaults.approvalExpires
        section.finish(report: &report)
        return Approval(role: role, expires: expires)
    }
}
