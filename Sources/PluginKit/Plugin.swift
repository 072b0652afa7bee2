public import ReleaseModel

/// A part that Tidegate loads at run time: a value without identity that answers calls.
///
/// A plugin keeps nothing between calls that a crash may lose: state comes with the request and goes back with the answer.
/// All calls are synchronous and may block; a plugin runs in a child process of its own, one call at a time.
public protocol Plugin: Sendable {
    /// Name, kind, settings and signals. The same at every call.
    static var descriptor: PluginDescriptor { get }

    init()

    /// What is wrong with a configuration, beyond what the descriptor's settings say; empty when it can be used.
    ///
    /// The host has checked names, types and ranges before and has filled in the defaults.
    func validate(_ configuration: JSONValue) -> [SettingProblem]
}

extension Plugin {
    public func validate(_ configuration: JSONValue) -> [SettingProblem] { [] }
}

/// Kind `metrics`: reads what instances measured.
public protocol MetricsPlugin: Plugin {
    /// The samples of one window for several releases. What is missing is said in `problem`, never filled in.
    func collect(_ request: CollectRequest, _ context: CallContext) throws -> CollectResponse
}

/// Kinds `scoring` and `signals`: turns samples and log counts into signals. A pure function of its request.
public protocol EvaluatorPlugin: Plugin {
    /// One output for each input, in the same order, each with every signal of the descriptor.
    func evaluate(_ request: EvaluateRequest, _ context: CallContext) throws -> EvaluateResponse
}

/// Kinds `routing` and `coloring`: checks a traffic plan and completes it. The arms and their weights stay as they are.
public protocol TablePlugin: Plugin {
    func table(_ request: TableRequest, _ context: CallContext) throws -> TableResponse
}

/// Kind `dataPlane`: makes one node carry a plan, and tells what it carries.
public protocol DataPlanePlugin: Plugin {
    /// Repeating an apply is observably nothing; a plan of an older lease term is refused.
    func apply(_ request: ApplyRequest, _ context: CallContext) throws -> ApplyResponse

    /// What the node runs now, read from the running data plane and not from what was written.
    func read(_ request: ReadRequest, _ context: CallContext) throws -> ReadResponse
}
