import ArgumentParser

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read, check and replay the history; say what is kept.",
        discussion: """
              tidegate audit list --release checkout-7
              tidegate audit show 118
              tidegate audit replay --release checkout-7
              tidegate audit population --from 2026-10-01 --to 2027-01-01 --sample 25
              tidegate audit list --data ~/demo          # opens the folder's own database where no server runs
            """,
        subcommands: [
            AuditListCommand.self,
            AuditShowCommand.self,
            AuditReplayCommand.self,
            AuditBundleCommand.self,
            AuditExportCommand.self,
            AuditPopulationCommand.self,
            AuditHoldCommand.self,
            AuditRetentionCommand.self,
        ])
}
