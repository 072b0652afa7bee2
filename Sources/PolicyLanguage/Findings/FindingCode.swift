/// What kind of thing a finding is about. The raw value is what tools match on and what `policy lint` prints.
public enum FindingCode: String, Sendable, Hashable, Codable, CaseIterable {
    // The document
    case syntax
    case limit
    case alias
    case wrongKind = "wrong-kind"
    case unknownKey = "unknown-key"
    case missingKey = "missing-key"
    case wrongType = "wrong-type"
    case invalidValue = "invalid-value"
    case duplicateName = "duplicate-name"
    case literalSecret = "literal-secret"
    case unsupported
    // Expressions
    case expression
    case unknownSignal = "unknown-signal"
    case unknownName = "unknown-name"
    case expressionType = "expression-type"
    case signalRange = "signal-range"
    // Stages and times
    case weightsDoNotGrow = "weights-do-not-grow"
    case fullStage = "full-stage"
    case bigFirstStep = "big-first-step"
    case stageShorterThanPoll = "stage-shorter-than-poll"
    case warmUpLongerThanStage = "warm-up-longer-than-stage"
    case samplesNeverMissing = "samples-never-missing"
    case samplesNotAwaited = "samples-not-awaited"
    case lagTooShort = "lag-too-short"
    case noBake = "no-bake"
    case breachWithoutLevel = "breach-without-level"
    // The tree
    case treeNotTotal = "tree-not-total"
    case unreachableNode = "unreachable-node"
    case noRollback = "no-rollback"
    case noveltyAlone = "novelty-alone"
    case neverAdvances = "never-advances"
    case advancesBlindly = "advances-blindly"
    case missingOtherwise = "missing-otherwise"
    case observeShorterThanPoll = "observe-shorter-than-poll"
    case heldShorterThanPoll = "held-shorter-than-poll"
    case historyTooShort = "history-too-short"
    case signalWithoutSource = "signal-without-source"
    case conditionNeverHolds = "condition-never-holds"
    case conditionAlwaysHolds = "condition-always-holds"
    case treeNotMonotone = "tree-not-monotone"
    case treeNotProven = "tree-not-proven"
    // Routing
    case ruleNeverMatches = "rule-never-matches"
    case ruleAlwaysMatches = "rule-always-matches"
    case ruleShadowed = "rule-shadowed"
    case colorNeverHolds = "color-never-holds"
    case tooManyColors = "too-many-colors"
    case unknownColor = "unknown-color"
    case trustsEverybody = "trusts-everybody"
    case layerTooNarrow = "layer-too-narrow"
    case strataWithoutArms = "strata-without-arms"
    case sameUsers = "same-users"
    case rulesOverlap = "rules-overlap"
    // Plugins
    case unknownPlugin = "unknown-plugin"
    case pluginSetting = "plugin-setting"
    // Notifications
    case unsignedWebhook = "unsigned-webhook"
    // Targets
    case serverInTwoRevisions = "server-in-two-revisions"
}

extension FindingCode {
    /// Why it matters and what to do, in a sentence or two.
    public var explanation: String {
        switch self {
        case .syntax: "The file is not YAML, or not one document; nothing of it is used."
        case .limit: "Files have limits, so that reading one can neither hang nor exhaust the controller."
        case .alias: "YAML anchors and aliases are not read: a few lines of them can stand for millions of nodes. Write the value out."
        case .wrongKind: "The file is of another kind, or of a version of the format that this program does not know."
        case .unknownKey: "A key that is not known would silently do nothing; most often it is misspelt."
        case .missingKey: "There is no default that would be safe to assume."
        case .wrongType: "The value has another form than the key takes."
        case .invalidValue: "The value lies outside what the key can be."
        case .duplicateName: "Decisions and evidence name nodes, rules and services; two of one name could not be told apart."
        case .literalSecret:
            "A policy is stored, digested and shown. A secret in it would be in every copy; write a reference that is resolved late."
        case .unsupported: "What is written has a meaning that this program does not have; it is refused rather than left out."
        case .expression: "The expression cannot be read."
        case .unknownSignal: "No plugin in use gives a signal of that name, so the condition could never be known."
        case .unknownName: "The expression uses a name or a function that does not exist."
        case .expressionType: "The operation can never succeed, or the comparison can never hold, for values of these types."
        case .signalRange: "The signal can never have that value, so the comparison is decided before anything was measured."
        case .weightsDoNotGrow: "A gray release gives the canary more traffic step by step; a stage that does not grow shows nothing new."
        case .fullStage: "At 100% no stable traffic is left to compare with. After its last stage a release goes to 100% and bakes anyhow."
        case .bigFirstStep: "The first stage decides how many users a bad revision can reach before anything is known about it."
        case .stageShorterThanPoll: "A stage that is over before a poll window ends is never judged."
        case .warmUpLongerThanStage:
            "New instances are left out of latency, GC and memory while they warm up; a stage as short as that sees none of them."
        case .samplesNeverMissing: "With samples: 0 there are never too few of them, so extend and then have no effect."
        case .samplesNotAwaited: "extend: 1x gives a stage with too few samples no more time; what then says comes at once."
        case .lagTooShort:
            "A window is read this long after it ends. Where that is shorter than the scrape interval, its last samples have not arrived."
        case .noBake: "Most slow faults (memory, connections, caches) show only after some time at full traffic."
        case .breachWithoutLevel:
            "A percentile of stable's own rates is passed by chance now and then, so that falseRollback bounds every verdict but this one."
        case .treeNotTotal: "Every evaluation must end in an action: the last node has no condition."
        case .unreachableNode:
            "The first node that holds wins; a node without a condition always holds, so nothing after it is ever reached."
        case .noRollback: "Without a node that rolls back, only a person can end a bad release."
        case .noveltyAlone:
            "Nearly every new revision writes something that was never written before; a new line says little until more of it follows or "
                + "users are worse off."
        case .neverAdvances: "Without a node that advances, no stage ever ends by itself."
        case .advancesBlindly:
            "A tree whose only conditions are about harm advances while nothing is known of them; ask for coverage and complete first."
        case .missingOtherwise: "observe judges what came since it began, and then needs to know what to do: hold, pause or rollback."
        case .observeShorterThanPoll: "observe judges only what came since it began; within less than one poll window nothing comes."
        case .heldShorterThanPoll: "A condition is looked at once per poll; held for less than that is the same as true once."
        case .historyTooShort: "A trend or a percentile of a few readings says nothing; with too few of them the condition stays unknown."
        case .conditionNeverHolds:
            "No readings make the condition true, so the node never decides; most often two parts contradict each other."
        case .conditionAlwaysHolds: "Whatever is known of the signals, the condition is true, so nothing after it is ever reached."
        case .treeNotMonotone:
            "Worse readings must never let a release go further than better ones: a node that is more permissive stands before one that is "
                + "more careful, or a comparison points the wrong way."
        case .treeNotProven: "Only what was proven is certain; the rest of the tree may be right, but nobody has shown it."
        case .signalWithoutSource: "None of the policy's plugins gives the signal, so the condition could never be known."
        case .ruleNeverMatches: "No request can match the condition, so the rule does nothing; most often two parts contradict each other."
        case .ruleAlwaysMatches: "Every request matches, so the weights and all rules after it never decide."
        case .ruleShadowed:
            "Rules are asked in their order and the first that matches decides: every request that matches this one was taken before."
        case .colorNeverHolds: "No request can match the condition, so nothing ever has the colour."
        case .tooManyColors: "The header of colours is bounded; what does not fit is left out."
        case .unknownColor:
            "No colour of this policy has that name, so only an earlier hop can have set it; without one the rule is asleep."
        case .trustsEverybody: "Colours from a trusted network are believed as they are, and lead past the weights."
        case .layerTooNarrow:
            "A release takes its participants from its own range of the layer; a stage beyond it has nowhere to take them from."
        case .strataWithoutArms: "Strata keep the shares among several arms; with one arm there is nothing to divide."
        case .sameUsers: "Two releases that draw from the same users disturb each other's figures: a fault of one shows in both."
        case .rulesOverlap: "A request that matches rules of two releases is in both, whatever their weights are."
        case .unsignedWebhook: "Without a secret the receiver cannot tell this controller's notifications from anybody else's."
        case .unknownPlugin: "A policy is applied only where every plugin that it names is loaded, and of the kind that belongs there."
        case .pluginSetting: "A plugin refuses settings that it does not have or cannot use; the policy would not be applied."
        case .serverInTwoRevisions: "One server runs one revision. Traffic for the canary would reach the stable revision, or the reverse."
        }
    }
}
