import Foundation
import ReleaseModel
import ServiceLevels
import Statistics
import Testing

/// The printed rules are accepted by promtool, and fire when the SRE workbook says they do.
@Suite struct AlertingRulesTests {
    private static let availability = ServiceLevels(objectives: [Objective(name: "it's available", objective: 0.999)])

    /// Runs promtool in a folder with some files.
    private func promtool(_ arguments: [String], _ files: [String: String]) throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-rules-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/promtool")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, output)
    }

    @Test func promtoolAcceptsTheRules() throws {
        let levels = ServiceLevels(objectives: [
            Objective(name: "it's \"available\"", objective: 0.999, periodSeconds: 28 * 86400),
            Objective(name: "fast", indicator: .slower(thanSeconds: 3), objective: 0.9995),
            Objective(
                name: "own", indicator: .slower(thanSeconds: 0.25), objective: 0.9, periodSeconds: 7 * 86400,
                page: [BurnRateRule(budgetShare: 0.05, longSeconds: 5400, shortSeconds: 600)], ticket: []),
        ])
        for source in [SeriesNames(), SeriesNames(errors: "failures_total", errorMatchers: nil, matchers: #"uri!="/healthz""#)] {
            let rules = AlertingRules(levels, source: source, policy: "checkout", service: "shop")
            let (status, output) = try promtool(["check", "rules", "rules.yaml"], ["rules.yaml": rules.yaml])
            #expect(status == 0, "\(output)")
            // Seven windows and the budget with four alerts, twice; two windows and the budget with one alert.
            #expect(output.contains("SUCCESS: 28 rules found"), "\(output)")
        }
    }

    @Test func noObjectiveMakesNoRule() throws {
        let rules = AlertingRules(ServiceLevels(objectives: []), source: SeriesNames(), policy: "p")
        #expect(try promtool(["check", "rules", "rules.yaml"], ["rules.yaml": rules.yaml]).status == 0)
    }

    /// The page alerts with what they read, and without annotations, which are not what is tested here.
    private func pageRules(_ levels: ServiceLevels) -> AlertingRules {
        var rules = AlertingRules(levels, source: SeriesNames(), policy: "checkout")
        let windows = ["5m", "30m", "1h", "6h"]
        rules.groups[0].rules.removeAll { rule in
            rule.labels["severity"] == "ticket"
                || (rule.record.map { record in !windows.contains { record.hasSuffix("rate" + $0) } } ?? false)
        }
        for index in rules.groups[0].rules.indices { rules.groups[0].rules[index].annotations = nil }
        return rules
    }

    /// What promtool needs to know of one alert at one time.
    private func expectation(at time: String, alert: String, _ labels: [String: String]?) -> String {
        let head = "      - eval_time: \(time)\n        alertname: \(alert)\n"
        guard let labels else { return head + "        exp_alerts: []\n" }
        let written = labels.keys.sorted().map { "\($0): '\((labels[$0] ?? "").replacing("'", with: "''"))'" }.joined(separator: ", ")
        return head + "        exp_alerts:\n          - exp_labels: {\(written)}\n"
    }

    /// An hour of one good request a second, then only bad ones: 2% of the budget of 30 days is gone after 51.84 s, of 28 days after 48.384 s. Scraped and
    /// evaluated every 4 s, both fire at the 52nd second and not at the 48th.
    @Test(arguments: [30.0, 28.0])
    func allBadRequestsPageAfterTheTimeOfTheWorkbook(days: Double) throws {
        var levels = Self.availability
        levels.objectives[0].periodSeconds = days * 86400
        levels.objectives[0].page = [.pageFast]
        let rules = pageRules(levels)
        let common = #"http_server_requests_seconds_count{service="shop",revision="v2",status="#
        let labels = [
            "service": "shop", "revision": "v2", "slo": "it's available", "policy": "checkout", "severity": "page", "long": "1h",
            "short": "5m",
        ]
        let test = """
            rule_files: [rules.yaml]
            evaluation_interval: 4s
            tests:
              - interval: 4s
                input_series:
                  - {series: '\(common)"200"}', values: '0+4x900 3600x20'}
                  - {series: '\(common)"500"}', values: '0x900 4+4x20'}
                alert_rule_test:
            \(expectation(at: "1h48s", alert: "ErrorBudgetBurnsFast", nil))\(expectation(at: "1h52s", alert: "ErrorBudgetBurnsFast", labels))
            """
        let (status, output) = try promtool(["test", "rules", "test.yaml"], ["rules.yaml": rules.yaml, "test.yaml": test])
        #expect(status == 0, "\(output)")
    }

    /// A tenth of the requests bad: by the hour after 518.4 s, by the six hours after 1296 s.
    @Test func aTenthBadPagesByBothRules() throws {
        let rules = pageRules(Self.availability)
        let common = #"http_server_requests_seconds_count{service="shop",revision="v2",status="#
        func labels(_ long: String, _ short: String) -> [String: String] {
            [
                "service": "shop", "revision": "v2", "slo": "it's available", "policy": "checkout", "severity": "page", "long": long,
                "short": short,
            ]
        }
        let both =
            expectation(at: "6h22m", alert: "ErrorBudgetBurnsFast", labels("1h", "5m"))
            + "          - exp_labels: {\(labels("6h", "30m").sorted { $0.key < $1.key }.map { "\($0.key): '\($0.value.replacing("'", with: "''"))'" }.joined(separator: ", "))}\n"
        let test = """
            rule_files: [rules.yaml]
            evaluation_interval: 1m
            tests:
              - interval: 1m
                input_series:
                  - {series: '\(common)"200"}', values: '0+100x360 36090+90x30'}
                  - {series: '\(common)"500"}', values: '0x360 10+10x30'}
                alert_rule_test:
            \(expectation(at: "6h8m", alert: "ErrorBudgetBurnsFast", nil))\(expectation(at: "6h9m", alert: "ErrorBudgetBurnsFast", labels("1h", "5m")))\(expectation(at: "6h21m", alert: "ErrorBudgetBurnsFast", labels("1h", "5m")))\(both)
            """
        let (status, output) = try promtool(["test", "rules", "test.yaml"], ["rules.yaml": rules.yaml, "test.yaml": test])
        #expect(status == 0, "\(output)")
    }

    @Test func aLatencyObjectiveReadsTheBucketAtItsLimit() {
        let levels = ServiceLevels(objectives: [Objective(name: "fast", indicator: .slower(thanSeconds: 3), objective: 0.9995)])
        let rules = AlertingRules(levels, source: SeriesNames(), policy: "p", service: "shop").groups[0].rules
        #expect(
            rules[0].expr
                == #"1 - sum by (service, revision) (rate(http_server_requests_seconds_bucket{service="shop",le=~"3(\\.0)?"}[5m])) "#
                + #"/ sum by (service, revision) (rate(http_server_requests_seconds_count{service="shop"}[5m]))"#)
        #expect(rules.filter { $0.alert != nil }.map { $0.labels["long"] } == ["1h", "6h", "1d", "3d"])
        #expect(rules.first { $0.alert != nil }?.expr.contains("14.4 * 0.0005") == true)
    }
}
