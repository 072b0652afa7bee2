internal import PluginKit
internal import ReleaseModel

/// The way to one loaded plugin. Answers are the plugin's bytes, not yet looked into.
protocol PluginChannel: Sendable {
    var state: PluginState { get }
    var processIdentifier: Int32? { get }
    var restarts: Int { get }

    /// Asks the plugin and waits for the answer, at most until the deadline.
    ///
    /// - Throws: `timedOut`, `pluginFailed`, `limitExceeded` when too many calls wait, or the reason for which the plugin was refused.
    func call(_ operation: UInt32, _ payload: [UInt8], deadline: ContinuousClock.Instant) async throws(ReleaseError) -> [UInt8]

    /// Ends the plugin for good; what is in flight fails.
    func stop() async
}

/// What a plugin's answer of a status means.
func unwrap(status: UInt32, bytes: [UInt8], plugin: String) throws(ReleaseError) -> [UInt8] {
    let place = "plugin \(plugin)"
    switch PluginStatus(rawValue: status) {
    case .ok:
        return bytes
    case .failed:
        let failure = PluginMessage.decode(PluginFailure.self, bytes)
        guard case .success(let failure) = failure else {
            throw ReleaseError(.pluginFailed, "it failed and gave no readable reason", place: place)
        }
        throw ReleaseError(.pluginFailed, failure.description, place: place)
    case .noOperation:
        throw ReleaseError(.pluginFailed, "it does not answer this operation", place: place)
    case .badArgument, nil:
        throw ReleaseError(.pluginFailed, "it refused the call as malformed", place: place)
    }
}

/// The statuses of the boundary.
enum PluginStatus: UInt32 {
    case ok = 0
    case failed = 1
    case noOperation = 2
    case badArgument = 3
}
