internal import Predicates
public import ReleaseModel

/// Where two active releases draw from the same users.
public enum RoutingOverlap {
    /// Another release that is active.
    public struct Other: Sendable {
        public let release: ReleaseID
        public let service: String
        public let routing: RoutingPolicy

        public init(release: ReleaseID, service: String, routing: RoutingPolicy) {
            self.release = release
            self.service = service
            self.routing = routing
        }
    }

    /// Requests that are tried for one pair of rules.
    static let maximumRequests = 400
    /// More pairs of rules than this are not tried.
    static let maximumPairs = 1000
    /// More releases than this are not compared.
    public static let maximumOthers = 100

    /// What a release of `service` by this routing has in common with the others that are active.
    ///
    /// Two releases of one layer are compared by their ranges, whatever their services; two of one service also without a layer, and by
    /// their rules. A rule is said to overlap another only when a request is found that matches both.
    ///
    /// - Parameter file: what findings name as their place; a stored policy has no lines.
    public static func findings(mine: RoutingPolicy, service: String, others: [Other], file: String) -> [Finding] {
        var findings: [Finding] = []
        var pairs = maximumPairs
        for other in others.prefix(maximumOthers) {
            if let message = participants(mine, service, other) {
                findings.append(finding(.sameUsers, message, file, suggestion: suggestion(mine, other.routing)))
            }
            guard other.service == service else { continue }
            findings += rules(mine, other, file: file, &pairs)
        }
        return findings
    }

    // MARK: - Weights

    private static func participants(_ mine: RoutingPolicy, _ service: String, _ other: Other) -> String? {
        let name = "'\(other.release)'"
        switch (mine.layer, other.routing.layer) {
        case (let own?, let theirs?) where own.name == theirs.name:
            let (from, to) = (max(own.from, theirs.from), min(own.to, theirs.to))
            return from < to ? "it shares the users from \(from) to \(to) of the layer '\(own.name)' with \(name)" : nil
        case (let own?, let theirs?) where other.service == service:
            return "its layer '\(own.name)' and the layer '\(theirs.name)' of \(name) draw users independently of each other"
        case (_, nil) where other.service == service, (nil, _) where other.service == service:
            return "it draws users independently of \(name) on the same service"
        default: return nil
        }
    }

    private static func suggestion(_ mine: RoutingPolicy, _ other: RoutingPolicy) -> String {
        guard let theirs = other.layer else { return "give both a layer of one name and ranges apart from each other" }
        let free = theirs.from > .zero ? "from: 0%, to: \(theirs.from)" : "from: \(theirs.to), to: 100%"
        return theirs.from == .zero && theirs.to == .full
            ? "give the other one a part of the layer only" : "write layer: {name: \(theirs.name), \(free)}"
    }

    // MARK: - Rules

    private static func rules(_ mine: RoutingPolicy, _ other: Other, file: String, _ pairs: inout Int) -> [Finding] {
        var slots = RequestSlots()
        let own = compiled(mine.rules, &slots)
        let theirs = compiled(other.routing.rules, &slots)
        var findings: [Finding] = []
        for (rule, predicate) in own where rule.to != Arm.stable {
            for (otherRule, otherPredicate) in theirs where otherRule.to != Arm.stable {
                guard pairs > 0 else { return findings }
                pairs -= 1
                guard let request = witness(predicate, otherPredicate, slots) else { continue }
                findings.append(
                    finding(
                        .rulesOverlap, "a request can match '\(rule.name)' and '\(otherRule.name)' of '\(other.release)'", file,
                        suggestion: "for example with \(request)"))
            }
        }
        return findings
    }

    /// Rules whose condition cannot be compiled have been refused elsewhere.
    private static func compiled(_ rules: [RoutingRule], _ slots: inout RequestSlots) -> [(RoutingRule, RequestPredicate)] {
        var compiled: [(RoutingRule, RequestPredicate)] = []
        for rule in rules {
            if let predicate = try? RequestPredicate(rule.when, slots: &slots, place: rule.name) { compiled.append((rule, predicate)) }
        }
        return compiled
    }

    /// A request that matches both, as a list of its fields; nil when none was found.
    private static func witness(_ one: RequestPredicate, _ other: RequestPredicate, _ slots: RequestSlots) -> String? {
        var sampler = RequestSampler(slots: slots, nodes: [one.node, other.node], seed: 1)
        var failures = 0
        for _ in 0..<maximumRequests {
            let values = sampler.next()
            let view = RequestView(slots, values: values)
            guard one.matches(view, failures: &failures), other.matches(view, failures: &failures) else { continue }
            let needed = Set(one.node.slots + other.node.slots)
            let fields = slots.fields.indices.filter { needed.contains($0) && values[$0] != nil }
                .map { "\(slots.fields[$0]) = \"\(values[$0]?.text ?? "")\"" }
            return fields.isEmpty ? "none of the fields" : fields.joined(separator: ", ")
        }
        return nil
    }

    private static func finding(_ code: FindingCode, _ message: String, _ file: String, suggestion: String?) -> Finding {
        Finding(
            severity: .warning, code: code, place: SourcePlace(file: file, line: 1, column: 1), message: message, lineText: "", caret: 0,
            suggestion: suggestion)
    }
}
