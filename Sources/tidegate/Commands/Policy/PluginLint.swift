import PluginHost
import PluginKit
import PolicyLanguage
import ReleaseController
import ReleaseModel

/// Holds a policy's plugins and their settings against the plugins of a folder, as a server would when the policy is applied.
struct PluginLint: Sendable {
    let host: PluginHost

    func findings(on policy: Policy, source: String, file: String) async -> [Finding] {
        var findings = PluginFindings(source: source, file: file)
        for plugin in policy.plugins {
            let handle: PluginHandle
            do throws(ReleaseError) {
                handle = try host.plugin(plugin.use.plugin)
            } catch {
                // A server may have plugins that are not at hand here.
                findings.note(
                    plugin, "\(error.reason) in this folder; its settings are not checked",
                    suggestion: error.advice ?? "name the folder that holds it with --plugins DIR")
                continue
            }
            let kind = handle.descriptor.kind.rawValue
            guard plugin.kinds.contains(kind) else {
                findings.refuse(
                    plugin, "'\(plugin.use.plugin)' is a plugin of kind \(kind); \(plugin.kinds.joined(separator: " or ")) is wanted here",
                    suggestion: "`tidegate plugin list` shows the kinds")
                continue
            }
            let (filled, problems) = handle.descriptor.checked(plugin.use.configuration)
            do throws(ReleaseError) {
                for problem in problems.isEmpty ? try await handle.validate(filled) : problems {
                    findings.refuse(problem.setting, problem.reason, of: plugin)
                }
            } catch {
                findings.note(plugin, "\(plugin.use.plugin) could not be asked about its settings: \(error.reason)", suggestion: nil)
            }
        }
        // Then the tree, which may read what these plugins give and no others.
        if findings.findings.isEmpty {
            do throws(ReleaseError) {
                try await PolicyPreparation.check(policy, plugins: host)
            } catch {
                findings.refuse(tree: error.reason, suggestion: error.advice)
            }
        }
        return findings.findings
    }
}
