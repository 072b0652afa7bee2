internal import Predicates
internal import ReleaseModel

extension PolicyLint {
    static func checkRouting(_ outline: PolicyOutline, report: inout FindingReport) {
        checkLayer(outline, report: &report)
        checkStrata(outline, report: &report)
        checkColorNames(outline, report: &report)
        checkRules(outline, report: &report)
    }

    private static func checkLayer(_ outline: PolicyOutline, report: inout FindingReport) {
        guard let layer = outline.policy.routing.layer else { return }
        let width = Weight(basisPoints: layer.to.basisPoints - layer.from.basisPoints)
        let stages =
            outline.stages.isEmpty
            ? outline.policy.stages.map { ($0, outline.positions["layer"] ?? top) }
            : outline.stages.map { ($0.stage, $0.keys["weight"] ?? $0.position) }
        for (stage, position) in stages where stage.weight > width && stage.weight < .full {
            report.error(
                .layerTooNarrow,
                "a stage of \(stage.weight) does not fit into \(layer.from) to \(layer.to) of the layer '\(layer.name)'", at: position,
                suggestion: "at most \(width), or a wider range of the layer")
        }
    }

    private static func checkStrata(_ outline: PolicyOutline, report: inout FindingReport) {
        let routing = outline.policy.routing
        if routing.strata != nil, routing.arms?.count ?? 1 < 2, let position = outline.positions["strata"] {
            report.add(
                .warning, .strataWithoutArms, "strata have no say with one arm: who takes part does not depend on them", at: position,
                suggestion: "leave them out, or name several arms")
        }
    }

    /// Rules may ask for colours of earlier hops; without a hop that is believed nothing can have them.
    private static func checkColorNames(_ outline: PolicyOutline, report: inout FindingReport) {
        let routing = outline.policy.routing
        guard routing.propagation.map({ $0.trust.isEmpty && $0.keys.isEmpty }) ?? true else { return }
        let tags = outline.colors.map(\.tag)
        for rule in outline.rules {
            guard let tag = rule.predicate.node.tags.first(where: { !tags.contains($0) }) else { continue }
            report.add(
                .warning, .unknownColor, "no colour here is called '\(tag)', and no earlier hop is believed", at: rule.whenPosition,
                suggestion: Spelling.suggestion(for: tag, among: tags) ?? "add it to colors, or name the hops in trust or sign")
        }
    }
}

extension RequestNode {
    /// The colours that are asked for anywhere in the expression, in their order.
    var tags: [String] {
        switch self {
        case .literal, .field: []
        case .tagged(let tag, _): [tag]
        case .not(let inner), .unary(_, let inner), .oneOf(let inner, _), .inCIDR(let inner, _): inner.tags
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.tags + right.tags
        case .call(_, let arguments): arguments.flatMap(\.tags)
        }
    }
}
