import Foundation
import NginxTraffic
import PluginKit
import ReleaseModel

/// An nginx that routes by the files of a plan, applied by the plugin itself as on any node.
final class GatewayUnderTest {
    let nginx: NginxProcess
    let port: Int
    let way: String?

    /// - Parameters:
    ///   - edge: the decision service, which is started over the plans of this nginx; nil prints the plan as nginx's own maps.
    init(_ plan: TrafficPlan, edge: EdgeProcess? = nil) throws {
        port = try Child.freePort()
        let status = try Child.freePort()
        nginx = try NginxProcess(
            http: """
                include tidegate/http/*.conf;
                include added/http[.]conf;
                server {
                    listen 127.0.0.1:\(port) backlog=1024;
                    include tidegate/servers/\(plan.service)[.]conf;
                    location / { include tidegate/locations/\(plan.service)[.]conf; }
                    location = /arm { include added/location[.]conf; }
                }
                """)
        var settings: [String: JSONValue] = [
            "prefix": .string(nginx.folder), "conf": "conf/nginx.conf", "status": .string("http://127.0.0.1:\(status)"),
            "errorLog": "logs/error.log",
        ]
        if let edge {
            settings["edge"] = .string(edge.url)
            try edge.start(plans: "\(nginx.folder)/conf/tidegate/edge")
        }
        let request = ApplyRequest(node: TargetNode(name: "bench", configuration: .object(settings)), plan: plan)
        let response = try NginxTraffic().apply(request, CallContext(deadline: .now + .seconds(60)))
        guard response.applied else { throw NginxProcess.Failure(description: "the plan was not applied: \(response.reason ?? "")") }
        way = response.way
    }

    /// Adds lines that name the plan's variables, which nginx knows only now: at the level of `http { }`, and in the location `/arm`.
    func add(http: String, location: String) throws {
        let folder = "\(nginx.folder)/conf/added"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(http.utf8).write(to: URL(filePath: "\(folder)/http.conf"))
        try Data(location.utf8).write(to: URL(filePath: "\(folder)/location.conf"))
        guard let master = nginx.master, master > 1 else { throw NginxProcess.Failure(description: "nginx has no master") }
        kill(master, SIGHUP)
        let end = ContinuousClock.now + .seconds(20)
        while true {
            let answer = try Child.run(
                "/usr/bin/curl", ["-s", "-o", "/dev/null", "-w", "%{http_code}", "http://127.0.0.1:\(port)/arm"], seconds: 5)
            if answer.output == "200" { return }
            guard ContinuousClock.now < end else {
                throw NginxProcess.Failure(description: "nginx does not take the added lines: /arm answers \(answer.output)")
            }
            usleep(20_000)
        }
    }
}
