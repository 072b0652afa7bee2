import Logging
import ReleaseModel
import ReleaseStore
import ServiceLifecycle
import Synchronization

/// Gathers calls that showed no valid token, and writes one entry of the history for all of ten seconds: a flood of them makes few entries.
final class RefusedCalls: Service {
    enum Reason: String, Sendable {
        case noToken, noTokenForm, unknownToken
    }

    static let interval = Duration.seconds(10)
    /// Addresses beyond these are counted together.
    static let maximumAddresses = 16

    private struct Gathered {
        var since: Timestamp
        var count = 0
        var reasons: [String: Int] = [:]
        var addresses: [String: Int] = [:]
    }

    private let store: ReleaseStore
    private let clock: @Sendable () -> Timestamp
    private let logger: Logger
    private let gathered = Mutex<Gathered?>(nil)

    init(store: ReleaseStore, clock: @escaping @Sendable () -> Timestamp, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
    }

    func note(_ reason: Reason, from address: String?) {
        let now = clock()
        gathered.withLock { gathered in
            var sum = gathered ?? Gathered(since: now)
            sum.count += 1
            sum.reasons[reason.rawValue, default: 0] += 1
            let address = address ?? "unknown"
            let isListed = sum.addresses[address] != nil || sum.addresses.count < Self.maximumAddresses
            sum.addresses[isListed ? address : "other", default: 0] += 1
            gathered = sum
        }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.interval)
                await self.write()
            }
        }
        await Task.detached { await self.write() }.value
    }

    /// Writes what was gathered; keeps it where that fails.
    func write() async {
        let taken = gathered.withLock { gathered in
            defer { gathered = nil }
            return gathered
        }
        guard let taken else { return }
        func json(_ counts: [String: Int]) -> JSONValue { .object(counts.mapValues { .number(Double($0)) }) }
        do {
            try await store.recordRefusedCalls([
                "count": .number(Double(taken.count)), "since": .string(taken.since.description), "until": .string(clock().description),
                "reasons": json(taken.reasons), "addresses": json(taken.addresses),
            ])
        } catch {
            logger.warning("refused calls were not recorded", metadata: ["count": "\(taken.count)", "reason": "\(error)"])
        }
    }
}
