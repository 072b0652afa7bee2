public import ReleaseModel

/// A `.rollout` script: a policy, what happens to a release over time, and what must follow. See Tests/Scripts/README.md.
public struct Script: Sendable {
    public var name: String
    public var policy: PolicySource
    public var happenings: [Happening]
    public var load: Load?
    public var end: TimeSpan
    public var expectations: [Expectation]

    /// Where the policy comes from.
    public enum PolicySource: Sendable, Hashable {
        /// A shipped policy by name.
        case named(String)
        /// The `spec` of a policy, as YAML.
        case spec(String, line: Int)
    }

    /// Something that happens at a time after the start of the script.
    public struct Happening: Sendable {
        public var at: TimeSpan
        public var line: Int
        public var kind: Kind

        public enum Kind: Sendable, Hashable {
            case start(StartLine)
            case signals([NamedReading])
            case command(Command)
            case fault(Fault, until: TimeSpan)
            /// Somebody edits the data plane by hand.
            case drift(canary: Weight)
            /// The controller is killed and another one takes over.
            case crash
        }
    }

    public struct StartLine: Sendable, Hashable {
        public var release: ReleaseID
        public var stable: String
        public var canary: String
        /// The release cannot be taken back.
        public var irreversible = false
    }

    /// What does not work for a while.
    public enum Fault: Sendable, Hashable {
        case apply
        case read
        case metrics
        case plugin(String)
        /// Old connections are still served.
        case draining
    }

    /// Counters and gauges over time, in the notation of Prometheus's own tests.
    public struct Load: Sendable {
        public var step: TimeSpan
        public var series: [Series]
    }

    public struct Series: Sendable {
        public var metric: String
        public var version: String
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
            case request(at: TimeSpan, headers: [Header], arm: String)
            case noOtherDecisions
        }
    }

    public struct Header: Sendable, Hashable {
        public var name: String
        public var value: String
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

/// What is wrong with a script, or what it expected and did not get.
public struct ScriptError: Error, Sendable, CustomStringConvertible {
    public var script: String
    public var line: Int
    public var reason: String

    public var description: String { "\(script):\(line): \(reason)" }
}
