/// What does not work for a while in a simulated world.
public enum SimulatedFault: Sendable, Hashable {
    /// The data plane refuses plans.
    case apply
    /// The data plane cannot be read.
    case read
    /// The metrics plugin answers with a problem and no samples.
    case metrics
    /// A scoring or signals plugin crashes at every call.
    case plugin(String)
    /// Old connections are still served.
    case draining
}
