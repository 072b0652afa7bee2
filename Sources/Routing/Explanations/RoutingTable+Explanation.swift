internal import Predicates
public import ReleaseModel

extension RoutingTable {
    /// Why a request goes where `assign` sends it.
    public func explanation(of request: RoutingRequest, now: Timestamp, inbound: InboundColors = .none) -> RoutingExplanation {
        let assignment = assign(request, now: now, inbound: inbound)
        let bare = view(of: request, now: now)
        var view = bare
        add(assignment.colors, to: &view)
        var unused = 0
        let key = keyReader.bytes(view, failures: &unused)
        let strata = self.strata.map { reading($0, view) }
        let participation = self.participation(key)
        let division = participation.takesPart ? key.flatMap { self.division($0, view) } : nil
        return RoutingExplanation(
            arm: assignment.arm, rule: assignment.rule,
            because: because(assignment, key: key, participation: participation, division: division),
            key: reading(self.key, view), strata: strata,
            rules: rules.indices.map { explained($0, view, key: key, now: now, deciding: assignment.ruleIndex) },
            colors: colors.map { explained($0, bare) }, inbound: inbound.tags, carried: assignment.colors, participation: participation,
            division: division, failures: assignment.failures)
    }

    private func reading(_ key: RequestKey, _ view: RequestView) -> RoutingExplanation.Reading {
        do {
            let value = try key.evaluate(view)
            return .init(source: key.source, value: value, error: nil)
        } catch {
            return .init(source: key.source, value: nil, error: error.description)
        }
    }

    private func explained(
        _ index: Int, _ view: RequestView, key: [UInt8]?, now: Timestamp, deciding: Int?
    ) -> RoutingExplanation.Rule {
        let rule = rules[index]
        var message: String?
        let outcome: RoutingExplanation.Rule.Outcome
        switch rule.outcome(view, key: key, now: now) {
        case .matched: outcome = .matched
        case .noMatch: outcome = .noMatch
        case .off: outcome = .off
        case .outsideTime: outcome = .outsideTime
        case .outsideWeight: outcome = .outsideWeight
        case .withoutKey: outcome = .withoutKey
        case .failed(let error):
            outcome = .error
            message = error.description
        }
        return .init(
            name: rule.name, to: arms[rule.arm].arm, outcome: outcome, decides: index == deciding, error: message, weight: rule.weight,
            bucket: rule.weight == nil ? nil : key.map { rule.bucket(of: $0) }, during: rule.window?.description)
    }

    private func explained(_ color: Color, _ view: RequestView) -> RoutingExplanation.Color {
        guard colorsAreOn else { return .init(tag: color.tag, holds: false, error: nil) }
        do {
            return .init(tag: color.tag, holds: try color.predicate.evaluate(view), error: nil)
        } catch {
            return .init(tag: color.tag, holds: false, error: error.description)
        }
    }

    private func participation(_ key: [UInt8]?) -> RoutingExplanation.Participation {
        let outcome = split.outcome(forKey: key)
        let buckets = split.participants.buckets
        return .init(
            bucket: outcome.bucket, weight: split.participation, from: buckets.lowerBound, to: buckets.upperBound,
            takesPart: outcome.takesPart, layer: split.layer?.name)
    }

    private func division(_ key: [UInt8], _ view: RequestView) -> RoutingExplanation.Division? {
        guard split.shares.count > 1 else { return nil }
        var unused = 0
        let strata = strataReaders.map { $0.bytes(view, failures: &unused) ?? [] }
        var rest = 10_000
        let shares = split.shares.map { share in
            let basisPoints = share.weight?.basisPoints ?? rest
            rest -= basisPoints
            return ArmShare(name: arms[share.arm].arm, share: Weight(basisPoints: basisPoints))
        }
        return .init(bucket: StickyBucket.bucket(of: split.armHash(key, strata)), shares: shares)
    }

    private func because(
        _ assignment: Assignment, key: [UInt8]?, participation: RoutingExplanation.Participation, division: RoutingExplanation.Division?
    ) -> String {
        if let rule = assignment.rule { return "the rule '\(rule)' matches first and leads to \(assignment.arm)" }
        guard key != nil, let bucket = participation.bucket else {
            return "no rule matches and the request has no key, so it goes to \(assignment.arm)"
        }
        let whose = participation.layer.map { "in the layer '\($0)' " } ?? ""
        let range = participation.from == 0 ? "below \(participation.to)" : "from \(participation.from) up to \(participation.to)"
        guard participation.takesPart else {
            return split.participation == .zero
                ? "no canary arm has any weight, so every request goes to \(assignment.arm)"
                : "no rule matches, and its bucket \(bucket) \(whose)is not \(range), so it goes to \(assignment.arm)"
        }
        let arm =
            division.map { ", and among the arms its bucket \($0.bucket) leads to \(assignment.arm)" }
            ?? ", so it goes to \(assignment.arm)"
        return "no rule matches; its bucket \(bucket) \(whose)is \(range), so it takes part" + arm
    }
}
