/// A named data plane: the nodes that carry traffic, and the servers behind them for each service and revision.
public struct Target: Sendable, Hashable, Codable {
    public var name: String
    /// The data plane plugin that writes and reads the nodes, for example `NginxTraffic`.
    public var plugin: String
    public var nodes: [TargetNode]
    public var services: [TargetService]

    public init(name: String, plugin: String, nodes: [TargetNode], services: [TargetService]) {
        self.name = name
        self.plugin = plugin
        self.nodes = nodes
        self.services = services
    }
}

/// One process that carries traffic. A weight counts as applied when every node of the target has it and was read back.
public struct TargetNode: Sendable, Hashable, Codable {
    public var name: String
    /// The data plane plugin's settings for this node (paths, addresses).
    public var configuration: JSONValue

    public init(name: String, configuration: JSONValue) {
        self.name = name
        self.configuration = configuration
    }
}

/// A service behind a target: the revision that everybody gets, and where each revision runs.
public struct TargetService: Sendable, Hashable, Codable {
    public var name: String
    /// The revision that gets all traffic while no release is under way.
    public var stable: String
    public var revisions: [TargetRevision]

    public init(name: String, stable: String, revisions: [TargetRevision]) {
        self.name = name
        self.stable = stable
        self.revisions = revisions
    }
}

/// The servers (`host:port`) that run one revision.
public struct TargetRevision: Sendable, Hashable, Codable {
    public var name: String
    public var servers: [String]

    public init(name: String, servers: [String]) {
        self.name = name
        self.servers = servers
    }
}
