public import PluginKit
internal import Predicates
internal import ReleaseModel
internal import Routing

/// Marks requests with colours: texts in a header that later hops route by.
///
/// As a table plugin it checks the colours of a plan and completes it: the header's name in lower case, every tag a name, every condition
/// compiled, and no condition that reads colours (whether one holds must not depend on the order of the others).
public struct TrafficColoring: TablePlugin {
    public static let descriptor = PluginDescriptor(
        name: "TrafficColoring", alias: "coloring", kind: .coloring, version: "1.0.0",
        summary: "Colours requests by predicates; the colours travel in one header (x-gray-tag) that clients cannot set.")

    /// The header that carries colours where a plan names none.
    public static let defaultHeader = HeaderName.standard

    public init() {}

    public func table(_ request: TableRequest, _ context: CallContext) throws -> TableResponse {
        var plan = request.plan
        plan.routing.tagHeader = plan.routing.tagHeader.isEmpty ? Self.defaultHeader : plan.routing.tagHeader.lowercased()
        if let problem = HeaderName.problem(with: plan.routing.tagHeader) {
            throw failure("the tag header '\(plan.routing.tagHeader)' \(problem)")
        }
        for key in plan.routing.propagation?.keys ?? [] where SecretReference(key.secret) == nil {
            throw failure("the colour key '\(key.id)' has no reference to its secret; write env:NAME or file:PATH")
        }
        do {
            let table = try RoutingTable(
                routing: plan.routing, salt: plan.salt, arms: plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) })
            for color in table.colors where color.predicate.node.readsColors {
                throw failure("colour '\(color.tag)': a colour's condition cannot read colours, and '\(color.predicate.source)' does")
            }
        } catch let error as ReleaseError {
            throw PluginFailure(code: error.code.rawValue, reason: error.description)
        }
        return TableResponse(plan: plan)
    }

    private func failure(_ reason: String) -> PluginFailure {
        PluginFailure(code: ReleaseError.Code.invalidInput.rawValue, reason: reason)
    }
}

extension RequestNode {
    /// Whether a colour is asked for anywhere in the expression.
    fileprivate var readsColors: Bool {
        switch self {
        case .literal, .field: false
        case .tagged: true
        case .not(let inner), .unary(_, let inner), .oneOf(let inner, _), .inCIDR(let inner, _): inner.readsColors
        case .and(let left, let right), .or(let left, let right), .comparison(_, let left, let right), .arithmetic(_, let left, let right),
            .concatenation(let left, let right):
            left.readsColors || right.readsColors
        case .call(_, let arguments): arguments.contains(where: \.readsColors)
        }
    }
}

@_cdecl("tidegate_plugin_TrafficColoring")
public func tidegatePluginTrafficColoring() -> UnsafeRawPointer { PluginEntry.export(TrafficColoring.self) }
