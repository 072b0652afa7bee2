import ArgumentParser

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs", abstract: "Find the templates of log files, compare them, and send logs or their counts to a server.",
        discussion: """
            A template is a log line with `<*>` where something varies. One built-in setting serves every format: plain text, JSON, logfmt,
            stack traces.

              tidegate logs mine app.log --assignments
              tidegate logs compare stable.log canary.log
              tidegate logs tail app.log --service checkout --revision v42
              tail -F app.log | tidegate logs collect - --service checkout --revision v42
            """,
        subcommands: [LogsMineCommand.self, LogsCompareCommand.self, LogsTailCommand.self, LogsCollectCommand.self])
}
