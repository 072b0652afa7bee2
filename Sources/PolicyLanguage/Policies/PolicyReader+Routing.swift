internal import Predicates
internal import ReleaseModel

extension PolicyReader {
    /// The arms that rules may lead to.
    static let arms = [Arm.canary, Arm.stable]

    mutating func routing(_ node: DocumentNode) -> RoutingPolicy {
        var routing = PolicyDefaults.routing
        guard var section = Section(node, "routing", report: &report, example: "routing: {key: cookie.uid}") else { return routing }
        if let plugin = section.take("plugin").flatMap({ report.name($0, "the plugin") }) { routing.plugin = plugin }
        if let plugin = section.take("coloring").flatMap({ report.name($0, "the plugin") }) { routing.coloring = plugin }
        if let node = section.take("key"), let key = key(node) { routing.key = key }
        if let node = section.take("tagHeader"), let header = headerName(node) { routing.tagHeader = header }
        if let node = section.take("colors") {
            routing.colors = report.list(node, "colors", atMost: DocumentLimits.colors).compactMap { color($0) }
        }
        if let node = section.take("rules") { routing.rules = rules(node) }
        section.finish(report: &report)
        return routing
    }

    private mutating func key(_ node: DocumentNode) -> String? {
        guard let source = report.text(node, "the key", example: PolicyDefaults.key) else { return nil }
        var slots = RequestSlots()
        do {
            return try RequestKey(source, slots: &slots, place: report.expressionPlace(node)).source
        } catch {
            report.add(Finding(error, overSignals: false))
            return nil
        }
    }

    private mutating func predicate(_ node: DocumentNode, _ title: String) -> String? {
        guard let source = report.text(node, title, example: "header[\"x-canary\"] == \"true\"") else { return nil }
        var slots = RequestSlots()
        do {
            return try RequestPredicate(source, slots: &slots, place: report.expressionPlace(node)).source
        } catch {
            report.add(Finding(error, overSignals: false))
            return nil
        }
    }

    private mutating func headerName(_ node: DocumentNode) -> String? {
        guard let name = report.text(node, "tagHeader", example: "x-gray-tag") else { return nil }
        let lower = name.lowercased()
        let isName = lower.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "-") }
        guard isName, lower.utf8.count <= 64, lower.utf8.first != UInt8(ascii: "-") else {
            report.error(
                .invalidValue, "'\(name)' is no header name: letters, digits and '-', at most 64", at: node.position,
                suggestion: "for example x-gray-tag")
            return nil
        }
        return lower
    }

    private mutating func color(_ node: DocumentNode) -> ColorRule? {
        guard var section = Section(node, "a colour", report: &report, example: "{tag: user-v2, when: 'cookie.beta == \"1\"'}") else {
            return nil
        }
        let tag = section.require("tag", report: &report, example: "user-v2").flatMap { report.name($0, "the tag") }
        let when = section.require("when", report: &report, example: "'cookie.beta == \"1\"'").flatMap { predicate($0, "when") }
        section.finish(report: &report)
        guard let tag, let when else { return nil }
        return ColorRule(tag: tag, when: when)
    }

    private mutating func rules(_ node: DocumentNode) -> [RoutingRule] {
        var rules: [RoutingRule] = []
        for element in report.list(node, "rules", atMost: DocumentLimits.rules) {
            guard let rule = rule(element) else { continue }
            if rules.contains(where: { $0.name == rule.name }) {
                report.error(.duplicateName, "two rules are called '\(rule.name)'", at: element["name"]?.position ?? element.position)
            }
            rules.append(rule)
        }
        return rules
    }

    private mutating func rule(_ node: DocumentNode) -> RoutingRule? {
        let example = "{name: testers, when: 'header[\"x-canary\"] == \"true\"', to: canary}"
        guard var section = Section(node, "a rule", report: &report, example: example) else { return nil }
        let name = section.require("name", report: &report, example: "testers").flatMap { report.title($0, "the rule's name") }
        let when = section.require("when", report: &report, example: "'header[\"x-canary\"] == \"true\"'").flatMap { predicate($0, "when") }
        let to = section.require("to", report: &report, example: "canary").flatMap { arm($0) }
        for key in ["weight", "during"] {
            guard let value = section.take(key) else { continue }
            let meaning = key == "weight" ? "sends every request that matches" : "is in force at any time of day"
            report.error(
                .unsupported, "'\(key)' on a rule is not supported: a rule \(meaning)", at: value.position,
                suggestion: key == "weight"
                    ? "leave it out, or give the stage that weight" : "leave it out, or remove the rule by a new policy")
        }
        section.finish(report: &report)
        guard let name, let when, let to else { return nil }
        return RoutingRule(name: name, when: when, to: to)
    }

    private mutating func arm(_ node: DocumentNode) -> String? {
        guard let text = report.text(node, "to") else { return nil }
        guard Self.arms.contains(text) else {
            report.error(
                .invalidValue, "a rule leads to 'canary' or 'stable', not to '\(text)'", at: node.position,
                suggestion: Spelling.suggestion(for: text, among: Self.arms) ?? "name the arm, not the revision")
            return nil
        }
        return text
    }
}
