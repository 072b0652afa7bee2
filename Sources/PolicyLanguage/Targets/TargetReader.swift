internal import Predicates
internal import ReleaseModel

/// The reading of one target.
struct TargetReader {
    var report: FindingReport

    init(report: FindingReport) { self.report = report }

    mutating func target(_ root: DocumentNode) -> Target? {
        var head = PolicyReader(report: report, signals: nil)
        let read = head.head(root, kind: .target)
        report = head.report
        guard let (name, specNode) = read, var spec = Section(specNode, "spec", report: &report) else { return nil }
        let plugin = spec.take("plugin").flatMap { report.name($0, "the plugin") } ?? PolicyDefaults.dataPlanePlugin
        let nodes = spec.require("nodes", report: &report, example: "[{name: local, prefix: /srv/nginx}]").map { self.nodes($0) } ?? []
        let services = spec.take("services").map { self.services($0) } ?? []
        spec.finish(report: &report)
        return Target(name: name, plugin: plugin, nodes: nodes, services: services)
    }

    // MARK: - Nodes

    private mutating func nodes(_ node: DocumentNode) -> [TargetNode] {
        let elements = report.list(node, "nodes", atMost: DocumentLimits.targetNodes)
        if elements.isEmpty, !report.hasErrors {
            report.error(.missingKey, "a target has at least one node", at: node.position, suggestion: "for example: - {name: local}")
        }
        var nodes: [TargetNode] = []
        for element in elements {
            guard var section = Section(element, "a node", report: &report, example: "{name: local, prefix: /srv/nginx}") else { continue }
            guard let nameNode = section.require("name", report: &report, example: "local"),
                let name = report.name(nameNode, "the node's name")
            else { continue }
            if nodes.contains(where: { $0.name == name }) {
                report.error(.duplicateName, "two nodes are called '\(name)'", at: nameNode.position)
            }
            nodes.append(TargetNode(name: name, configuration: section.remainder()))
        }
        return nodes
    }

    // MARK: - Services

    private mutating func services(_ node: DocumentNode) -> [TargetService] {
        guard let section = Section(node, "services", report: &report, example: "services: {checkout: {stable: v41, revisions: {...}}}")
        else {
            return []
        }
        guard section.remaining.count <= DocumentLimits.targetServices else {
            report.error(.limit, "a target has at most \(DocumentLimits.targetServices) services", at: node.position)
            return []
        }
        return section.remaining.compactMap { service($0.key, $0.value) }
    }

    private mutating func service(_ key: DocumentNode, _ node: DocumentNode) -> TargetService? {
        let example = "{stable: v41, revisions: {v41: [\"127.0.0.1:9001\"]}}"
        guard let name = report.name(key, "the service's name"),
            var section = Section(node, "the service '\(name)'", report: &report, example: example)
        else { return nil }
        let stableNode = section.require("stable", report: &report, example: "v41")
        let stable = stableNode.flatMap { report.name($0, "the stable revision") }
        let revisions = section.require("revisions", report: &report, example: "{v41: [\"127.0.0.1:9001\"]}").map { self.revisions($0) }
        section.finish(report: &report)
        guard let stable, let stableNode, let revisions else { return nil }
        if !revisions.contains(where: { $0.name == stable }), !revisions.isEmpty {
            report.error(
                .invalidValue,
                "the stable revision '\(stable)' is not among the revisions \(revisions.map(\.name).joined(separator: ", "))",
                at: stableNode.position)
        }
        return TargetService(name: name, stable: stable, revisions: revisions)
    }

    private mutating func revisions(_ node: DocumentNode) -> [TargetRevision] {
        guard let section = Section(node, "revisions", report: &report, example: "{v41: [\"127.0.0.1:9001\"]}") else { return [] }
        guard (1...DocumentLimits.revisionsPerService).contains(section.remaining.count) else {
            report.error(.limit, "a service has 1 to \(DocumentLimits.revisionsPerService) revisions", at: node.position)
            return []
        }
        var revisions: [TargetRevision] = []
        var owners: [String: String] = [:]
        for (key, value) in section.remaining {
            guard let name = report.name(key, "the revision's name") else { continue }
            let servers = servers(value, name)
            for server in servers {
                if let other = owners[server], other != name {
                    report.error(.serverInTwoRevisions, "\(server) is listed for '\(other)' and for '\(name)'", at: value.position)
                }
                owners[server] = name
            }
            revisions.append(TargetRevision(name: name, servers: servers))
        }
        return revisions
    }

    private mutating func servers(_ node: DocumentNode, _ revision: String) -> [String] {
        let elements = report.list(node, "the servers of '\(revision)'", atMost: DocumentLimits.serversPerRevision)
        if case .sequence(let written) = node.content, written.isEmpty {
            report.error(.missingKey, "'\(revision)' has no server", at: node.position, suggestion: "for example [\"127.0.0.1:9001\"]")
        }
        var servers: [String] = []
        for element in elements {
            guard let text = report.text(element, "a server", example: "\"127.0.0.1:9001\"") else { continue }
            guard Self.isServer(text) else {
                report.error(
                    .invalidValue, "'\(text)' is no server: host:port, with an IPv6 address in brackets", at: element.position,
                    suggestion: "for example \"127.0.0.1:9001\" or \"[::1]:9001\"")
                continue
            }
            if servers.contains(text) {
                report.error(.duplicateName, "\(text) is listed twice", at: element.position)
            }
            servers.append(text)
        }
        return servers
    }

    /// `host:port` with a port from 1 to 65535; the host a name, an IPv4 address or an IPv6 address in brackets.
    static func isServer(_ text: String) -> Bool {
        guard text.utf8.count <= 255, let colon = text.lastIndex(of: ":") else { return false }
        let port = text[text.index(after: colon)...]
        guard (1...5).contains(port.utf8.count), port.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(port),
            (1...65535).contains(number)
        else { return false }
        let host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") {
            let inner = host.dropFirst().dropLast()
            return inner.contains(":") && IPAddress(String(inner)) != nil
        }
        return !host.isEmpty
            && host.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 45 || $0 == 46 || $0 == 95
            }
    }
}
