internal import Predicates
internal import ReleaseModel
internal import Routing

extension PolicyReader {
    mutating func routing(_ node: DocumentNode, _ outline: inout PolicyOutline) {
        var routing = PolicyDefaults.routing
        defer { outline.policy.routing = routing }
        guard var section = Section(node, "routing", report: &report, example: "routing: {key: cookie.uid}") else { return }
        if let plugin = section.take("plugin").flatMap({ report.name($0, "the plugin") }) { routing.plugin = plugin }
        if let plugin = section.take("coloring").flatMap({ report.name($0, "the plugin") }) { routing.coloring = plugin }
        if let node = section.take("key"), let key = key(node, "the key") { routing.key = key }
        if let node = section.take("tagHeader"), let header = headerName(node) { routing.tagHeader = header }
        if let node = section.take("colors") { readColors(node, &routing, &outline) }
        if let node = section.take("arms") { routing.arms = arms(node) }
        if let node = section.take("strata") {
            routing.strata = strata(node)
            outline.positions["strata"] = node.position
        }
        if let node = section.take("layer") {
            routing.layer = layer(node)
            outline.positions["layer"] = node.position
        }
        routing.propagation = propagation(&section)
        if let node = section.take("rules") { readRules(node, &routing, &outline) }
        section.finish(report: &report)
    }

    mutating func key(_ node: DocumentNode, _ title: String) -> String? {
        guard let source = report.text(node, title, example: PolicyDefaults.key) else { return nil }
        var slots = RequestSlots()
        do {
            return try RequestKey(source, slots: &slots, place: report.expressionPlace(node)).source
        } catch {
            report.add(Finding(error, overSignals: false))
            return nil
        }
    }

    private mutating func predicate(_ node: DocumentNode, _ title: String, slots: inout RequestSlots) -> RequestPredicate? {
        guard let source = report.text(node, title, example: "header[\"x-canary\"] == \"true\"") else { return nil }
        do {
            return try RequestPredicate(source, slots: &slots, place: report.expressionPlace(node))
        } catch {
            report.add(Finding(error, overSignals: false))
            return nil
        }
    }

    private mutating func headerName(_ node: DocumentNode) -> String? {
        guard let name = report.text(node, "tagHeader", example: HeaderName.standard) else { return nil }
        if let problem = HeaderName.problem(with: name) {
            report.error(
                .invalidValue, "'\(name)' is no name for the colours' header: it \(problem)", at: node.position,
                suggestion: "for example \(HeaderName.standard)")
            return nil
        }
        return name.lowercased()
    }

    // MARK: - Colours

    private mutating func readColors(_ node: DocumentNode, _ routing: inout RoutingPolicy, _ outline: inout PolicyOutline) {
        for element in report.list(node, "colors", atMost: DocumentLimits.colors) {
            guard let color = color(element, &outline) else { continue }
            routing.colors.append(color)
            let tags = Set(routing.colors.map(\.tag))
            if tags.count == ColorHeader.maximumTags + 1, routing.colors.count(where: { $0.tag == color.tag }) == 1 {
                report.add(
                    .warning, .tooManyColors,
                    "'\(color.tag)' is the \(tags.count)th colour, and a request carries at most "
                        + "\(ColorHeader.maximumTags)", at: element.position, suggestion: "the first that hold are carried")
            }
        }
    }

    private mutating func color(_ node: DocumentNode, _ outline: inout PolicyOutline) -> ColorRule? {
        guard var section = Section(node, "a colour", report: &report, example: "{tag: user-v2, when: 'cookie.beta == \"1\"'}") else {
            return nil
        }
        let tag = section.require("tag", report: &report, example: "user-v2").flatMap { report.name($0, "the tag") }
        let whenNode = section.require("when", report: &report, example: "'cookie.beta == \"1\"'")
        let when = whenNode.flatMap { predicate($0, "when", slots: &outline.slots) }
        section.finish(report: &report)
        guard let tag, let when, let whenNode else { return nil }
        outline.colors.append(.init(tag: tag, position: node.position, whenPosition: whenNode.position, predicate: when))
        return ColorRule(tag: tag, when: when.source)
    }

    // MARK: - Rules

    private mutating func readRules(_ node: DocumentNode, _ routing: inout RoutingPolicy, _ outline: inout PolicyOutline) {
        let arms = [Arm.stable] + (routing.arms.map { $0.map(\.name) } ?? [Arm.canary])
        for element in report.list(node, "rules", atMost: DocumentLimits.rules) {
            guard let rule = rule(element, arms: arms, &outline) else { continue }
            if routing.rules.contains(where: { $0.name == rule.name }) {
                report.error(.duplicateName, "two rules are called '\(rule.name)'", at: element["name"]?.position ?? element.position)
            }
            routing.rules.append(rule)
        }
    }

    private mutating func rule(_ node: DocumentNode, arms: [String], _ outline: inout PolicyOutline) -> RoutingRule? {
        let example = "{name: testers, when: 'header[\"x-canary\"] == \"true\"', to: canary}"
        guard var section = Section(node, "a rule", report: &report, example: example) else { return nil }
        let name = section.require("name", report: &report, example: "testers").flatMap { report.title($0, "the rule's name") }
        let whenNode = section.require("when", report: &report, example: "'header[\"x-canary\"] == \"true\"'")
        let when = whenNode.flatMap { predicate($0, "when", slots: &outline.slots) }
        let to = section.require("to", report: &report, example: "canary").flatMap { arm($0, among: arms) }
        let weight = section.take("weight").flatMap { share($0, "a rule's weight", suggestion: "leave the rule out") }
        let during = section.take("during").flatMap { window($0) }
        section.finish(report: &report)
        guard let name, let when, let to, let whenNode else { return nil }
        let rule = RoutingRule(name: name, when: when.source, to: to, weight: weight, during: during)
        outline.rules.append(.init(rule: rule, position: node.position, whenPosition: whenNode.position, predicate: when))
        return rule
    }

    private mutating func arm(_ node: DocumentNode, among arms: [String]) -> String? {
        guard let text = report.text(node, "to") else { return nil }
        guard arms.contains(text) else {
            report.error(
                .invalidValue, "a rule leads to \(arms.map { "'\($0)'" }.joined(separator: " or ")), not to '\(text)'", at: node.position,
                suggestion: Spelling.suggestion(for: text, among: arms) ?? "name the arm, not the revision")
            return nil
        }
        return text
    }

    /// `02:00-06:00 Asia/Shanghai`, as it is written when it is read back.
    private mutating func window(_ node: DocumentNode) -> String? {
        guard let text = report.text(node, "during", example: "\"02:00-06:00 Asia/Shanghai\"") else { return nil }
        do {
            return try DailyWindow(text).description
        } catch {
            report.error(.invalidValue, error.message, at: node.position, suggestion: error.suggestion)
            return nil
        }
    }

    /// A percentage above 0%.
    mutating func share(_ node: DocumentNode, _ title: String, suggestion: String) -> Weight? {
        guard let weight = report.weight(node, title) else { return nil }
        guard weight > .zero else {
            report.error(.invalidValue, "\(title) is above 0%", at: node.position, suggestion: suggestion)
            return nil
        }
        return weight
    }
}
