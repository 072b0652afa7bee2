import ReleaseModel

/// A policy as an import gathers it, before it is written as YAML.
struct PolicyDraft {
    struct Stage {
        var weight: Weight
        var duration = TimeSpan.zero
        var needsApproval = false
    }

    struct Rule {
        var name: String
        var when: String
    }

    /// A check: where its value comes from, when it is measured, and what is healthy.
    struct Check {
        enum Source {
            case query(String)
            case webhook(url: String, timeout: TimeSpan?, metadata: [(String, String)], namespace: String)
        }

        var name: String
        var source: Source
        var every: TimeSpan?
        var delay: TimeSpan?
        var count: Int?
        var from: Weight?
        var success = Limits()
        var failing = Limits()
        var failures = 0
        var unanswered: Int?

        /// Whether it asks nobody yet.
        var isPlaceholder: Bool { if case .webhook(PolicyDraft.placeholderWebhook, _, _, _) = source { true } else { false } }
    }

    struct Limits: Equatable {
        var atLeast: Double?
        var above: Double?
        var atMost: Double?
        var below: Double?
        var isEmpty: Bool { self == Limits() }

        mutating func add(_ other: Limits) {
            atLeast = other.atLeast ?? atLeast
            above = other.above ?? above
            atMost = other.atMost ?? atMost
            below = other.below ?? below
        }
    }

    var name: String
    var origin: String
    /// nil: the default stages.
    var stages: [Stage]?
    var key: String?
    var rules: [Rule] = []
    var metricsURL: String?
    /// How often metrics are looked at; nil is the default.
    var every: TimeSpan?
    var checks: [Check] = []
    var bake: TimeSpan?
    var webhooks: [String] = []
    /// Sentences that stand at the top of the file.
    var notes: [String] = []

    /// A name for a check that no other one has; what is not allowed in names becomes a dash.
    func freeCheckName(_ wanted: String) -> String {
        var name = String(wanted.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") ? $0 : "-" }.prefix(50))
        if name.first?.isLetter != true && name.first?.isNumber != true { name = "check" + name }
        var free = name
        var number = 2
        while checks.contains(where: { $0.name == free }) {
            free = "\(name)-\(number)"
            number += 1
        }
        return free
    }
}
