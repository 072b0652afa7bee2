internal import LogMining
internal import PluginKit

/// The policy's `logs:` map as the plugin understands it.
struct SignalSettings {
    var comparison = LogComparisonSettings()
    var sequences: [SequenceRule] = []
    var scorer: ScorerSettings?
}

/// A model server that gives a score of its own.
struct ScorerSettings: Hashable {
    enum Mode: String, CaseIterable {
        /// The higher of both scores counts.
        case highest
        /// The scorer's alone counts.
        case replace
    }

    var url: String
    var secret: SecretReference?
    var authorityFile: String?
    var timeout = Duration.seconds(2)
    var mode = Mode.highest
}
