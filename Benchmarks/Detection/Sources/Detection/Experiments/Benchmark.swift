import Foundation
import Statistics

/// The whole benchmark: polls of 100 canary and 900 baseline requests, alpha 0.01.
public struct Benchmark: Sendable {
    public static let alpha = 0.01
    public static let share = 0.1
    public static let pollRequests = 100.0
    /// Canary releases for each cell in which there is something to find.
    public var foundRuns = 1000
    public var runs = 10_000
    public var looks = 500
    public var seed: UInt64 = 1

    public init() {}

    static let peers = [
        JudgeKind("Kayenta NetflixACAJudge") { KayentaJudge() }, JudgeKind("Argo failureLimit") { ArgoJudge() },
        JudgeKind("Flagger threshold") { FlaggerJudge() }, JudgeKind("z-test at every poll") { PolledZTest() },
    ]
    static var kinds: [JudgeKind] { TidegateJudge.kinds(alpha: alpha) + peers }

    /// Tells what is being done, on the way.
    public func run(progress: @Sendable (String) -> Void) async -> DetectionReport {
        let begin = ContinuousClock.now
        var report = DetectionReport(alpha: Self.alpha, runs: runs, looks: looks, seed: seed)
        progress("regressions against the information floor")
        await measureFloors(&report)
        progress("late onset and several metrics")
        await measureOthers(&report)
        progress("latency")
        await measureLatency(&report)
        var columns: [FalseAlarmColumn] = []
        for (name, traffic) in Self.columns {
            progress("\(runs) releases without a regression: \(name)")
            columns.append(await column(name, traffic, &report))
        }
        for column in columns {
            progress("regressions, all judges at the same rate of false rollbacks: \(column.name)")
            await measurePeers(column, columns, &report)
        }
        report.seconds = (ContinuousClock.now - begin) / .seconds(1)
        return report
    }

    private func column(_ name: String, _ traffic: Traffic, _ report: inout DetectionReport) async -> FalseAlarmColumn {
        let column = await FalseAlarmColumn.simulate(name, traffic, Self.kinds, runs: runs, looks: looks, seed: seed)
        for (index, kind) in Self.kinds.enumerated() {
            report.falseAlarms.append(.init(column: name, judge: kind.name, runs: runs, rate: column.rate(index)))
        }
        // What takes no part in the comparison with the peers looks at fewer.
        let fewer = max(100, runs / 10)
        let others = TidegateJudge.others(alpha: Self.alpha)
        let second = await FalseAlarmColumn.simulate(name, traffic, others, runs: fewer, looks: looks, seed: seed)
        for (index, kind) in others.enumerated() {
            report.falseAlarms.append(.init(column: name, judge: kind.name, runs: fewer, rate: second.rate(index)))
        }
        return column
    }

    static let columns: [(String, Traffic)] = [
        ("1%", Traffic(baseRate: 0.01, drift: 0.8)), ("0.2%", Traffic(baseRate: 0.002, drift: 0.8)),
        ("1%, bursts CV 0.5", Traffic(baseRate: 0.01, drift: 0.8, burstShape: 4)),
        ("1%, bursts CV 1", Traffic(baseRate: 0.01, drift: 0.8, burstShape: 1)),
        ("0.2%, bursts CV 1", Traffic(baseRate: 0.002, drift: 0.8, burstShape: 1)),
    ]

    static let floorCells: [(baseline: Double, canary: Double)] = [
        (0.002, 0.004), (0.002, 0.006), (0.002, 0.01), (0.002, 0.02), (0.002, 0.05), (0.01, 0.02), (0.01, 0.03), (0.01, 0.05),
    ]

    private func measureFloors(_ report: inout DetectionReport) async {
        for (baseline, canary) in Self.floorCells {
            let floor = InformationFloor.canaryRequests(canary: canary, baseline: baseline, share: Self.share, alpha: Self.alpha)
            for (index, kind) in (TidegateJudge.kinds(alpha: Self.alpha) + TidegateJudge.others(alpha: Self.alpha)).enumerated() {
                let delay = await Delay.simulate(
                    Traffic(baseRate: baseline, ratio: canary / baseline), kind, runs: foundRuns, horizon: 5000, seed: seed + 1)
                let (ratio, polls) = (delay.canaryRequests / floor, floor / Self.pollRequests)
                let isWithin = polls >= 5 ? ratio <= 1.5 : delay.canaryRequests - floor <= 2 * Self.pollRequests
                report.floors.append(
                    .init(
                        baseline: baseline, canary: canary, judge: kind.name, floor: floor, floorPolls: polls,
                        canaryRequests: delay.canaryRequests, standardError: delay.standardError, ratio: ratio, missed: delay.missed,
                        isWithinTarget: index == 0 ? isWithin : nil))
            }
        }
    }

    private func measureOthers(_ report: inout DetectionReport) async {
        for (baseline, canary) in [(0.002, 0.006), (0.002, 0.01), (0.01, 0.02)] {
            let floor = InformationFloor.canaryRequests(canary: canary, baseline: baseline, share: Self.share, alpha: Self.alpha)
            func add(_ what: String, _ requests: Double, _ missed: Double) {
                report.others.append(
                    .init(what: what, baseline: baseline, canary: canary, floor: floor, canaryRequests: requests, missed: missed))
            }
            let late = Traffic(baseRate: baseline, ratio: canary / baseline, onset: 100)
            let kinds = [
                JudgeKind("begins at poll 100, the default") { TidegateJudge.standard(alpha: Self.alpha) },
                JudgeKind("begins at poll 100, A1 without late onset") { TidegateJudge(alpha: Self.alpha, isBoosted: true) },
            ]
            for kind in kinds {
                let delay = await Delay.simulate(late, kind, runs: foundRuns, horizon: 2000, seed: seed + 2)
                add(kind.name, delay.canaryRequests, delay.missed)
            }
            let combined = await SeveralMetrics.simulate(
                metrics: 4, Traffic(baseRate: baseline, ratio: canary / baseline), alpha: Self.alpha, runs: foundRuns, horizon: 2000,
                seed: seed + 3)
            add("one of four metrics, named by e-Holm", combined.canaryRequests, combined.missed)
        }
    }

    private func measureLatency(_ report: inout DetectionReport) async {
        for factor in [1, 1.1, 1.25, 1.5, 2] {
            let cell = await LatencyExperiment.simulate(
                factor: factor, alpha: Self.alpha, runs: foundRuns, horizon: factor == 1 ? 200 : 1000, seed: seed + 4)
            report.latency.append(
                .init(factor: factor, floor: cell.floor, canaryRequests: cell.canaryRequests, alarms: 1 - cell.missed))
        }
    }

    /// Every judge, Tidegate's included, with the setting at which it accuses alpha of the healthy releases, measured: once of those of this column,
    /// which takes knowing its base rate and bursts beforehand, and once of those of whichever column is worst for it.
    private func measurePeers(_ column: FalseAlarmColumn, _ columns: [FalseAlarmColumn], _ report: inout DetectionReport) async {
        let shown = [0, TidegateJudge.withoutGuard] + (Self.kinds.count - Self.peers.count..<Self.kinds.count)
        for ratio in [2.0, 3, 5, 10] {
            var traffic = column.traffic
            traffic.ratio = ratio
            for index in shown {
                let kind = Self.kinds[index]
                let own = column.threshold(index, rate: Self.alpha)
                let common = columns.map { $0.threshold(index, rate: Self.alpha) }.max() ?? own
                for (tuning, setting) in [(DetectionReport.Tuning.thisTraffic, own), (.allTraffic, common)] {
                    let delay = await Delay.simulate(traffic, kind, threshold: setting, runs: foundRuns, horizon: looks, seed: seed + 5)
                    report.peers.append(
                        .init(
                            column: column.name, baseline: traffic.baseRate, canary: traffic.baseRate * ratio, judge: kind.name,
                            tuning: tuning, falseAlarms: column.rate(index, threshold: setting), setting: setting,
                            canaryRequests: delay.canaryRequests, badRequests: delay.badRequests, missed: delay.missed))
                }
            }
        }
    }
}
