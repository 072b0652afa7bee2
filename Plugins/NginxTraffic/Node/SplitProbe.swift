internal import NginxPrinting
internal import PluginKit
internal import ReleaseModel
internal import Routing

/// Asks the running split about keys on both sides of its edge, so that a weight that was edited and loaded by hand shows, whatever the
/// status text says. It sees a shift of about 0.1%.
struct SplitProbe: Sendable {
    /// Keys to choose from; their buckets lie about 10 basis points apart.
    static let candidates = 1024

    private struct Key {
        let text: String
        let bucket: Int
    }

    let reader: StatusReader
    let status: NodeStatus

    /// The weights that the running split really gives, and what is wrong with them; nil when they are those of the status.
    func mismatch() throws(PluginFailure) -> (weights: [ArmWeight], reason: String)? {
        guard let table = try? SplitTable(salt: status.salt, arms: status.weights, shares: status.shares, layer: status.layer) else {
            return (status.weights, "nginx reports weights that are none: \(Self.text(status.weights))")
        }
        let keys = Self.keys(table)
        let range = Self.range(table)
        let probes = [
            keys.last { $0.bucket < range.lowerBound }, keys.first { range.contains($0.bucket) }, keys.last { range.contains($0.bucket) },
            keys.first { $0.bucket >= range.upperBound },
        ]
        var isRight = true
        for key in probes.compactMap({ $0 }) where try !isRightArm(of: key, table) { isRight = false }
        if isRight { return nil }
        let weights = try measured(keys, table)
        return (weights, "nginx splits by \(Self.text(weights)) and was told \(Self.text(status.weights))")
    }

    /// The buckets of those who take part.
    private static func range(_ table: SplitTable) -> Range<Int> {
        guard table.participation < .full else { return 0..<10_000 }
        let start = table.layer?.from.basisPoints ?? 0
        return start..<start + table.participation.basisPoints
    }

    private func isRightArm(of key: Key, _ table: SplitTable) throws(PluginFailure) -> Bool {
        let arm = try reader.arm(ofKey: key.text, service: status.service)
        let outcome = table.outcome(forKey: Array(key.text.utf8))
        // A question to the status server has no strata, so only whether it takes part can be told.
        if status.isStratified == true, outcome.takesPart {
            return table.shares.contains { NginxName.arm(status.arms[$0.arm].name) == arm }
        }
        return arm == NginxName.arm(status.arms[outcome.arm].name)
    }

    /// Finds the edge of the running split by halving. With several canary arms their shares among each other are taken as declared.
    private func measured(_ keys: [Key], _ table: SplitTable) throws(PluginFailure) -> [ArmWeight] {
        let stable = NginxName.arm(Arm.stable)
        let start = table.participation < .full ? table.layer?.from.basisPoints ?? 0 : 0
        let keys = keys.filter { $0.bucket >= start }
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if try reader.arm(ofKey: keys[middle].text, service: status.service) == stable { high = middle } else { low = middle + 1 }
        }
        let edge = low == keys.count ? 10_000 - start : low == 0 ? 0 : keys[low].bucket - start
        let canaries = status.arms.filter { $0.name != Arm.stable }
        let declared = max(1, table.participation.basisPoints)
        var rest = edge
        return status.arms.map { arm in
            if arm.name == Arm.stable { return ArmWeight(arm: arm.name, weight: Weight(basisPoints: 10_000 - edge)) }
            let share = arm.name == canaries.last?.name ? rest : min(rest, arm.weight.basisPoints * edge / declared)
            rest -= share
            return ArmWeight(arm: arm.name, weight: Weight(basisPoints: share))
        }
    }

    private static func keys(_ table: SplitTable) -> [Key] {
        (0..<candidates).map { index in
            let text = "probe-\(index)"
            return Key(text: text, bucket: table.outcome(forKey: Array(text.utf8)).bucket ?? 0)
        }
        .sorted { ($0.bucket, $0.text) < ($1.bucket, $1.text) }
    }

    private static func text(_ weights: [ArmWeight]) -> String { weights.map { "\($0.arm) \($0.weight)" }.joined(separator: ", ") }
}
