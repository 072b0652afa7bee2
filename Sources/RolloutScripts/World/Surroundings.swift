import PluginKit
import ReleaseController
import ReleaseModel

/// What a simulated release meets beside its store and its data plane: what works, what is measured, and who judges it.
protocol Surroundings {
    func has(_ fault: SimulatedFault, at now: Timestamp) -> Bool

    /// The samples and log counts of a window. `history` tells which weights carried the traffic in it.
    mutating func collect(_ request: CollectRequest, logs: LogQuery?, history: WorldHistory, now: Timestamp) -> CollectedWindow

    mutating func evaluate(_ call: EvaluatorCall, now: Timestamp) async -> EvaluatorAnswer
}
