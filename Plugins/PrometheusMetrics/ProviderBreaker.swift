internal import PluginKit
internal import ReleaseModel

/// The circuit breaker of one Prometheus. It travels in the state of every release that asks it, and the newest copy counts.
///
/// closed -> open when at least `minimumCalls` of the last `windowCalls` calls are known and half of them failed. open -> half-open
/// when its pause is over. half-open -> closed after one call that the provider answered, -> open with twice the pause after one that
/// it failed. Its clock is the end of the windows that are asked for, so that it is the same wherever the state is read.
struct ProviderBreaker: Codable, Equatable {
    static let windowCalls = 10
    static let minimumCalls = 5
    static let firstPause = TimeSpan.seconds(30)
    static let longestPause = TimeSpan.seconds(300)
    /// Texts in the state are cut to so many characters.
    static let maximumText = 300

    /// End of the newest window that was asked for.
    private(set) var updated: Timestamp?
    /// The last calls, oldest first; true for one that the provider failed.
    private var outcomes: [Bool] = []
    private var openUntil: Timestamp?
    /// How often it opened without closing between.
    private var openings = 0
    private var faults: [String: Int] = [:]
    private var lastFault: String?

    /// The copy that knows most.
    static func newest(_ copies: [ProviderBreaker]) -> ProviderBreaker {
        copies.max { ($0.updated?.microseconds ?? .min, $0.outcomes.count) < ($1.updated?.microseconds ?? .min, $1.outcomes.count) }
            ?? ProviderBreaker()
    }

    func breaker(at now: Timestamp) -> ProviderStanding.Breaker {
        guard let openUntil else { return .closed }
        return now < openUntil ? .open : .halfOpen
    }

    /// Notes how a call ended. A fault that is not the provider's own (a refused query, too many series) is counted, no more; one that
    /// kept the question from being asked says nothing about the provider.
    mutating func note(_ fault: QueryFault?, at now: Timestamp) {
        let wasTrying = breaker(at: now) == .halfOpen
        updated = max(updated ?? now, now)
        if let fault {
            faults[fault.kind.rawValue, default: 0] += 1
            lastFault = String(fault.reason.prefix(Self.maximumText))
            guard fault.kind.wasAsked else { return }
        }
        let failed = fault?.kind.isProviders ?? false
        outcomes = Array((outcomes + [failed]).suffix(Self.windowCalls))
        if wasTrying, !failed {
            (outcomes, openUntil, openings) = ([], nil, 0)
        } else if failed, wasTrying || (outcomes.count >= Self.minimumCalls && failures * 2 >= outcomes.count) {
            let pause = Self.firstPause * Double(1 << min(openings, 8))
            openUntil = now + min(pause, Self.longestPause)
            openings += 1
        }
    }

    private var failures: Int { outcomes.count { $0 } }

    func standing(of place: String, at now: Timestamp) -> ProviderStanding {
        let breaker = breaker(at: now)
        return ProviderStanding(
            place: place, breaker: breaker, until: breaker == .open ? openUntil : nil, calls: outcomes.count, failures: failures,
            faults: faults, lastFault: lastFault)
    }

    /// Why nothing is asked now.
    func refusal(of place: String) -> String {
        let until = openUntil.map { " before \($0)" } ?? ""
        return "Prometheus at \(place) is not asked\(until): it failed \(failures) of the last \(outcomes.count) calls, last: "
            + (lastFault ?? "unknown")
    }
}
