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
        guard let table = try? SplitTable(salt: status.salt, arms: status.weights) else {
            return (status.weights, "nginx reports weights that are none: \(Self.text(status.weights))")
        }
        let keys = Self.keys(table)
        let declared = table.participation.basisPoints
        let inside = keys.last { $0.bucket < declared }
        let outside = keys.first { $0.bucket >= declared }
        var isRight = true
        for key in [inside, outside].compactMap({ $0 }) {
            let expected = NginxName.arm(status.arms[table.outcome(forKey: Array(key.text.utf8)).arm].name)
            if try reader.arm(ofKey: key.text, service: status.service) != expected { isRight = false }
        }
        if isRight { return nil }
        let weights = try measured(keys, table)
        return (weights, "nginx splits by \(Self.text(weights)) and was told \(Self.text(status.weights))")
    }

    /// Finds the edge of the running split by halving. With several canary arms their shares among each other are taken as declared.
    private func measured(_ keys: [Key], _ table: SplitTable) throws(PluginFailure) -> [ArmWeight] {
        let stable = NginxName.arm(Arm.stable)
        var low = 0
        var high = keys.count
        while low < high {
            let middle = (low + high) / 2
            if try reader.arm(ofKey: keys[middle].text, service: status.service) == stable { high = middle } else { low = middle + 1 }
        }
        let edge = low == keys.count ? 10_000 : low == 0 ? 0 : keys[low].bucket
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
