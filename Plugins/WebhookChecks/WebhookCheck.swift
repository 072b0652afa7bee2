internal import PluginKit
internal import ReleaseModel

/// One check: a call of an HTTP endpoint whose answer says whether all is well there.
struct WebhookCheck {
    static let maximumURLBytes = 2048
    static let maximumMetadataBytes = 16 * 1024
    /// A call lasts at most so long; the controller gives up a window's collection after ten seconds.
    static let longestTimeout = TimeSpan.seconds(8)

    var schedule: CheckSchedule
    var url: String
    var timeout = TimeSpan.seconds(5)
    var namespace = ""
    var metadata: JSONValue = [:]
    var secret: SecretReference?

    static let descriptors: [SettingDescriptor] = [
        SettingDescriptor(
            "checks", .array, required: true,
            summary:
                "Calls: name, url, timeout (5s, at most 8s), namespace, metadata (an object that is sent), secret (bearer token by reference), every, delay, count, from; 1 is reported for a 2xx answer, 0 otherwise"
        )
    ]

    static func read(_ configuration: JSONValue) -> (checks: [WebhookCheck], problems: [SettingProblem]) {
        var problems: [SettingProblem] = []
        let checks = CheckSchedule.readAll(configuration, problems: &problems, read(_:index:problems:)) { $0.schedule.name }
        return (checks, problems)
    }

    private static func read(_ value: JSONValue, index: Int, problems: inout [SettingProblem]) -> WebhookCheck? {
        let others = ["url", "timeout", "namespace", "metadata", "secret"]
        let before = problems.count
        func problem(_ setting: String, _ reason: String) {
            problems.append(SettingProblem(setting: "checks[\(index)].\(setting)", reason: reason))
        }
        let schedule = CheckSchedule.read(value, index: index, others: others, problems: &problems)
        let url = value["url"]?.string ?? ""
        let isHTTP = url.hasPrefix("http://") || url.hasPrefix("https://")
        if !isHTTP || url.utf8.count > maximumURLBytes || !url.utf8.allSatisfy({ $0 > 32 && $0 < 127 }) {
            problem("url", "must be an http or https URL of at most \(maximumURLBytes) bytes")
        }
        guard let schedule else { return nil }
        var check = WebhookCheck(schedule: schedule, url: url)
        if let given = value["timeout"], !given.isNull {
            if let span = given.string.flatMap({ TimeSpan($0) }), span > .zero, span <= longestTimeout {
                check.timeout = span
            } else {
                problem("timeout", "must be a length of time of at most \(longestTimeout), such as 5s")
            }
        }
        if let given = value["namespace"], !given.isNull {
            if let text = given.string, text.utf8.count <= 253 { check.namespace = text } else { problem("namespace", "must be a text") }
        }
        if let given = value["metadata"], !given.isNull {
            if given.object != nil, given.canonicalBytes.count <= maximumMetadataBytes {
                check.metadata = given
            } else {
                problem("metadata", "must be an object of at most \(maximumMetadataBytes) bytes")
            }
        }
        if let given = value["secret"], !given.isNull {
            check.secret = given.string.flatMap(SecretReference.init)
            if check.secret == nil { problem("secret", "must be env:NAME or file:PATH") }
        }
        return problems.count == before ? check : nil
    }

    /// The body of a call. `name`, `namespace`, `phase` and `metadata` are what Flagger's webhooks send, so that what answers those
    /// answers these; the rest says which release it is.
    func body(for subject: CollectSubject) -> [UInt8] {
        let canary = subject.arms.first { $0.name != Arm.stable }
        return JSONValue.object([
            "name": .string(subject.service), "namespace": .string(namespace), "phase": "Progressing", "metadata": metadata,
            "release": .string(subject.release), "revision": .string(canary?.revision ?? ""),
            "weight": .number(Double(canary?.weight.basisPoints ?? 0) / 100),
        ]).canonicalBytes
    }
}
