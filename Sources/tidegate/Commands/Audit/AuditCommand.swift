import ArgumentParser

struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Read, check and replay the history; say what is kept.",
        discussion: """
              tidegate audit list --release checkout-7
              tidegate audit show 118
              tidegate audit replay --release checkout-7
              tidegate audit population --from 2026-10-01 --to 2027-01-01 --sample 25
              tidegate audit verify history.ndjson --key log.pub --anchor checkpoints
              tidegate audit prove --decision 118
              tidegate audit list --data ~/demo          # opens the folder's own database where no server runs
            """,
        subcommands: [
            AuditListCommand.self,
            AuditShowCommand.self,
            AuditReplayCommand.self,
            AuditVerifyCommand.self,
            AuditProveCommand.self,
            AuditSnapshotCommand.self,
            AuditKeysCommand.self,
            AuditBundleCommand.self,
            AuditExportCommand.self,
            AuditPopulationCommand.self,
            AuditHoldCommand.self,
            AuditRetentionCommand.self,
        ])
}
