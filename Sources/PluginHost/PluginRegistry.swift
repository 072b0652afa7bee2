internal import Hashing
internal import PluginKit
internal import ReleaseModel

/// The plugins that a host knows, by name.
struct PluginRegistry {
    struct Entry {
        enum Content {
            case loaded(PluginHandle)
            case refused(ReleaseError)
            case unpinned
        }

        let name: String
        let file: PluginFile?
        let pinned: SHA256Digest?
        let content: Content
    }

    /// By name.
    private(set) var entries: [Entry] = []

    var loaded: [PluginHandle] {
        entries.compactMap { entry in if case .loaded(let handle) = entry.content { handle } else { nil } }
    }

    /// What is loaded from the same bytes in the same way and still fit for use.
    func reusable(_ file: PluginFile, trusted: Bool) -> PluginHandle? {
        let isolation: PluginIsolation = trusted ? .none : .childProcess
        guard let handle = loaded.first(where: { $0.file == file && $0.isolation == isolation }) else { return nil }
        if case .failed = handle.state { return nil }
        return handle
    }

    /// Takes new entries; returns what was loaded and is no longer needed. Of two plugins with one alias the first by name keeps it.
    mutating func replace(with new: [Entry]) -> [PluginHandle] {
        let before = loaded
        var taken: [String: String] = [:]
        entries = new.sorted { $0.name < $1.name }.map { entry in
            guard case .loaded(let handle) = entry.content else { return entry }
            if let owner = taken[handle.descriptor.alias] {
                let clash = ReleaseError(
                    .conflict, "its alias '\(handle.descriptor.alias)' is that of plugin \(owner) already", place: "plugin \(entry.name)")
                return Entry(name: entry.name, file: entry.file, pinned: entry.pinned, content: .refused(clash))
            }
            taken[handle.descriptor.alias] = entry.name
            return entry
        }
        let kept = loaded
        let offered = new.compactMap { entry in if case .loaded(let handle) = entry.content { handle } else { nil } }
        let candidates = before + offered.filter { handle in !before.contains { $0 === handle } }
        return candidates.filter { handle in !kept.contains { $0 === handle } }
    }

    /// The folder cannot be used: nothing of it is. Returns what was loaded.
    mutating func refuseAll(_ pins: [PluginPin], _ error: ReleaseError) -> [PluginHandle] {
        replace(with: pins.map { Entry(name: $0.name, file: nil, pinned: $0.sha256, content: .refused(error)) })
    }

    func lookUp(_ nameOrAlias: String, folder: String) -> Result<PluginHandle, ReleaseError> {
        for entry in entries {
            switch entry.content {
            case .loaded(let handle) where entry.name == nameOrAlias || handle.descriptor.alias == nameOrAlias: return .success(handle)
            case .refused(let error) where entry.name == nameOrAlias: return .failure(error)
            case .unpinned where entry.name == nameOrAlias:
                let path = entry.file?.path ?? entry.name
                return .failure(
                    ReleaseError(
                        .forbidden, "plugin \(entry.name) is not pinned and so is not loaded", place: path,
                        advice: "tidegate plugin pin '\(path)' --reason WHY"))
            case .loaded, .refused, .unpinned: continue
            }
        }
        let known = entries.map(\.name) + loaded.map(\.descriptor.alias)
        return .failure(
            ReleaseError(
                .notFound, "there is no plugin '\(nameOrAlias.prefix(100))'" + Suggestion.text(for: nameOrAlias, among: known),
                place: folder,
                advice: loaded.isEmpty ? "no plugin is loaded" : "loaded: " + loaded.map(\.name).joined(separator: ", ")))
    }
}

extension PluginRegistry.Entry {
    func listing(at now: ContinuousClock.Instant) -> PluginListing {
        var listing = PluginListing(
            name: name, path: file?.path, sha256: file?.sha256.hex, pinned: pinned?.hex, state: "", restarts: 0)
        switch content {
        case .unpinned:
            listing.state = "not pinned"
            listing.detail = "tidegate plugin pin '\(file?.path ?? name)' --reason WHY"
        case .refused(let error):
            listing.state = error.code == .notFound ? "not found" : "failed"
            listing.detail = error.description
        case .loaded(let handle):
            listing.alias = handle.descriptor.alias
            listing.kind = handle.descriptor.kind.rawValue
            listing.version = handle.version
            listing.isolation = handle.isolation.label
            if handle.isolation == .childProcess, handle.routesInProcess { listing.isolation? += "; routing path not isolated" }
            listing.state = handle.state.label
            listing.pid = handle.processIdentifier
            listing.restarts = handle.restarts
            switch handle.state {
            case .running: break
            case .backingOff(let until): listing.detail = "starts again in \(ChildChannel.seconds(now.duration(to: until)))"
            case .failed(let error): listing.detail = error.description
            }
        }
        return listing
    }
}
