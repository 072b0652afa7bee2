import Foundation
import ReleaseModel
import Routing
import Testing

/// Routing against the port of nginx's arithmetic. `AgreementTests` hold both to a real nginx; here are many more keys.
///
/// `scripts/fuzz-keys` is the long run, with a million keys for each split.
@Suite("Routing and nginx's arithmetic agree on every key") struct MillionKeysTests {
    private static let count = ProcessInfo.processInfo.environment["TIDEGATE_KEYS"].flatMap { Int($0) } ?? 20_000

    private struct Scenario: Sendable {
        var arms: [ArmWeight]
        var shares: [ArmShare]?
        var layer: Layer?
    }

    private static func arms(_ weights: [Int]) -> [ArmWeight] {
        zip(["stable", "a", "b"], weights).map { ArmWeight(arm: $0, weight: Weight(basisPoints: $1)) }
    }

    private static let scenarios = [
        Scenario(arms: arms([7000, 2000, 1000])), Scenario(arms: arms([9999, 1, 0])), Scenario(arms: arms([1, 3333, 6666])),
        Scenario(
            arms: arms([5000, 1667, 3333]),
            shares: [.init(name: "a", share: .init(basisPoints: 3333)), .init(name: "b", share: .init(basisPoints: 6667))],
            layer: Layer(name: "ui", from: Weight(basisPoints: 3333), to: Weight(basisPoints: 8334))),
    ]

    @Test func everyKey() async throws {
        for scenario in Self.scenarios {
            let table = try SplitTable(salt: "checkout-7", arms: scenario.arms, shares: scenario.shares, layer: scenario.layer)
            let port = NginxArithmetic.Table(table)
            let (disagreements, canaries) = await blocking { Self.compare(table, port) }
            #expect(disagreements == 0)
            let expected = Double(table.participation.basisPoints) / 10_000
            #expect(abs(Double(canaries) / Double(Self.count) - expected) < 0.02)
        }
    }

    /// Keys that lead elsewhere by the port than by the table, and keys that take part.
    private static func compare(_ table: SplitTable, _ port: NginxArithmetic.Table) -> (disagreements: Int, canaries: Int) {
        var disagreements = 0
        var canaries = 0
        for number in 0..<count {
            let key = Array((number % 3 == 0 ? "user-\(number)" : number % 3 == 1 ? "\(number)@example.org" : "é\(number &* 7919)").utf8)
            let arm = port.arm(ofKey: key)
            if table.outcome(forKey: key).arm != arm { disagreements += 1 }
            if arm != table.stable { canaries += 1 }
        }
        return (disagreements, canaries)
    }
}
