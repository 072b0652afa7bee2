internal import NginxPrinting
internal import ReleaseModel

/// What the user's own configuration must hold so that plans reach requests and old ones end.
struct MainConfigurationCheck: Sendable {
    let node: NodeSettings
    let folder: FragmentFolder
    let service: String

    /// What is missing, with the line to add; nil when all is there.
    func problem(_ test: ConfigurationTest) -> String? {
        drainProblem(test) ?? includeProblem(test)
    }

    private func drainProblem(_ test: ConfigurationTest) -> String? {
        let demand = "add at the top level of \(node.main): worker_shutdown_timeout 30s;"
        guard let text = test.parameter(of: "worker_shutdown_timeout") else {
            return "there is no worker_shutdown_timeout, so an old connection could keep an old weight for ever; \(demand)"
        }
        guard let time = ConfigurationTest.time(text), time > .zero else {
            return "worker_shutdown_timeout \(text) bounds nothing, so an old connection could keep an old weight for ever; \(demand)"
        }
        guard time <= node.maximumDrain else {
            return "worker_shutdown_timeout \(text) is longer than the node's maximumDrain of \(node.maximumDrain)"
        }
        return nil
    }

    private func includeProblem(_ test: ConfigurationTest) -> String? {
        let files = Set(test.files.map(Quarantine.resolved))
        guard files.contains(Quarantine.resolved(folder.file(.http, service))) else {
            return "nginx does not read \(folder.file(.http, service)); add within http { } of \(node.main): include \(shown)/http/*.conf;"
        }
        if node.edge != nil, !files.contains(Quarantine.resolved(folder.file(.server, service))) {
            return
                "no server can ask the edge for \(service); add within the server { } that holds its location: include \(shown)/servers/\(service)[.]conf;"
        }
        let variable = NginxName.variable(service, "upstream")
        guard
            [.location, .grpc].contains(where: { files.contains(Quarantine.resolved(folder.file($0, service))) })
                || node.edge == nil && isUsed(variable, test)
        else {
            return "no location carries the service \(service); add within its location { }: include \(shown)/locations/\(service)[.]conf;"
        }
        return nil
    }

    /// Whether a file that is not generated names the variable: a location written by hand.
    private func isUsed(_ variable: String, _ test: ConfigurationTest) -> Bool {
        let marker = "# configuration file "
        var isOurs = false
        for line in test.dump.split(separator: "\n") {
            if line.hasPrefix(marker) {
                isOurs = Quarantine.resolved(String(line.dropFirst(marker.count).dropLast())).hasPrefix(
                    Quarantine.resolved(folder.path) + "/")
            } else if !isOurs, line.prefix(while: { $0 != "#" }).contains(variable) {
                return true
            }
        }
        return false
    }

    /// The folder as it would be written in the main configuration file.
    private var shown: String {
        let home = node.main.lastIndex(of: "/").map { String(node.main[...$0]) } ?? "/"
        return folder.path.hasPrefix(home) ? String(folder.path.dropFirst(home.count)) : folder.path
    }
}
