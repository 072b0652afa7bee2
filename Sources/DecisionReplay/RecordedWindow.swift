public import PluginKit
public import ReleaseModel
import RolloutEngine

/// The details of an evaluation: the samples and logs of its window, and what each plugin was called with.
public struct RecordedWindow: Sendable, Hashable {
    /// One evaluator as it was called then.
    public struct Evaluator: Sendable, Hashable {
        public var plugin: PluginIdentity
        public var configuration: JSONValue
        /// What the plugin had been handed back from the window before; nil at the first.
        public var state: JSONValue?
        /// Why it gave nothing then; nil when it answered.
        public var failure: String?
    }

    public var start: Timestamp
    public var end: Timestamp
    public var service: String
    public var arms: [Arm]
    public var samples: [Sample]
    public var logs: [LogCount]
    /// Events of the policy's log sequences; nil where it had none.
    public var steps: [LogStep]?
    public var problems: [String]
    public var evaluators: [Evaluator]

    /// The window in the evidence of an evaluation; nil where the evidence is of something else.
    ///
    /// - Throws: `notEvidence` where details are left out, or cannot be read.
    public init?(_ evidence: Evidence) throws(ReplayProblem) {
        guard case .evaluated(let evaluation) = evidence.event else { return nil }
        guard let details = evidence.details, !details.isNull else { throw .notEvidence("the window's samples were not recorded") }
        if let omitted = details["omitted"]?.string { throw .notEvidence(omitted) }
        do {
            guard let arms = try details["arms"]?.decoded(as: [Arm].self), let service = details["service"]?.string else {
                throw ReplayProblem.notEvidence("the arms were not recorded yet when it was written")
            }
            start = evaluation.windowStart
            end = evaluation.windowEnd
            self.service = service
            self.arms = arms
            samples = try details["samples"]?.decoded(as: [Sample].self) ?? []
            logs = try details["logs"]?.decoded(as: [LogCount].self) ?? []
            steps = try details["steps"]?.decoded(as: [LogStep].self)
            problems = try details["problems"]?.decoded(as: [String].self) ?? []
            evaluators = try (details["plugins"]?.array ?? []).map { entry in
                guard let identity = entry["plugin"] else { throw ReplayProblem.notEvidence("a plugin has no name") }
                return Evaluator(
                    plugin: try identity.decoded(as: PluginIdentity.self), configuration: entry["configuration"] ?? .null,
                    state: entry["state"].flatMap { $0.isNull ? nil : $0 }, failure: entry["failure"]?.string)
            }
        } catch let problem as ReplayProblem {
            throw problem
        } catch {
            throw .notEvidence("its details cannot be read: \(error)")
        }
    }

    /// What one evaluator was called with. Everything in it was recorded, or is part of the state before.
    public func input(of evaluator: Evaluator, in evidence: Evidence, replay: EngineReplay) -> EvaluationInput {
        EvaluationInput(
            release: evidence.release, service: service, configuration: evaluator.configuration, state: evaluator.state, arms: arms,
            samples: samples.map(\.asCohort), logs: logs.map(\.asCohort), steps: steps?.map(\.asCohort), problems: problems,
            windowStart: start,
            windowEnd: end, warmUp: replay.warmUp, mark: evidence.before.observation?.since, baking: evidence.before.state == .baking)
    }
}
