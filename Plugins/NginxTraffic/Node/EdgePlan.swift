internal import PluginKit
internal import ReleaseModel

/// The traffic plan of a service for `tidegate edge`: one file, which the edge takes by itself.
struct EdgePlan: Sendable {
    static let pause = Duration.milliseconds(20)

    let folder: FragmentFolder
    let service: String
    let reader: EdgeReader

    /// The plan that lies in the file; nil when there is none that can be read.
    func written() throws(PluginFailure) -> TrafficPlan? {
        guard let text = try folder.read(folder.planFile(service)), let value = try? JSONValue(parsing: Array(text.utf8)) else {
            return nil
        }
        return try? value.decoded(as: TrafficPlan.self)
    }

    /// True when the file holds the plan and the edge decides by it.
    func hasInForce(_ fragment: Fragment) throws(PluginFailure) -> Bool {
        guard let plan = fragment.plan, try folder.read(folder.planFile(service)) == plan else { return false }
        return (try? reader.status(of: service))?.digest == Fragment.digest(of: plan)
    }

    /// Writes the plan and waits until the edge decides by it; why it does not, or nil. The file stays: it holds what is wanted.
    func take(_ fragment: Fragment, until limit: ContinuousClock.Instant) throws(PluginFailure) -> String? {
        guard let plan = fragment.plan else { return nil }
        try folder.put(plan, folder.planFile(service))
        let digest = Fragment.digest(of: plan)
        var reason = ""
        repeat {
            do {
                let status = try reader.status(of: service)
                if status?.digest == digest { return nil }
                reason = status?.problem ?? "it has \(status.map { "generation \($0.generation) of \($0.release)" } ?? "no plan") in force"
            } catch {
                reason = error.reason
            }
            pauseThread(Self.pause)
        } while ContinuousClock.now < limit
        return "the edge at \(reader.edge) does not take the plan in \(folder.planFile(service)): \(reason)"
    }
}
