import LogMining
import ReleaseModel
import ReleaseStore

extension LogIntake {
    /// Services whose merged templates wait for the database. Beyond that the oldest are given up: their templates stay apart.
    static let pendingAliasLimit = 1000

    func takeAliases() { pendingAliases += collector.drainAliases() }

    /// Tells the database which templates are one.
    func flushAliases() async {
        let waiting = pendingAliases
        pendingAliases = []
        for (index, merged) in waiting.enumerated() {
            do {
                try await store.mergeLogTemplates(merged.aliases.map(LogTemplateMerge.init), service: merged.service)
            } catch let error as ReleaseError where error.code == .unavailable || error.code == .timedOut {
                tell(error)
                counters.flushFailures.add(1)
                pendingAliases = Array((waiting[index...] + pendingAliases).suffix(Self.pendingAliasLimit))
                return
            } catch {
                // The same would be refused again.
                tell(error)
                counters.flushFailures.add(1)
            }
        }
    }
}

extension LogTemplateMerge {
    init(_ alias: TemplateAlias) { self.init(alias: alias.alias, template: alias.template, text: alias.text) }
}
