import Foundation

extension DetectionReport {
    /// The report as tables to read.
    public var text: String {
        [
            """
            \(runs) releases without a regression, \(looks) looks each, polls of 100 canary and 900 baseline requests; \
            alpha \(Self.plain(alpha)); seed \(seed); \(Int(seconds)) s
            """,
            "Releases rolled back although the canary is like the baseline", falseAlarmTable,
            "Mean canary requests until the rollback, against the information floor (no drift, no bursts)", floorTable,
            "Latency at every edge: A1x, lognormal, 11 default edges", latencyTable,
            "Late onset and several metrics", otherTable,
            "Bad requests until the rollback, every judge set to accuse alpha of the healthy releases of the same traffic",
            peers(.thisTraffic),
            "The same, every judge with one setting for all traffic: the one with which it accuses at most alpha in each column",
            peers(.allTraffic),
        ].joined(separator: "\n\n") + "\n"
    }

    private var falseAlarmTable: String {
        let columns = unique(falseAlarms.map(\.column))
        var table = TextTable(header: ["judge"] + columns)
        for judge in unique(falseAlarms.map(\.judge)) {
            let rates = columns.map { column in falseAlarms.first { $0.column == column && $0.judge == judge }?.rate ?? .nan }
            table.rows.append([judge] + rates.map { String(format: "%.4f", $0) })
        }
        return table.text
    }

    private var floorTable: String {
        let judges = unique(floors.map(\.judge))
        var table = TextTable(header: ["rates", "floor", "polls"] + judges + ["target"])
        for cell in floors where cell.judge == judges.first {
            let row = judges.compactMap { judge in
                floors.first { $0.judge == judge && $0.baseline == cell.baseline && $0.canary == cell.canary }
            }
            table.rows.append(
                [
                    "\(Self.plain(cell.baseline)) -> \(Self.plain(cell.canary))", Self.short(cell.floor),
                    String(format: "%.1f", cell.floorPolls),
                ]
                    + row.map { "\(Self.short($0.canaryRequests)) (\(String(format: "%.2f", $0.ratio)))" }
                    + [row.compactMap(\.isWithinTarget).allSatisfy { $0 } ? "kept" : "MISSED"])
        }
        return table.text
    }

    private var latencyTable: String {
        var table = TextTable(header: ["factor", "floor", "requests", "ratio", "alarms"])
        for cell in latency {
            table.rows.append([
                Self.plain(cell.factor), cell.floor.map(Self.short) ?? "-", cell.floor == nil ? "-" : Self.short(cell.canaryRequests),
                cell.floor.map { String(format: "%.2f", cell.canaryRequests / $0) } ?? "-", String(format: "%.3f", cell.alarms),
            ])
        }
        return table.text
    }

    private var otherTable: String {
        var table = TextTable(header: ["what", "rates", "floor", "requests", "ratio", "missed"])
        for cell in others {
            table.rows.append([
                cell.what, "\(Self.plain(cell.baseline)) -> \(Self.plain(cell.canary))", Self.short(cell.floor),
                Self.short(cell.canaryRequests),
                String(format: "%.2f", cell.canaryRequests / cell.floor), String(format: "%.3f", cell.missed),
            ])
        }
        return table.text
    }

    /// A row for each regression, a column for each judge.
    private func peers(_ tuning: Tuning) -> String {
        let cells = peers.filter { $0.tuning == tuning }
        let judges = unique(cells.map(\.judge))
        var table = TextTable(header: ["traffic", "rates"] + judges)
        for row in unique(cells.map { "\($0.column)|\(Self.plain($0.baseline)) -> \(Self.plain($0.canary))" }) {
            let name = row.split(separator: "|").map(String.init)
            let own = cells.filter { $0.column == name[0] && "\(Self.plain($0.baseline)) -> \(Self.plain($0.canary))" == name[1] }
            table.rows.append(
                name
                    + judges.map { judge in
                        own.first { $0.judge == judge }.map { cell in
                            String(format: "%.1f", cell.badRequests)
                                + (cell.missed > 0.005 ? " (\(Int((cell.missed * 100).rounded()))% missed)" : "")
                        } ?? "-"
                    })
        }
        return table.text
    }

    static func plain(_ value: Double) -> String { String(format: "%g", value) }
    private static func short(_ value: Double) -> String { String(format: value < 100 ? "%.1f" : "%.0f", value) }
    func unique(_ names: [String]) -> [String] { names.enumerated().filter { !names[..<$0.offset].contains($0.element) }.map(\.element) }
}
