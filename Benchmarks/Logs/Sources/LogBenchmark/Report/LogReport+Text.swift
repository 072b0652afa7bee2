import Foundation

extension LogReport {
    public var text: String {
        var parts: [String] = []
        if !systems.isEmpty { parts += [accuracy, speeds] }
        if let memory {
            var table = TextTable(header: ["lines", "resident MB", "templates"])
            for point in memory.points {
                table.rows.append(["\(point.lines)", Self.number(Double(point.residentKilobytes) / 1024, "%.1f"), "\(point.templates)"])
            }
            parts.append("Memory, one line in \(Int((1 / memory.novelShare).rounded())) never seen before\n" + table.text)
        }
        if let anomaly { parts += [Self.healthy(anomaly), Self.bursts(anomaly)] }
        parts.append(targets.map { ($0.holds ? "holds   " : "MISSED  ") + $0.text }.joined(separator: "\n"))
        return parts.joined(separator: "\n\n") + "\n"
    }

    private var accuracy: String {
        var table = TextTable(
            header: ["grouping accuracy", "Tidegate", "Drain3", "Drain3, masks", "Drain, tuned*", "Brain, tuned*"])
        func row(_ name: String, _ values: [Double?]) { table.rows.append([name] + values.map { Self.number($0, "%.4f") }) }
        for system in systems {
            row(
                system.name,
                [
                    system.tidegate.accuracy, system.drain3?.accuracy, system.drain3Masked?.accuracy, system.publishedDrain,
                    system.publishedBrain,
                ])
        }
        row(
            "mean",
            [
                mean { $0.tidegate.accuracy }, mean { $0.drain3?.accuracy }, mean { $0.drain3Masked?.accuracy }, mean(\.publishedDrain),
                mean(\.publishedBrain),
            ])
        return table.text + "\n* published, with parameters and masks for each system"
    }

    private var speeds: String {
        var table = TextTable(header: ["lines a second", "Tidegate", "Drain3", "Drain3, masks", "ratio"])
        func row(_ name: String, _ own: Double?, _ plain: Double?, _ masked: Double?) {
            let ratio = own.flatMap { own in plain.map { own / $0 } }
            table.rows.append([name] + [own, plain, masked].map { Self.number($0, "%.0f") } + [Self.number(ratio, "%.1f")])
        }
        for system in systems {
            row(
                system.name, system.tidegate.linesPerSecond, system.drain3?.linesPerSecond, system.drain3Masked?.linesPerSecond)
        }
        row("all", speed { $0.tidegate }, speed { $0.drain3 }, speed { $0.drain3Masked })
        return table.text
    }

    private static func healthy(_ anomaly: AnomalyReport) -> String {
        var table = TextTable(header: ["healthy releases of an hour, a look every 10 s", "releases", "alarms", "share"])
        for one in anomaly.healthy {
            table.rows.append([one.name, "\(one.releases)", "\(one.alarms)", number(one.share, "%.4f")])
        }
        return table.text
    }

    private static func bursts(_ anomaly: AnomalyReport) -> String {
        var table = TextTable(header: ["exceptions a second", "canary's share", "runs", "in windows to 30 s", "judged within 30 s"])
        for one in anomaly.bursts {
            func share(_ count: Int) -> String { number(Double(count) / Double(one.runs), "%.4f") }
            table.rows.append(
                [
                    number(one.exceptionsPerSecond, "%.1f"), number(one.canaryShare, "%.2f"), "\(one.runs)", share(one.byWindow),
                    share(one.byJudgement),
                ])
        }
        return table.text
    }

    private static func number(_ value: Double?, _ format: String) -> String { value.map { String(format: format, $0) } ?? "-" }
}
