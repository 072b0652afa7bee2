import ReleaseModel
import ReleaseStore

/// What the server's metrics say about the metric stores that releases are judged by.
struct ProviderFamilies {
    private static let breakers = ["closed", "open", "halfOpen"]

    let providers: [ProviderRecord]

    func write(to text: inout PrometheusText) {
        guard !providers.isEmpty else { return }
        text.family("tidegate_provider_breaker", "gauge", "The circuit breaker of a metric store: 1 for the state that it is in.")
        for provider in providers {
            for state in Self.breakers {
                let isIn = provider.standing["breaker"]?.string == state
                text.sample("tidegate_provider_breaker", [("place", provider.place), ("state", state)], isIn ? 1 : 0)
            }
        }
        gauge(&text, "tidegate_provider_calls", "Calls in the breaker's sliding window.", "calls")
        gauge(&text, "tidegate_provider_failures", "Calls of that window that the store failed.", "failures")
        text.family(
            "tidegate_provider_faults_total", "counter", "Faults of a metric store or of the way to it, by kind; no failures of releases.")
        for provider in providers {
            let faults = provider.standing["faults"]?.object ?? [:]
            for kind in faults.keys.sorted() {
                text.sample(
                    "tidegate_provider_faults_total", [("place", provider.place), ("kind", kind)], faults[kind]?.number ?? 0)
            }
        }
        text.family(
            "tidegate_provider_window_seconds", "gauge", "End of the newest window that the store was asked for, in seconds since 1970.")
        for provider in providers {
            text.sample("tidegate_provider_window_seconds", [("place", provider.place)], provider.windowEnd.seconds)
        }
    }

    private func gauge(_ text: inout PrometheusText, _ name: String, _ help: String, _ member: String) {
        text.family(name, "gauge", help)
        for provider in providers {
            text.sample(name, [("place", provider.place)], provider.standing[member]?.number ?? 0)
        }
    }
}
