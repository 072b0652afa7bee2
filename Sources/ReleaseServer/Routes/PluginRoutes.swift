import Hashing
import Hummingbird
import ReleaseModel
import ReleaseStore

/// `/v1/plugins`: what was found in the plugin folder, and which files may be loaded.
struct PluginRoutes: Sendable {
    let store: ReleaseStore
    let catalogue: PluginCatalogue
    let limits: ServerLimits

    func add(to group: RouterGroup<APIContext>) {
        group.get("plugins", use: list)
        group.get("plugins/pins", use: pins)
        group.post("plugins/pins", use: pin)
    }

    @Sendable func list(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        return try APIAnswer.json(Page(items: try await catalogue.plugins()))
    }

    @Sendable func pins(_ request: Request, _ context: APIContext) async throws -> Response {
        _ = try context.caller(allowedTo: .read)
        try request.allowQuery()
        return try APIAnswer.json(Page(items: try await store.pluginPins().map(PinView.init)))
    }

    @Sendable func pin(_ request: Request, _ context: APIContext) async throws -> Response {
        let caller = try context.caller(allowedTo: .pinPlugins)
        let body = try await request.decoded(PinPlugin.self, limits: limits)
        try TextLimits.name(body.name, at: "name")
        guard SHA256Digest(hex: body.sha256) != nil else {
            throw ReleaseError(.invalidInput, "this is not a SHA-256 in 64 hexadecimal digits", place: "sha256")
        }
        let pin = try await store.pinPlugin(
            name: body.name, version: body.version, kind: body.kind, sha256: body.sha256.lowercased(), trusted: body.trusted ?? false,
            actor: caller.actor(), reason: try TextLimits.required(body.reason, for: "a pin"))
        return try APIAnswer.json(PinView(pin), status: .created)
    }
}

extension PinView {
    init(_ pin: PluginPin) {
        self.init(
            name: pin.name, version: pin.version, kind: pin.kind, sha256: pin.sha256, trusted: pin.trusted, pinnedBy: pin.pinnedBy,
            pinnedAt: pin.pinnedAt)
    }
}
