import Foundation
import PluginKit
import ReleaseModel
import Routing

/// A million users through a real nginx, each compared with the arm that the in-process table gives it.
///
/// nginx decides by the files of the plan and logs key and arm; wrk asks with one user after another until a million were seen.
enum KeyAgreement {
    static let command = "agreement"
    static let keys = 1_000_000
    private static let maximumRuns = 100

    static func run() throws -> AgreementResult {
        let plan = BenchmarkPlan.plan(ports: [1, 2, 3])
        let arm = "$tidegate_\(plan.service)_arm"
        let gateway = try GatewayUnderTest(plan)
        try gateway.add(
            http: "log_format arms '$http_x_user_id \(arm)';",
            location: "if ($http_x_user_id = \"\") { return 200; }\naccess_log logs/arms.log arms buffer=64k flush=1s;\nreturn 200 \"\";")
        let arms = plan.arms.map { ArmWeight(arm: $0.name, weight: $0.weight) }
        let table = try RoutingTable(routing: plan.routing, salt: plan.salt, arms: arms)
        var seen = 0
        var disagreements = 0
        var reached: [String: Int] = [:]
        let log = "\(gateway.nginx.folder)/logs/arms.log"
        for run in 0..<maximumRuns where seen < keys {
            let script = try ScriptFile(
                """
                local at = \(run * 10_000_000)
                request = function()
                  at = at + 1
                  return wrk.format("GET", "/arm", {["x-user-id"] = "user-" .. at, Host = "shop.example"})
                end

                """)
            let load = try Child.run(
                Load.program, ["-t1", "-c16", "-d5s", "-s", script.path, "http://127.0.0.1:\(gateway.port)/"], seconds: 30)
            guard load.status == 0 else { throw NginxProcess.Failure(description: "wrk failed: \(load.output.prefix(500))") }
            // nginx writes the rest of its buffer within a second.
            usleep(1_200_000)
            for line in try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n") where seen < keys {
                let words = line.split(separator: " ")
                if words.first == "-" { continue }
                guard words.count == 2 else { throw NginxProcess.Failure(description: "a line of the log is '\(line)'") }
                let request = RoutingRequest(target: "/arm", host: "shop.example", headers: [("x-user-id", String(words[0]))])
                let assignment = table.assign(request, now: Timestamp(microseconds: 0))
                disagreements += assignment.arm == words[1] ? 0 : 1
                reached[assignment.arm, default: 0] += 1
                seen += 1
            }
            try Data().write(to: URL(filePath: log))
        }
        return AgreementResult(keys: seen, wanted: keys, disagreements: disagreements, reached: reached)
    }
}

/// How many users nginx and the table gave the same arm.
struct AgreementResult: CustomStringConvertible {
    let keys: Int
    let wanted: Int
    let disagreements: Int
    let reached: [String: Int]

    var holds: Bool { keys == wanted && disagreements == 0 }

    var description: String {
        let arms = reached.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "nginx and the in-process table: \(keys) of \(wanted) users compared (\(arms)), \(disagreements) disagreements\n"
    }
}
