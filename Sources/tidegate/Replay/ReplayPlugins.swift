import DecisionReplay
import Hashing
import PluginHost
import PluginKit
import ReleaseModel

/// The plugins of a folder, each used only for what exactly its file has made.
actor ReplayPlugins {
    private let host: PluginHost
    private var files: [PluginFile]?
    private var pins: [PluginPin] = []

    init(host: PluginHost) { self.host = host }

    /// Runs the plugin with this identity; another version of it is never taken in its place.
    func evaluate(_ plugin: PluginIdentity, _ request: EvaluateRequest) async -> StepReplay.Answer {
        do {
            if files == nil { files = try host.find() }
            guard let file = files?.first(where: { $0.name == plugin.name }) else {
                return .notAtHand("there is no lib\(plugin.name).so here; it was version \(plugin.version), sha256 \(plugin.sha256)")
            }
            guard file.sha256.hex == plugin.sha256 else {
                return .notAtHand(
                    "it was version \(plugin.version), sha256 \(plugin.sha256); the file here is another one, sha256 \(file.sha256.hex)")
            }
            if !pins.contains(where: { $0.name == plugin.name }) {
                pins.append(PluginPin(name: plugin.name, sha256: file.sha256, version: plugin.version))
                await host.load(pins)
            }
            let response = try await host.plugin(plugin.name).evaluate(request)
            return response.outputs.first.map(StepReplay.Answer.output) ?? .failed("it gave no output")
        } catch {
            return .failed("\(error)")
        }
    }
}
