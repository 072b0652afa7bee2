import ReleaseModel

/// What must hold of a target before it is stored; the data plane plugin checks its own settings later.
enum TargetCheck {
    static let maximumNodes = 1000
    static let maximumServices = 1000
    static let maximumRevisions = 100
    static let maximumServers = 1000

    static func check(_ target: Target) throws(ReleaseError) {
        try TextLimits.name(target.name, at: "target.name")
        try TextLimits.name(target.plugin, at: "target.plugin")
        try checkCount(target.nodes.count, of: "nodes", in: 1...maximumNodes, at: "target.nodes")
        try checkCount(target.services.count, of: "services", in: 0...maximumServices, at: "target.services")
        try checkUnique(target.nodes.map(\.name), at: "target.nodes")
        try checkUnique(target.services.map(\.name), at: "target.services")
        for service in target.services { try check(service) }
    }

    private static func check(_ service: TargetService) throws(ReleaseError) {
        let place = "service \(service.name)"
        try TextLimits.name(service.stable, at: "\(place), stable")
        try checkCount(service.revisions.count, of: "revisions", in: 1...maximumRevisions, at: place)
        try checkUnique(service.revisions.map(\.name), at: place)
        guard service.revisions.contains(where: { $0.name == service.stable }) else {
            throw ReleaseError(
                .invalidInput, "the stable revision '\(service.stable)' is not among the revisions", place: place,
                advice: "list its servers under revisions")
        }
        for revision in service.revisions {
            try checkCount(revision.servers.count, of: "servers", in: 1...maximumServers, at: "\(place), revision \(revision.name)")
            for server in revision.servers { try check(server: server, at: "\(place), revision \(revision.name)") }
        }
    }

    /// `host:port` or `[v6]:port`, in characters that are safe in every data plane's configuration.
    private static func check(server: String, at place: String) throws(ReleaseError) {
        let isSafe = server.utf8.allSatisfy { byte in
            (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || [45, 46, 58, 91, 93, 95].contains(byte)
        }
        let parts = server.split(separator: ":", omittingEmptySubsequences: false)
        let port = parts.last.flatMap { Int($0) }
        let host = parts.dropLast().joined(separator: ":")
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard isSafe, server.utf8.count <= 300, !host.isEmpty, isBracketed || !host.contains(":"), let port, (1...65_535).contains(port)
        else {
            throw ReleaseError(.invalidInput, "'\(server.prefix(80))' is not host:port", place: place)
        }
    }

    private static func checkCount(_ count: Int, of what: String, in range: ClosedRange<Int>, at place: String) throws(ReleaseError) {
        guard range.contains(count) else {
            throw ReleaseError(
                .invalidInput, "there are \(count) \(what); \(range.lowerBound) to \(range.upperBound) are possible", place: place)
        }
    }

    private static func checkUnique(_ names: [String], at place: String) throws(ReleaseError) {
        var seen: Set<String> = []
        for name in names {
            try TextLimits.name(name, at: place)
            guard seen.insert(name).inserted else { throw ReleaseError(.invalidInput, "'\(name)' is there twice", place: place) }
        }
    }
}
