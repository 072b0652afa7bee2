internal import Predicates
public import ReleaseModel

extension RoutingTable {
    /// Where a request goes.
    ///
    /// - Parameter inbound: colours that the request brings along and that are believed. Rules see them beside the colours given here, and
    ///   all go on to the next hop; those that no rule asks for lead nowhere.
    public func assign(_ request: RoutingRequest, now: Timestamp, inbound: InboundColors = .none) -> Assignment {
        var failures = 0
        var view = view(of: request, now: now)
        let bits = colorBits(view, failures: &failures)
        let colors = carried(bits, inbound)
        add(colors, to: &view)
        let key = keyReader.bytes(view, failures: &failures)
        let matched = firstMatch(view, key: key, now: now, failures: &failures)
        let outcome = split.outcome(forKey: key, strata: strataReaders.map { $0.bytes(view, failures: &failures) ?? [] })
        let arm = matched.map { rules[$0].arm } ?? outcome.arm
        return Assignment(
            armIndex: arm, arm: arms[arm].arm, ruleIndex: matched, rule: matched.map { rules[$0].name }, bucket: outcome.bucket,
            colors: colors, colorBits: bits, failures: failures)
    }

    private func firstMatch(_ view: RequestView, key: [UInt8]?, now: Timestamp, failures: inout Int) -> Int? {
        for index in rules.indices {
            switch rules[index].outcome(view, key: key, now: now) {
            case .matched: return index
            case .failed: failures += 1
            case .noMatch, .off, .outsideTime, .outsideWeight, .withoutKey: break
            }
        }
        return nil
    }

    /// The request's values by slot, without colours.
    func view(of request: RoutingRequest, now: Timestamp) -> RequestView {
        var view = blank
        view.reset(now: now.microseconds / 1_000_000)
        for (slot, reader) in readers.enumerated() {
            if let value = reader.value(in: request) { value.bytes.withUnsafeBufferPointer { view.set(slot, to: $0) } }
        }
        return view
    }

    /// Lets rules see the colours that the request carries.
    func add(_ colors: [String], to view: inout RequestView) {
        guard !colors.isEmpty else { return }
        for (slot, tag) in tagSlots where colors.contains(tag) { view.set(slot, to: CollectionOfOne(UInt8(ascii: "1"))) }
    }

    /// A colour's own condition sees no colours: which of them hold does not depend on their order.
    func colorBits(_ view: RequestView, failures: inout Int) -> UInt64 {
        guard colorsAreOn else { return 0 }
        var bits: UInt64 = 0
        for (index, color) in colors.enumerated() {
            do {
                if try color.predicate.evaluate(view, ahead: color.ahead) { bits |= 1 << UInt64(index) }
            } catch {
                failures += 1
            }
        }
        return bits
    }

    /// The colours that hold, in the order of the policy, then those that came along.
    func carried(_ bits: UInt64, _ inbound: InboundColors) -> [String] {
        guard bits != 0 || !inbound.tags.isEmpty else { return [] }
        var held: UInt64 = 0
        for (index, tag) in tagIndices.enumerated() where bits >> UInt64(index) & 1 == 1 { held |= 1 << UInt64(tag) }
        var carried: [String] = []
        carried.reserveCapacity(min(held.nonzeroBitCount + inbound.tags.count, ColorHeader.maximumTags))
        for (index, tag) in tags.enumerated() where held >> UInt64(index) & 1 == 1 && carried.count < ColorHeader.maximumTags {
            carried.append(tag)
        }
        for tag in inbound.tags where carried.count < ColorHeader.maximumTags && !carried.contains(tag) { carried.append(tag) }
        return carried
    }
}
