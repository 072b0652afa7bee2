internal import PluginKit
internal import ReleaseModel

extension TableResponse {
    /// Why the plan that came back may not be used, or nil. A plugin may complete rules and colours; what was decided stays as it is.
    func problem(for request: TableRequest) -> String? {
        let asked = request.plan
        let same =
            plan.release == asked.release && plan.service == asked.service && plan.generation == asked.generation
            && plan.leaseTerm == asked.leaseTerm && plan.salt == asked.salt
        guard same else { return "it changed the release, service, generation, lease term or salt of the plan" }
        let arms = plan.arms.sorted { $0.name < $1.name }
        guard arms == asked.arms.sorted(by: { $0.name < $1.name }) else { return "it changed the arms of the plan or their weights" }
        return nil
    }
}
