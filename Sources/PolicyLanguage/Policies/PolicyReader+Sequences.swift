internal import LogMining
internal import Predicates
internal import ReleaseModel

extension PolicyReader {
    private static let sequencePlugins = [PolicyDefaults.logsPlugin, "LogSignals", "logs"]

    /// Checks the log sequences where they stand in the file.
    mutating func readSequences(_ node: DocumentNode, _ logs: PluginUse?) {
        guard let logs, Self.sequencePlugins.contains(logs.plugin), let list = node["sequences"] else { return }
        let problems = SequenceRule.read(logs.configuration["sequences"]).problems
        var entries: [DocumentNode] = []
        if case .sequence(let nodes) = list.content { entries = nodes }
        for problem in problems {
            let entry = problem.index < entries.count ? entries[problem.index] : list
            addFinding(problem, at: problem.member.isEmpty ? entry : entry[problem.member] ?? entry, entry: entry)
        }
    }

    private mutating func addFinding(_ problem: SequenceRule.Problem, at node: DocumentNode, entry: DocumentNode) {
        guard problem.member == "pattern", let source = node.text else {
            let what = problem.member.isEmpty ? "the sequence" : "'\(problem.member)'"
            report.error(.invalidValue, "\(what) \(problem.error.message)", at: node.position, suggestion: problem.error.suggestion)
            return
        }
        let place = report.expressionPlace(node)
        let lines = source.prefix(problem.error.offset).split(separator: "\n", omittingEmptySubsequences: false)
        let column = lines.last?.count ?? 0
        let shown = SourcePlace(
            file: place.file, line: place.line + max(0, lines.count - 1), column: lines.count > 1 ? column + 1 : place.column + column)
        let text = source.split(separator: "\n", omittingEmptySubsequences: false)[max(0, lines.count - 1)]
        report.add(
            Finding(
                ExpressionError(
                    code: .syntax, message: problem.error.message, place: shown, lineText: String(text), caret: column,
                    suggestion: problem.error.suggestion), overSignals: false))
    }
}
