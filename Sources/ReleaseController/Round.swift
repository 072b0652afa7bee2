import Foundation
import HTTPClient
import Logging
import PluginHost
import ReleaseModel
import ReleaseStore

/// The controller's rounds: lease what is due, visit it, sleep until something is due again or somebody wakes it.
actor Round {
    private enum Happening {
        case wake
        case visited(ReleaseID)
        case delivered(ReleaseID)
    }

    /// How long a release whose visit failed is left alone; doubles up to `longestCooling`.
    static let firstCooling = Duration.milliseconds(500)
    static let longestCooling = Duration.seconds(30)
    /// The database hears that the controller lives this often.
    static let heartbeatInterval = Duration.seconds(30)
    /// Polls and log counts are pruned, and partitions made ahead, this often.
    static let housekeepingInterval = Duration.seconds(3600)

    private let store: ReleaseStore
    private let configuration: ControllerConfiguration
    private let driver: ReleaseDriver
    private let delivery: WebhookDelivery
    private let logger: Logger
    private var visiting: [ReleaseID: Lease] = [:]
    private var delivering: Set<ReleaseID> = []
    private var held: [ReleaseID: Lease] = [:]
    private var cooling: [ReleaseID: (until: ContinuousClock.Instant, failures: Int)] = [:]
    private var storeFailures = 0

    init(store: ReleaseStore, plugins: PluginHost, http: HTTPClient, configuration: ControllerConfiguration, logger: Logger) {
        self.store = store
        self.configuration = configuration
        self.logger = logger
        driver = ReleaseDriver(
            store: store, plugins: plugins, policies: PolicyPreparation(plugins: plugins),
            collector: SampleCollector { plugin, request, time in try await plugins.plugin(plugin).collect(request, within: time) },
            configuration: configuration, logger: logger)
        delivery = WebhookDelivery(store: store, http: http, configuration: configuration, logger: logger)
    }

    func run() async {
        let (happenings, continuation) = AsyncStream.makeStream(of: Happening.self, bufferingPolicy: .bufferingNewest(1024))
        await withDiscardingTaskGroup { group in
            group.addTask { [store] in
                for await _ in store.wakeUps() { continuation.yield(.wake) }
            }
            group.addTask { await self.keepHouse() }
            var iterator = happenings.makeAsyncIterator()
            while !Task.isCancelled {
                let pause = await lease(into: &group, continuation)
                let timer = Task {
                    try await Task.sleep(for: pause)
                    continuation.yield(.wake)
                }
                let happening = await withTaskCancellationHandler {
                    await iterator.next(isolation: #isolation)
                } onCancel: {
                    continuation.finish()
                }
                timer.cancel()
                switch happening {
                case .visited(let release): visiting[release] = nil
                case .delivered(let release): delivering.remove(release)
                case .wake, nil: break
                }
            }
        }
        await giveBack()
    }

    /// Leases what is due and starts its visits.
    ///
    /// - Returns: how long nothing will be due.
    private func lease(
        into group: inout DiscardingTaskGroup, _ continuation: AsyncStream<Happening>.Continuation
    ) async -> Duration {
        let instant = ContinuousClock.now
        cooling = cooling.filter { $0.value.until + Self.housekeepingInterval > instant }
        let excluded = Array(visiting.keys) + cooling.filter { $0.value.until > instant }.map(\.key)
        do {
            let capacity = configuration.maximumVisits - visiting.count
            if capacity > 0 {
                let leases = try await store.leaseDue(
                    controller: configuration.controller, limit: capacity, ttl: configuration.leaseTime, excluding: excluded.sorted())
                for lease in leases {
                    visiting[lease.release] = lease
                    held[lease.release] = lease
                    group.addTask {
                        let hasNotifications = await self.visit(lease)
                        continuation.yield(.visited(lease.release))
                        if hasNotifications, await self.beginDelivery(lease.release) {
                            await self.deliver(lease.release)
                            continuation.yield(.delivered(lease.release))
                        }
                    }
                }
            }
            let (now, due) = try await store.nextDue(controller: configuration.controller)
            storeFailures = 0
            guard let due else { return configuration.longestIdle.duration }
            let shortest = visiting.isEmpty && excluded.isEmpty ? TimeSpan.milliseconds(10) : .milliseconds(250)
            return min(max(due - now, shortest), configuration.longestIdle).duration
        } catch {
            storeFailures += 1
            if !Task.isCancelled { logger.error("the database does not answer", metadata: ["reason": "\(error)"]) }
            return min(Self.firstCooling * (1 << min(storeFailures, 6)), Self.longestCooling)
        }
    }

    private func visit(_ lease: Lease) async -> Bool {
        do {
            let hasNotifications = try await driver.visit(lease)
            cooling[lease.release] = nil
            return hasNotifications
        } catch {
            if (error as? ReleaseError)?.code == .leaseLost { held[lease.release] = nil }
            let failures = (cooling[lease.release]?.failures ?? 0) + 1
            let pause = min(Self.firstCooling * (1 << min(failures - 1, 10)), Self.longestCooling)
            cooling[lease.release] = (ContinuousClock.now + pause, failures)
            if !(error is CancellationError) {
                logger.error("a visit ended early", metadata: ["release": "\(lease.release)", "reason": "\(error)"])
            }
            return false
        }
    }

    private func beginDelivery(_ release: ReleaseID) -> Bool { delivering.insert(release).inserted }

    private func deliver(_ release: ReleaseID) async {
        do {
            try await delivery.deliver(release)
        } catch {
            logger.warning(
                "notifications wait for the next visit", metadata: ["release": "\(release)", "reason": "\(error)"])
        }
    }

    private func keepHouse() async {
        let identity = ControllerIdentity(
            id: configuration.controller, host: configuration.host, pid: Int(ProcessInfo.processInfo.processIdentifier),
            version: configuration.version)
        var lastCleaned: ContinuousClock.Instant?
        while !Task.isCancelled {
            do {
                try await store.register(identity)
                try await reportClock()
                if lastCleaned.map({ $0 + Self.housekeepingInterval < .now }) ?? true {
                    try await store.ensureEvidencePartitions()
                    let oldest = try await store.now() - configuration.pollRetention
                    _ = try await store.prune(pollsBefore: oldest, logCountsBefore: oldest)
                    try await store.pruneLogEvidence(before: oldest)
                    let expired = try await store.expireEvidence()
                    if !expired.isEmpty { logger.info("evidence expired", metadata: ["months": "\(expired.joined(separator: ", "))"]) }
                    lastCleaned = .now
                }
            } catch {
                if !Task.isCancelled { logger.warning("housekeeping failed", metadata: ["reason": "\(error)"]) }
            }
            try? await Task.sleep(for: Self.heartbeatInterval)
        }
    }

    /// The history says with every decision how far the controller's clock was from the database's.
    private func reportClock() async throws {
        let before = Date().timeIntervalSince1970
        let database = try await store.now()
        let after = Date().timeIntervalSince1970
        let offset = Timestamp(seconds: (before + after) / 2).microseconds - database.microseconds
        let state = ClockState.read()
        try await store.reportClock(
            controller: configuration.controller, offsetMicroseconds: offset, isSynchronized: state.isSynchronized,
            maximumErrorMicroseconds: state.maximumErrorMicroseconds)
    }

    /// Gives the leases back, so that another controller need not wait for them to end.
    private func giveBack() async {
        let leases = held.values.sorted { $0.release < $1.release }
        let store = store
        await Task.detached {
            for lease in leases { try? await store.releaseLease(lease) }
        }.value
    }
}
