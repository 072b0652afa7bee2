import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// Makes a target what `target` says, and returns it as it is then.
    ///
    /// A service that is known keeps its stable revision, which promotions set, so that a target may be applied again unchanged.
    ///
    /// - Parameter resetStable: take the stable revisions from `target` instead; refused while a release of the service is active.
    /// - Throws: `conflict` when a service or revision would go that an unfinished release stands on; `invalidInput`.
    @discardableResult
    public func applyTarget(_ target: Target, actor: Actor, reason: String = "", resetStable: Bool = false) async throws -> Target {
        try Self.check(target)
        let canonical = try JSONValue(encoding: target)
        var wanted = canonical.object ?? [:]
        wanted["nodes"] = .array(target.nodes.map { ["name": .string($0.name), "configuration": .string($0.configuration.canonicalText)] })
        _ = try await rows(
            .applyTarget,
            [
                .json(JSONValue.object(wanted).canonicalText), .json(JSONValue(actor).canonicalText), .text(reason.withoutNUL),
                .text(canonical.canonicalText), .bool(resetStable),
            ], place: "target \(target.name)")
        return try await self.target(target.name)
    }

    /// All targets, by name.
    public func targets() async throws -> [Target] { try await targets(named: nil) }

    /// - Throws: `notFound`, with the names that there are.
    public func target(_ name: String) async throws -> Target {
        if let target = try await targets(named: name).first { return target }
        let known = try await targets().map(\.name)
        throw ReleaseError(
            .notFound, "there is no target '\(name)'",
            advice: known.isEmpty ? "No target is applied yet." : "Targets: \(known.joined(separator: ", ")).")
    }

    private func targets(named name: String?) async throws -> [Target] {
        let rows = try await rows(.targets, [.text(name)])
        return try reading {
            try rows.map { row in
                try Target(
                    name: try row.text("name"), plugin: try row.text("plugin"), nodes: row.json([StoredNode].self, "nodes"),
                    services: row.json([TargetService].self, "services"))
            }
        }
    }

    private static func check(_ target: Target) throws {
        try requireName(target.name, "the target's name")
        try requireName(target.plugin, "the plugin's name")
        try requireDistinct(target.nodes.map(\.name), "node", of: "target \(target.name)")
        try requireDistinct(target.services.map(\.name), "service", of: "target \(target.name)")
        for service in target.services {
            try requireDistinct(service.revisions.map(\.name), "revision", of: "service \(service.name)")
            guard service.revisions.contains(where: { $0.name == service.stable }) else {
                throw ReleaseError(
                    .invalidInput, "the stable revision '\(service.stable)' of service \(service.name) is not among its revisions",
                    place: "target \(target.name)")
            }
        }
    }

    private static func requireDistinct(_ names: [String], _ what: String, of place: String) throws {
        for (index, name) in names.enumerated() {
            try requireName(name, "the \(what)")
            if names[..<index].contains(name) { throw ReleaseError(.invalidInput, "\(what) '\(name)' is listed twice", place: place) }
        }
    }
}
