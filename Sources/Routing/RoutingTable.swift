public import Predicates
public import ReleaseModel

/// The whole routing of one service: rules in their order, then weights; compiled once, asked for every request.
///
/// A rule that leads to an arm of weight 0 is off. While no canary arm has any weight, colours are off as well: nothing marks a request for
/// a revision that is not to be reached. An expression that cannot be evaluated does not match, and is counted.
public struct RoutingTable: Sendable {
    public static let maximumRules = 64
    public static let maximumColors = 64
    public static let maximumArms = 16

    /// A rule with its compiled condition.
    public struct Rule: Sendable {
        public let name: String
        public let predicate: RequestPredicate
        /// Index into `arms`.
        public let arm: Int
        /// False while the arm's weight is 0.
        public let isOn: Bool
    }

    /// A colour with its compiled condition.
    public struct Color: Sendable {
        public let tag: String
        public let predicate: RequestPredicate
    }

    public let arms: [ArmWeight]
    public let rules: [Rule]
    public let colors: [Color]
    /// False while every canary arm is at weight 0.
    public let colorsAreOn: Bool
    public let key: RequestKey
    public let split: SplitTable
    /// The fields that the expressions read.
    public let slots: RequestSlots
    /// Every colour once, in the order of the policy.
    public let tags: [String]

    /// Compiles a policy's routing for arms that have the given weights.
    ///
    /// - Throws: `invalidInput` naming the rule, colour or arm that is wrong.
    public init(routing: RoutingPolicy, salt: String, arms: [ArmWeight]) throws(ReleaseError) {
        guard arms.count <= Self.maximumArms, routing.rules.count <= Self.maximumRules, routing.colors.count <= Self.maximumColors else {
            throw ReleaseError(
                .limitExceeded,
                "routing takes at most \(Self.maximumArms) arms, \(Self.maximumRules) rules and \(Self.maximumColors) colours")
        }
        split = try SplitTable(salt: salt, arms: arms)
        self.arms = arms
        colorsAreOn = split.participation > .zero
        var slots = RequestSlots()
        var rules: [Rule] = []
        for rule in routing.rules {
            guard let arm = arms.firstIndex(where: { $0.arm == rule.to }) else {
                let names = arms.map(\.arm).joined(separator: ", ")
                throw ReleaseError(.invalidInput, "it leads to '\(rule.to)', but the arms are \(names)", place: "rule '\(rule.name)'")
            }
            let predicate = try Self.predicate(rule.when, &slots, place: "rule '\(rule.name)'")
            rules.append(Rule(name: rule.name, predicate: predicate, arm: arm, isOn: arms[arm].weight > .zero))
        }
        var colors: [Color] = []
        for color in routing.colors {
            if let problem = Name.problem(with: color.tag) {
                throw ReleaseError(.invalidInput, "the tag \(problem)", place: "colour '\(color.tag)'")
            }
            colors.append(Color(tag: color.tag, predicate: try Self.predicate(color.when, &slots, place: "colour '\(color.tag)'")))
        }
        do {
            key = try RequestKey(routing.key, slots: &slots, place: "routing key")
        } catch {
            throw ReleaseError(.invalidInput, error.description, place: "routing key")
        }
        self.rules = rules
        self.colors = colors
        self.slots = slots
        tags = colors.reduce(into: []) { tags, color in if !tags.contains(color.tag) { tags.append(color.tag) } }
    }

    private static func predicate(_ source: String, _ slots: inout RequestSlots, place: String) throws(ReleaseError) -> RequestPredicate {
        do {
            return try RequestPredicate(source, slots: &slots, place: place)
        } catch {
            throw ReleaseError(.invalidInput, error.description, place: place)
        }
    }

    /// Where a request goes.
    public func assign(_ request: RoutingRequest) -> Assignment {
        var failures = 0
        var values = slots.fields.map { request.value(of: $0) }
        let bits = colorBits(RequestView(values: values), failures: &failures)
        let colors = tags.filter { tag in self.colors.indices.contains { bits >> UInt64($0) & 1 == 1 && self.colors[$0].tag == tag } }
        for (slot, field) in slots.fields.enumerated() {
            if case .tag(let tag) = field { values[slot] = colors.contains(tag) ? "1" : nil }
        }
        let view = RequestView(values: values)
        let matched = rules.firstIndex { $0.isOn && $0.predicate.matches(view, failures: &failures) }
        let outcome = split.outcome(forKey: keyBytes(view, failures: &failures))
        let arm = matched.map { rules[$0].arm } ?? outcome.arm
        return Assignment(
            armIndex: arm, arm: arms[arm].arm, ruleIndex: matched, rule: matched.map { rules[$0].name }, bucket: outcome.bucket,
            colors: colors, colorBits: bits, failures: failures)
    }

    /// A colour's own condition sees no colours: which of them hold does not depend on their order.
    private func colorBits(_ view: RequestView, failures: inout Int) -> UInt64 {
        guard colorsAreOn else { return 0 }
        var bits: UInt64 = 0
        for (index, color) in colors.enumerated() where color.predicate.matches(view, failures: &failures) { bits |= 1 << UInt64(index) }
        return bits
    }

    private func keyBytes(_ view: RequestView, failures: inout Int) -> [UInt8]? {
        do {
            return try key.evaluate(view).map { Array($0.utf8) }
        } catch {
            failures += 1
            return nil
        }
    }
}
