import Foundation
import Hashing
public import ReleaseModel

/// How a controller works. Every wait and every amount has a limit here.
public struct ControllerConfiguration: Sendable {
    /// Unique among the controllers that share a database.
    public var controller: String
    public var host: String
    public var version: String
    /// How long a lease lasts without being renewed; another controller takes over after that. Longer than collecting and
    /// evaluating a window may take; applying a plan renews the lease first.
    public var leaseTime: TimeSpan
    /// The most releases that are visited at the same time.
    public var maximumVisits: Int
    /// A look at the database at least this often, should a notification be lost.
    public var longestIdle: TimeSpan
    public var collectTimeout: TimeSpan
    public var evaluateTimeout: TimeSpan
    public var applyTimeout: TimeSpan
    public var readTimeout: TimeSpan
    public var webhookTimeout: TimeSpan
    /// Attempts to deliver one notification before it is given up.
    public var webhookAttempts: Int
    /// How long polls and log counts are kept.
    public var pollRetention: TimeSpan
    /// Called at every boundary where a crash must lose nothing; tests end the process there.
    public var checkpoint: @Sendable (Checkpoint) -> Void

    /// - Parameter controller: nil makes a name from the host, the process and chance.
    public init(version: String, controller: String? = nil) {
        host = ProcessInfo.processInfo.hostName
        let process = ProcessInfo.processInfo.processIdentifier
        self.controller = controller ?? "\(host)-\(process)-\(secureRandomBytes(4).hex)"
        self.version = version
        leaseTime = .seconds(30)
        maximumVisits = 64
        longestIdle = .seconds(5)
        collectTimeout = .seconds(10)
        evaluateTimeout = .seconds(10)
        applyTimeout = .seconds(30)
        readTimeout = .seconds(5)
        webhookTimeout = .seconds(5)
        webhookAttempts = 12
        pollRetention = .seconds(14 * 86_400)
        checkpoint = { _ in }
    }
}

/// The boundaries between recording and doing. Whatever dies at one of them, the next controller goes on as if nothing happened.
public enum Checkpoint: String, Sendable, CaseIterable {
    case beforeCommit = "before-commit"
    case afterCommit = "after-commit"
    case beforeEffect = "before-effect"
    case afterEffect = "after-effect"
    case afterOutcome = "after-outcome"
}
