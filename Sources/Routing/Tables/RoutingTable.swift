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
    public static let maximumStrata = 4
    /// Bytes of the texts that rules, colours and key read together, for most requests.
    static let usualBytes = 512

    public let arms: [ArmWeight]
    public internal(set) var rules: [Rule]
    public internal(set) var colors: [Color]
    /// False while every canary arm is at weight 0.
    public let colorsAreOn: Bool
    public let key: RequestKey
    public let split: SplitTable
    /// What says to which stratum a request belongs; an absent value is a stratum of its own.
    public let strata: [RequestKey]
    /// The fields that the expressions read.
    public let slots: RequestSlots
    /// Every colour once, in the order of the policy.
    public let tags: [String]
    /// In lower case.
    public let tagHeader: String
    public let propagation: Propagation

    let keyReader: KeyReader
    let strataReaders: [KeyReader]
    /// A request without any field, to begin with.
    let blank: RequestView
    /// Reads the field of each slot.
    let readers: [FieldReader]
    /// The slots of colours that expressions ask for.
    let tagSlots: [(slot: Int, tag: String)]
    /// For each colour the index of its tag in `tags`.
    let tagIndices: [Int]

    /// Compiles a policy's routing for arms that have the given weights.
    ///
    /// - Throws: `invalidInput` naming the rule, colour or arm that is wrong.
    public init(routing: RoutingPolicy, salt: String, arms: [ArmWeight]) throws(ReleaseError) {
        try Self.checkLimits(routing, arms: arms)
        split = try SplitTable(salt: salt, arms: arms, shares: routing.arms, layer: routing.layer)
        self.arms = arms
        colorsAreOn = split.participation > .zero
        var slots = RequestSlots()
        var rules: [Rule] = []
        for rule in routing.rules { rules.append(try Self.rule(rule, salt: salt, arms: arms, &slots)) }
        var colors: [Color] = []
        for color in routing.colors {
            if let problem = Name.problem(with: color.tag) {
                throw ReleaseError(.invalidInput, "the tag \(problem)", place: "colour '\(color.tag)'")
            }
            colors.append(Color(tag: color.tag, predicate: try Self.predicate(color.when, &slots, place: "colour '\(color.tag)'")))
        }
        key = try Self.key(routing.key, &slots, place: "routing key")
        var strata: [RequestKey] = []
        for (index, source) in (routing.strata ?? []).enumerated() {
            strata.append(try Self.key(source, &slots, place: "stratum \(index + 1)"))
        }
        self.strata = strata
        propagation = routing.propagation ?? Propagation()
        try ColorGate.check(propagation)
        tagHeader = routing.tagHeader.isEmpty ? HeaderName.standard : routing.tagHeader.lowercased()
        self.rules = rules
        self.colors = colors
        self.slots = slots
        let tags = colors.reduce(into: [String]()) { tags, color in if !tags.contains(color.tag) { tags.append(color.tag) } }
        self.tags = tags
        tagIndices = colors.map { tags.firstIndex(of: $0.tag)! }  // every tag is among them
        keyReader = KeyReader(key)
        strataReaders = strata.map { KeyReader($0) }
        blank = Self.blank(slots)
        readers = slots.fields.map { FieldReader($0) }
        tagSlots = slots.fields.enumerated().compactMap { slot, field in if case .tag(let tag) = field { (slot, tag) } else { nil } }
    }

    /// A view that has room for the texts of a usual request, so that it does not grow while it is filled.
    private static func blank(_ slots: RequestSlots) -> RequestView {
        var view = RequestView(slots)
        view.set(0, to: Array(repeating: UInt8(ascii: " "), count: usualBytes))
        view.reset(now: 0)
        return view
    }

    private static func checkLimits(_ routing: RoutingPolicy, arms: [ArmWeight]) throws(ReleaseError) {
        guard arms.count <= maximumArms, routing.rules.count <= maximumRules, routing.colors.count <= maximumColors,
            routing.strata?.count ?? 0 <= maximumStrata
        else {
            throw ReleaseError(
                .limitExceeded,
                "routing takes at most \(maximumArms) arms, \(maximumRules) rules, \(maximumColors) colours and \(maximumStrata) strata")
        }
    }

    private static func rule(
        _ rule: RoutingRule, salt: String, arms: [ArmWeight], _ slots: inout RequestSlots
    ) throws(ReleaseError) -> Rule {
        let place = "rule '\(rule.name)'"
        guard let arm = arms.firstIndex(where: { $0.arm == rule.to }) else {
            let names = arms.map(\.arm).joined(separator: ", ")
            throw ReleaseError(.invalidInput, "it leads to '\(rule.to)', but the arms are \(names)", place: place)
        }
        guard rule.weight != .zero else {
            throw ReleaseError(.invalidInput, "its weight is 0%", place: place, advice: "leave the rule out")
        }
        var window: DailyWindow?
        if let text = rule.during {
            do {
                window = try DailyWindow(text)
            } catch {
                throw ReleaseError(.invalidInput, error.message, place: place, advice: error.suggestion)
            }
        }
        return Rule(
            name: rule.name, predicate: try predicate(rule.when, &slots, place: place), arm: arm, isOn: arms[arm].weight > .zero,
            weight: rule.weight, window: window, salt: StickyBucket.ruleSalt(salt: salt, rule: rule.name))
    }

    private static func predicate(_ source: String, _ slots: inout RequestSlots, place: String) throws(ReleaseError) -> RequestPredicate {
        do {
            return try RequestPredicate(source, slots: &slots, place: place)
        } catch {
            throw ReleaseError(.invalidInput, error.description, place: place)
        }
    }

    private static func key(_ source: String, _ slots: inout RequestSlots, place: String) throws(ReleaseError) -> RequestKey {
        do {
            return try RequestKey(source, slots: &slots, place: place)
        } catch {
            throw ReleaseError(.invalidInput, error.description, place: place)
        }
    }
}
