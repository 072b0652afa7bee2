import ArgumentParser

struct AnalyzeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "analyze", abstract: "Judge recorded figures of a canary and its baseline, as they would have been judged live.",
        discussion: """
            Reads comma-separated text, a saved range of Prometheus, or asks a Prometheus; needs no server, prints what was known after each poll, and the verdict: degraded, healthy,
            inconclusive or noData. Exits 0 whatever the verdict is, and 1 where the file cannot be read.

              tidegate analyze errors polls.csv
              tidegate analyze errors polls.csv --method a4 --svg evidence.svg
              tidegate analyze latency buckets.csv -o json
              tidegate analyze memory heap.csv --limit 30
            """,
        subcommands: [AnalyzeErrorsCommand.self, AnalyzeLatencyCommand.self, AnalyzeMemoryCommand.self])
}
