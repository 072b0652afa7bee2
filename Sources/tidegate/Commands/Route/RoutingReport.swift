import Predicates
import ReleaseModel
import Routing

/// A whole routing at its present weights; what `route table -o json` prints.
struct RoutingReport: Codable, Sendable {
    struct Rule: Codable, Sendable {
        var name: String
        var when: String
        var to: String
        /// False while its arm has no weight.
        var isOn: Bool
        var weight: Weight?
        var during: String?
    }

    struct Color: Codable, Sendable {
        var tag: String
        var when: String
    }

    /// A range of the 10000 buckets that leads to an arm.
    struct Part: Codable, Sendable {
        var arm: String
        var weight: Weight
        /// Buckets from here on.
        var from: Int
        /// Up to here, without it; in nginx's arithmetic the hashes below `threshold`.
        var to: Int
        var threshold: UInt64
    }

    var of: String
    var salt: String
    var key: String
    var strata: [String]
    var layer: Layer?
    var arms: [ArmWeight]
    /// Who takes part, by the text `<salt>:<key>`, in a layer `layer/<name>:<key>`.
    var participants: Part?
    /// Which arm a participant gets, by the text `<salt>/arm:<key>`; empty where there is one arm.
    var division: [Part]
    var rules: [Rule]
    /// False while every canary arm is at weight 0.
    var colorsAreOn: Bool
    var tagHeader: String
    var colors: [Color]
    var propagation: Propagation

    init(_ subject: RoutingOptions.Subject) {
        let table = subject.table
        of = subject.name
        salt = subject.salt
        key = table.key.source
        strata = table.strata.map(\.source)
        layer = table.split.layer
        arms = table.arms
        rules = table.rules.map {
            Rule(
                name: $0.name, when: $0.predicate.source, to: table.arms[$0.arm].arm, isOn: $0.isOn, weight: $0.weight,
                during: $0.window?.description)
        }
        colorsAreOn = table.colorsAreOn
        tagHeader = table.tagHeader
        colors = table.colors.map { Color(tag: $0.tag, when: $0.predicate.source) }
        propagation = table.propagation
        participants = Self.participants(table.split)
        division = Self.division(table)
    }

    private static func participants(_ split: SplitTable) -> Part? {
        guard split.participation > .zero else { return nil }
        let from = split.participation == .full ? 0 : split.layer?.from.basisPoints ?? 0
        return part("takes part", from: from, split.participation)
    }

    private static func division(_ table: RoutingTable) -> [Part] {
        guard table.split.shares.count > 1 else { return [] }
        var from = 0
        return table.split.shares.map { share in
            let weight = share.weight ?? Weight(basisPoints: 10_000 - from)
            let part = part(table.arms[share.arm].arm, from: from, weight)
            from += weight.basisPoints
            return part
        }
    }

    private static func part(_ name: String, from: Int, _ weight: Weight) -> Part {
        let to = from + weight.basisPoints
        // Parts are rounded one by one, as nginx does it.
        let threshold =
            to == 10_000 ? 1 << 32 : SplitBucket.threshold(basisPoints: from) + SplitBucket.threshold(basisPoints: weight.basisPoints)
        return Part(arm: name, weight: weight, from: from, to: to, threshold: threshold)
    }
}
