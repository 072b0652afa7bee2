internal import PluginKit
internal import ReleaseModel

extension PluginDescriptor {
    /// Coded bytes of the state that one release may have with one plugin.
    static let maximumStateBytes = 1 << 20

    /// The answer to an evaluation with one output for each input, in the order of the inputs, and nothing in it that breaks a promise.
    ///
    /// What is wrong for one release fails the signals of that release and keeps its state as it was.
    func checked(_ response: EvaluateResponse, for request: EvaluateRequest) -> (response: EvaluateResponse, warnings: [String]) {
        var warnings: [String] = []
        let outputs = request.inputs.map { input -> EvaluationOutput in
            let given = response.outputs.filter { $0.release == input.release }
            guard given.count == 1, let output = given.first else {
                return failed(input, "the plugin gave \(given.count) answers for this release")
            }
            let size = output.state.canonicalBytes.count
            guard size <= Self.maximumStateBytes else {
                return failed(input, "the plugin's state has \(size) bytes, more than \(Self.maximumStateBytes)")
            }
            let (signals, unknown) = checked(output.signals, under: input.configuration)
            let (sinceMark, unknownSinceMark) = input.mark == nil ? ([], []) : checked(output.sinceMark, under: input.configuration)
            if let name = (unknown + unknownSinceMark).first {
                warnings.append("\(input.release): the signal '\(name.prefix(64))' is not in the descriptor and was left out")
            }
            return EvaluationOutput(release: input.release, signals: signals, sinceMark: sinceMark, state: output.state)
        }
        return (EvaluateResponse(outputs: outputs), warnings)
    }

    private func failed(_ input: EvaluationInput, _ reason: String) -> EvaluationOutput {
        let failed = failedSignals(reason, under: input.configuration)
        return EvaluationOutput(
            release: input.release, signals: failed, sinceMark: input.mark == nil ? [] : failed, state: input.state ?? .null)
    }
}
