/// How much an arm did while its events were counted. Requests tell best, harmless lines next, running instances at least something.
struct Exposure: Sendable, Hashable, Codable {
    var requests = 0.0
    /// Lines below the compared severity.
    var quietLines = 0.0
    var instanceSeconds = 0.0

    enum Kind: String, Sendable, Hashable, Codable { case requests, quietLines, instanceSeconds }

    subscript(kind: Kind) -> Double {
        switch kind {
        case .requests: requests
        case .quietLines: quietLines
        case .instanceSeconds: instanceSeconds
        }
    }

    static func += (left: inout Exposure, right: Exposure) {
        left.requests += right.requests
        left.quietLines += right.quietLines
        left.instanceSeconds += right.instanceSeconds
    }

    /// The one kind by which both arms can be compared. Once requests are measured nothing replaces them: an arm without requests
    /// then has no exposure, whatever it writes (a canary that starts up logs before it serves).
    static func kind(canary: Exposure, stable: Exposure) -> Kind {
        if canary.requests > 0 || stable.requests > 0 { return .requests }
        return canary.quietLines > 0 && stable.quietLines > 0 ? .quietLines : .instanceSeconds
    }
}
