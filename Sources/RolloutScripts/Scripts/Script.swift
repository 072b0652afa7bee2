public import ReleaseModel

/// A `.rollout` script: a policy, what happens to a release over time, and what must follow. See Tests/Scripts/README.md.
public struct Script: Sendable {
    public var name: String
    /// nil only while it is read.
    public var policy: PolicySource?
    public var happenings: [Happening]
    public var load: Load?
    public var end: TimeSpan
    public var expectations: [Expectation]

    /// Where the policy comes from.
    public enum PolicySource: Sendable, Hashable {
        /// A policy file relative to the script, or a policy by name.
        case named(String, line: Int)
        /// The `spec` of a policy, as YAML.
        case spec(String, line: Int)
    }

    /// Something that happens at a time after the start of the script.
    public struct Happening: Sendable {
        public var at: TimeSpan
        public var line: Int
        public var kind: Kind

        public enum Kind: Sendable, Hashable {
            case start(SimulatedStart)
            case signals([NamedReading])
            case command(Command)
            case fault(SimulatedFault, until: TimeSpan)
            /// Somebody edits the data plane by hand.
            case drift(canary: Weight)
            /// The controller is killed and another one takes over.
            case crash
        }
    }

    /// Counters and gauges over time, in the notation of Prometheus's own tests.
    public struct Load: Sendable {
        public var step: TimeSpan
        public var series: [Series]
    }

    /// One series: `metric{version="v41",instance="a",le="0.5"}` with its values, one for each step.
    public struct Series: Sendable {
        public var metric: String
        public var version: String
        public var instance: String
        /// The upper edge of a histogram's bucket; nil for a counter or a gauge.
        public var edge: Double?
        public var values: [Double]
    }

    public struct Expectation: Sendable {
        public var line: Int
        public var text: String
        public var kind: Kind

        public enum Kind: Sendable {
            case decision(at: TimeSpan, DecisionPattern)
            case effect(at: TimeSpan, canary: Weight, ok: Bool)
            case never(after: TimeSpan, observedAbove: Weight)
            case state(at: TimeSpan, ReleaseState, release: ReleaseID?)
            case weight(at: TimeSpan, Weight)
            case noDecision(after: TimeSpan)
            /// A request from 127.0.0.1 with these headers goes to this arm.
            case request(at: TimeSpan, headers: [RequestHeader], arm: String)
            case noOtherDecisions
            /// Every decision follows from its evidence, and every attempt to carry a weight has its decision.
            case logVerifies
        }
    }

    public struct DecisionPattern: Sendable {
        public var kind: Decision.Kind
        public var release: ReleaseID?
        public var fromWeight: Weight?
        public var toWeight: Weight?
        public var because: String?
        public var verdict: Verdict?
        public var actor: String?
    }
}

/// Why a script cannot be run.
public struct ScriptError: Error, Sendable, CustomStringConvertible {
    public var script: String
    public var line: Int
    public var reason: String

    public var description: String { "\(script):\(line): \(reason)" }
}
