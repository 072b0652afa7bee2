import PluginKit
import ReleaseModel

/// What one further source of a policy answered.
struct FurtherAnswer: Sendable {
    var plugin: String
    var response: CollectResponse?
    /// Why there is no response.
    var failure: String?
}

extension CollectedWindow {
    /// Adds what further sources measured. A source that failed leaves its samples out, which is a note and no problem of the window:
    /// what the main source measured is judged all the same.
    mutating func add(_ answers: [FurtherAnswer]) {
        guard var result, !answers.isEmpty else { return }
        for answer in answers {
            var notes = result.notes ?? []
            if let own = answer.response?.results.first {
                result.samples += own.samples
                further.append(FurtherState(plugin: answer.plugin, state: own.state))
                notes += own.notes ?? []
                if let problem = own.problem { notes.append("\(answer.plugin): \(problem)") }
            } else {
                notes.append("\(answer.plugin): \(answer.failure ?? "no answer for the release")")
            }
            queries += answer.response?.queries ?? []
            result.notes = notes.isEmpty ? nil : notes
        }
        self.result = result
    }
}
