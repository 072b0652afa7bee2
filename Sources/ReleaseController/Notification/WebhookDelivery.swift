import HTTPClient
import Hashing
import Logging
import PluginKit
import ReleaseModel
import ReleaseStore

/// Delivers the notifications that wait in a release's outbox: one signed POST each, at least once.
///
/// The body is canonical JSON. `x-tidegate-signature: sha256=HEX` is its HMAC-SHA-256 under the webhook's secret, and
/// `x-tidegate-delivery` is the same at every repetition, so that a receiver can tell one.
struct WebhookDelivery: Sendable {
    let store: ReleaseStore
    let http: HTTPClient
    let configuration: ControllerConfiguration
    let logger: Logger

    /// Delivers everything of a release that is due now.
    func deliver(_ release: ReleaseID) async throws {
        let effects = try await store.claimNotifications(of: release, hidden: configuration.webhookTimeout * 4)
        guard !effects.isEmpty else { return }
        let record = try await store.load(release)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for effect in effects {
                group.addTask {
                    let (result, outcome) = await attempt(effect, record: record)
                    try await store.recordNotification(
                        effect, controller: configuration.controller, result: result, outcome: outcome)
                }
            }
            try await group.waitForAll()
        }
    }

    private func attempt(_ effect: EffectRecord, record: ReleaseRecord) async -> (EffectResult, JSONValue) {
        let index = Int(effect.payload["webhook"]?.number ?? 0)
        guard record.policy.notify.indices.contains(index) else { return (.failed, ["problem": "the policy has no such webhook"]) }
        let webhook = record.policy.notify[index]
        do {
            var request = HTTPRequest(.post, webhook.url, timeout: configuration.webhookTimeout.duration)
            let body = effect.payload["body"]?.canonicalBytes ?? []
            request.body = body
            request.headers = [
                HTTPHeader("content-type", "application/json"), HTTPHeader("x-tidegate-delivery", "\(effect.release)-\(effect.id)"),
            ]
            if let reference = webhook.secret {
                guard let secret = SecretReference(reference) else {
                    return (.failed, ["problem": "the webhook's secret is neither env:NAME nor file:PATH"])
                }
                let signature = hmacSHA256(key: Array(try secret.resolve().utf8), message: body).hex
                request.headers.append(HTTPHeader("x-tidegate-signature", "sha256=\(signature)"))
            }
            let response = try await http.send(request)
            let outcome: JSONValue = ["status": .number(Double(response.status))]
            return (200..<300).contains(response.status) ? (.done, outcome) : (retry(effect, now: record.now), outcome)
        } catch {
            logger.warning("a notification was not delivered", metadata: ["release": "\(effect.release)", "reason": "\(error)"])
            return (retry(effect, now: record.now), ["problem": .string("\(error)")])
        }
    }

    private func retry(_ effect: EffectRecord, now: Timestamp) -> EffectResult {
        if effect.attempts >= configuration.webhookAttempts { return .failed }
        return .retry(at: now + .seconds(Double(1 << min(effect.attempts, 9))))
    }
}
