import ArgumentParser

struct ReleaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Start, watch and steer releases.",
        discussion: """
            A release is named by its reference (checkout-7), or by its service for the active or newest release of it.

              tidegate release start checkout --to v42 --policy checkout --reason "new basket"
              tidegate release watch checkout
              tidegate release pause checkout --reason "support reports odd totals"
            """,
        subcommands: [
            ReleaseStartCommand.self, ReleaseListCommand.self, ReleaseShowCommand.self, ReleaseWatchCommand.self,
            ReleaseStatusCommand.self, ReleaseRetryCommand.self, ReleasePauseCommand.self, ReleaseResumeCommand.self,
            ReleasePromoteCommand.self,
            ReleaseAbortCommand.self, ReleaseApproveCommand.self, ReleaseRejectCommand.self,
        ])
}
