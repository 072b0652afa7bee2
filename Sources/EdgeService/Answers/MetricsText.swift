internal import PluginKit

/// `GET /metrics`, in Prometheus's text exposition format 0.0.4.
enum MetricsText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    static func text(_ board: PlanBoard, _ counters: EdgeCounters) -> String {
        let services = board.counters.sorted { $0.key < $1.key }
        var lines: [String] = []
        family("tidegate_edge_decisions_total", "counter", "Requests decided, by the arm that they were sent to.", &lines)
        for (service, counters) in services {
            for (arm, count) in counters.decisions {
                lines.append(
                    sample(
                        "tidegate_edge_decisions_total", [("service", service), ("arm", arm.name), ("revision", arm.revision)], count))
            }
        }
        perService("tidegate_edge_expression_failures_total", "Expressions that could not be evaluated.", services, &lines) {
            $0.failures.value
        }
        perService("tidegate_edge_colored_total", "Requests that went on with colours.", services, &lines) { $0.colored.value }
        family("tidegate_edge_colors_believed_total", "counter", "Requests whose colours were believed, by hops come.", &lines)
        for (service, counters) in services {
            for (hops, count) in counters.believedByHop.enumerated() where count.value > 0 {
                lines.append(
                    sample("tidegate_edge_colors_believed_total", [("service", service), ("hops", "\(hops)")], count.value))
            }
        }
        family("tidegate_edge_colors_refused_total", "counter", "Requests whose colours were not believed, by reason.", &lines)
        for (service, counters) in services {
            for (reason, count) in counters.refusedColors {
                lines.append(sample("tidegate_edge_colors_refused_total", [("service", service), ("reason", reason)], count))
            }
        }
        perService("tidegate_edge_plans_total", "Plans that came into force.", services, &lines) { $0.plansTaken.value }
        perService("tidegate_edge_plans_refused_total", "Plans that were broken or too old.", services, &lines) {
            $0.plansRefused.value
        }
        family("tidegate_edge_plan_generation", "gauge", "Generation of the plan in force.", &lines)
        for (service, loaded) in board.plans.sorted(by: { $0.key < $1.key }) {
            lines.append(sample("tidegate_edge_plan_generation", [("service", service)], Int(loaded.plan.generation)))
        }
        return (lines + connections(counters)).joined(separator: "\n") + "\n"
    }

    private static func connections(_ counters: EdgeCounters) -> [String] {
        var lines: [String] = []
        family("tidegate_edge_connections", "gauge", "Open connections.", &lines)
        lines.append(
            sample("tidegate_edge_connections", [], max(0, counters.connections.value - counters.connectionsClosed.value)))
        family("tidegate_edge_connections_refused_total", "counter", "Connections beyond the limit.", &lines)
        lines.append(sample("tidegate_edge_connections_refused_total", [], counters.connectionsRefused.value))
        family("tidegate_edge_timeouts_total", "counter", "Connections closed because the client was too slow.", &lines)
        lines.append(sample("tidegate_edge_timeouts_total", [], counters.timedOut.value))
        family("tidegate_edge_errors_total", "counter", "Requests that got no decision, by reason.", &lines)
        for fault in RequestFault.allCases {
            lines.append(sample("tidegate_edge_errors_total", [("reason", fault.rawValue)], counters.counter(of: fault).value))
        }
        lines.append(sample("tidegate_edge_errors_total", [("reason", "unknown_service")], counters.unknownService.value))
        lines.append(sample("tidegate_edge_errors_total", [("reason", "bad_request")], counters.badRequest.value))
        return lines
    }

    private static func perService(
        _ name: String, _ help: String, _ services: [(key: String, value: ServiceCounters)], _ lines: inout [String],
        _ count: (ServiceCounters) -> Int
    ) {
        family(name, "counter", help, &lines)
        for (service, counters) in services { lines.append(sample(name, [("service", service)], count(counters))) }
    }

    private static func family(_ name: String, _ type: String, _ help: String, _ lines: inout [String]) {
        lines.append("# HELP \(name) \(help)")
        lines.append("# TYPE \(name) \(type)")
    }

    private static func sample(_ name: String, _ labels: [(name: String, value: String)], _ value: Int) -> String {
        let written = labels.map { "\($0.name)=\"\(escaped($0.value))\"" }.joined(separator: ",")
        return written.isEmpty ? "\(name) \(value)" : "\(name){\(written)} \(value)"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
