internal import Predicates
internal import ReleaseModel
internal import Routing

/// Arms, strata, layer, and how colours travel.
extension PolicyReader {
    mutating func arms(_ node: DocumentNode) -> [ArmShare]? {
        var arms: [ArmShare] = []
        let elements = report.list(node, "arms", atMost: DocumentLimits.arms)
        for element in elements {
            guard let arm = armShare(element) else { continue }
            if arms.contains(where: { $0.name == arm.name }) {
                report.error(.duplicateName, "two arms are called '\(arm.name)'", at: element["name"]?.position ?? element.position)
            }
            arms.append(arm)
        }
        guard !elements.isEmpty else {
            if case .sequence = node.content {
                report.error(.missingKey, "'arms' needs at least one arm", at: node.position, suggestion: "leave it out for one canary")
            }
            return nil
        }
        let sum = arms.reduce(0) { $0 + $1.share.basisPoints }
        if arms.count == elements.count, sum != 10_000 {
            report.error(
                .invalidValue, "the arms' shares sum to \(Double(sum) / 100)%, not to 100%", at: node.position,
                suggestion: "shares divide those who take part; how many they are is the stages' weight")
        }
        return arms.isEmpty ? nil : arms
    }

    private mutating func armShare(_ node: DocumentNode) -> ArmShare? {
        guard var section = Section(node, "an arm", report: &report, example: "{name: a, share: 50%}") else { return nil }
        let nameNode = section.require("name", report: &report, example: "a")
        var name = nameNode.flatMap { report.name($0, "the arm") }
        if name == Arm.stable, let nameNode {
            report.error(
                .invalidValue, "'stable' is not among the arms: it has whoever does not take part", at: nameNode.position,
                suggestion: "for a control group of those who take part name an arm 'control' and give it the stable revision")
            name = nil
        }
        let share = section.require("share", report: &report, example: "50%").flatMap {
            self.share($0, "an arm's share", suggestion: "leave the arm out")
        }
        section.finish(report: &report)
        guard let name, let share else { return nil }
        return ArmShare(name: name, share: share)
    }

    mutating func strata(_ node: DocumentNode) -> [String]? {
        let strata = report.list(node, "strata", atMost: DocumentLimits.strata).compactMap { key($0, "a stratum") }
        return strata.isEmpty ? nil : strata
    }

    mutating func layer(_ node: DocumentNode) -> Layer? {
        guard var section = Section(node, "layer", report: &report, example: "layer: {name: ui, from: 0%, to: 50%}") else { return nil }
        let name = section.require("name", report: &report, example: "ui").flatMap { report.name($0, "the layer") }
        let from = section.take("from").map { report.weight($0, "the start of a layer's range") } ?? .zero
        let to = section.take("to").map { report.weight($0, "the end of a layer's range") } ?? .full
        section.finish(report: &report)
        guard let name, let from, let to else { return nil }
        guard from < to else {
            report.error(
                .invalidValue, "the range from \(from) to \(to) is empty", at: node.position,
                suggestion: from == to ? "for example from: 0%, to: 50%" : "write from: \(to), to: \(from)")
            return nil
        }
        return Layer(name: name, from: from, to: to)
    }

    /// `trust`, `sign`, `hops` and `baggage`; nil when none of them is there.
    mutating func propagation(_ section: inout Section) -> Propagation? {
        var propagation = Propagation()
        if let node = section.take("trust") {
            propagation.trust = report.list(node, "trust", atMost: ColorGate.maximumNetworks).compactMap { network($0) }
        }
        if let node = section.take("sign") {
            for element in report.list(node, "sign", atMost: ColorGate.maximumKeys) {
                guard let key = colorKey(element) else { continue }
                if propagation.keys.contains(where: { $0.id == key.id }) {
                    report.error(.duplicateName, "two keys are called '\(key.id)'", at: element["id"]?.position ?? element.position)
                }
                propagation.keys.append(key)
            }
        }
        if let node = section.take("hops"), let hops = report.integer(node, "hops", in: ColorGate.hopLimits) {
            propagation.maximumHops = hops
        }
        if let node = section.take("baggage") { propagation.baggage = report.name(node, "the baggage member") }
        return propagation == Propagation() ? nil : propagation
    }

    private mutating func network(_ node: DocumentNode) -> String? {
        guard let text = report.text(node, "a trusted network", example: "10.0.0.0/8") else { return nil }
        guard let network = IPNetwork(text) else {
            report.error(
                .invalidValue, "'\(text)' is no network in CIDR notation", at: node.position,
                suggestion: "for example 10.0.0.0/8; bits beyond the length are zero")
            return nil
        }
        if network.prefixLength == 0 {
            report.add(
                .warning, .trustsEverybody, "\(text) is everybody: any client can colour itself", at: node.position,
                suggestion: "name the networks of your own hops")
        }
        return text
    }

    private mutating func colorKey(_ node: DocumentNode) -> ColorKey? {
        guard var section = Section(node, "a key", report: &report, example: "{id: k1, secret: env:COLOR_KEY}") else { return nil }
        let id = section.require("id", report: &report, example: "k1").flatMap { report.name($0, "the key's id") }
        let secret = section.require("secret", report: &report, example: "env:COLOR_KEY").flatMap {
            report.text($0, "the secret's reference", example: "env:COLOR_KEY")
        }
        section.finish(report: &report)
        guard let id, let secret else { return nil }
        return ColorKey(id: id, secret: secret)
    }
}
