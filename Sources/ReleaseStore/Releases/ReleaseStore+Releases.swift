import PostgresClient
public import ReleaseModel

extension ReleaseStore {
    /// How many names an error lists.
    static let namesInAdvice = 8

    /// Begins a release: pending, everything on the stable revision.
    ///
    /// Unfinished releases of the same service on the same target are asked to make room (a command `supersede`); the new one waits until
    /// they have.
    ///
    /// - Throws: `notFound` for an unknown target, service, revision or policy, with those that there are; `conflict` when the revision is
    ///   stable already.
    public func startRelease(_ request: StartRequest) async throws -> Release {
        let query: Query = request.irreversible ? .startIrreversibleRelease : .startRelease
        let row = try await row(query, [.json(request.json.canonicalText)], place: "service \(request.service)")
        return try await release(try reading { try row.text("ref") }).release
    }

    /// Stores a command for the controller and wakes it.
    ///
    /// - Throws: `notFound`; `conflict` when the release has ended; `limitExceeded` when too many commands wait.
    public func submitCommand(_ command: Command, to release: ReleaseID) async throws -> QueuedCommand {
        let place = "release \(release)"
        let submitted = try await row(
            .submitCommand,
            [
                .text(release), .text(command.kind.rawValue), .json(JSONValue(command.actor).canonicalText),
                .text(command.reason.withoutNUL),
            ],
            place: place
        )
        let stored = try await row(.command, [.int(try reading { try submitted["id"].int64() })], place: place)
        return try reading(place: place) {
            QueuedCommand(
                id: try stored["id"].int64(),
                command: Command(
                    kind: try stored.named(Command.Kind.self, "kind"), actor: try stored.actor(), reason: try stored.text("reason")),
                at: try stored.time("created_at"), by: try stored.optionalText("by"))
        }
    }

    /// Releases, newest first.
    public func releases(_ filter: ReleaseFilter = ReleaseFilter()) async throws -> [ReleaseOverview] {
        try await overviews(filter, ref: nil)
    }

    /// A release by its name, or by its service: that is the service's active release, otherwise its newest.
    ///
    /// - Throws: `notFound`, with the newest releases that there are.
    public func release(_ nameOrService: String) async throws -> ReleaseOverview {
        guard let row = try await rows(.resolveRelease, [.text(nameOrService)]).first else { throw await unknownRelease(nameOrService) }
        let ref = try reading { try row.text("ref") }
        guard let overview = try await overviews(ReleaseFilter(limit: 1), ref: ref).first else { throw await unknownRelease(nameOrService) }
        return overview
    }

    /// The windows of a release that were looked at, newest first.
    public func polls(release: ReleaseID, limit: Int = 60) async throws -> [PollRecord] {
        let rows = try await rows(.polls, [.text(release), .int(limit)], place: "release \(release)")
        return try reading { try rows.map { try PollRecord(row: $0) } }
    }

    /// The windows of a release that were looked at after a time, oldest first; those of the last weeks are kept.
    public func windows(release: ReleaseID, after: Timestamp?, limit: Int) async throws -> [PollRecord] {
        let rows = try await rows(
            .windows, [.text(release), .timestamp(microseconds: after?.microseconds), .int(limit)], place: "release \(release)")
        return try reading { try rows.map { try PollRecord(row: $0) } }
    }

    private func overviews(_ filter: ReleaseFilter, ref: ReleaseID?) async throws -> [ReleaseOverview] {
        guard (1...ReleaseFilter.maximumLimit).contains(filter.limit) else {
            throw ReleaseError(.invalidInput, "a page holds 1 to \(ReleaseFilter.maximumLimit) releases")
        }
        let rows = try await rows(
            .releases,
            [
                .text(filter.service), .text(filter.target), .texts(filter.states?.map(\.rawValue)), .bool(filter.activeOnly),
                .text(filter.before),
                .text(ref), .int(filter.limit),
            ])
        return try reading { try rows.map { try ReleaseOverview(row: $0) } }
    }

    /// The error for a release that there is not, with some that there are.
    func unknownRelease(_ name: String) async -> ReleaseError {
        let known = (try? await rows(.recentReleases, [.int(Self.namesInAdvice)]).map { try $0.text("ref") }) ?? []
        return ReleaseError(
            .notFound, "there is no release and no service's release called '\(name)'",
            advice: known.isEmpty ? "No release was started yet." : "The newest releases: \(known.joined(separator: ", ")).")
    }
}
