import ReleaseModel
import ReleaseServer
import Testing

@testable import tidegate

@Suite struct ListOutputTests {
    @Test func releases() {
        let page = Page(
            items: [
                ReleaseSummary(
                    release: Samples.release(), stage: 1, verdict: .healthy, updatedAt: Samples.start, endedAt: nil,
                    lastDecision: Samples.decision(.advance)),
                ReleaseSummary(
                    release: Samples.release(state: .rolledBack, canary: "0%"), stage: nil, verdict: nil, updatedAt: Samples.start,
                    endedAt: Samples.start, lastDecision: nil),
            ], next: "checkout-6")
        #expect(
            ReleaseListCommand.lines(of: page, .plain) == [
                "RELEASE     SERVICE   REVISION  TARGET  STATE        WEIGHT  VERDICT  STARTED               BY                 BECAUSE",
                "checkout-7  checkout  v42       edge    progressing     25%  healthy  2026-11-21 02:00:00Z  jenkins for alice  stage complete",
                "checkout-7  checkout  v42       edge    rolledBack       0%           2026-11-21 02:00:00Z  jenkins for alice",
                "more: --after checkout-6",
            ])
        #expect(ReleaseListCommand.lines(of: Page(items: []), .plain) == ["no releases"])
    }

    @Test func decisions() {
        let page = Page(items: [
            Samples.decision(.rollback, id: 118, to: .rollingBack, before: "25%", after: "0%", because: "canary is worse")
        ])
        #expect(
            AuditListCommand.lines(of: page, .plain) == [
                "NUMBER  TIME                  RELEASE     DECISION  STATE                       WEIGHT     BECAUSE          BY          REASON",
                "   118  2026-11-21 02:01:00Z  checkout-7  rollback  progressing -> rollingBack  25% -> 0%  canary is worse  controller",
            ])
    }

    @Test func targets() {
        let target = Target(
            name: "edge", plugin: "nginx", nodes: [TargetNode(name: "edge-1", configuration: ["prefix": "/etc/nginx"])],
            services: [
                TargetService(name: "checkout", stable: "v41", revisions: [TargetRevision(name: "v41", servers: ["10.0.0.1:80"])]),
                TargetService(name: "search", stable: "s1", revisions: [TargetRevision(name: "s1", servers: ["10.0.0.2:80"])]),
            ])
        #expect(
            TargetListCommand.lines(of: [target], .plain) == [
                "TARGET  PLUGIN  NODES  SERVICE   STABLE  REVISIONS",
                "edge    nginx       1  checkout  v41     v41",
                "                       search    s1      s1",
            ])
        #expect(
            TargetShowCommand.lines(of: target, .plain) == [
                "edge  plugin nginx", "",
                "NODE    CONFIGURATION",
                "edge-1  {\"prefix\":\"/etc/nginx\"}", "",
                "SERVICE   REVISION      SERVERS",
                "checkout  v41 (stable)  10.0.0.1:80",
                "search    s1 (stable)   10.0.0.2:80",
            ])
    }

    @Test func tokensPluginsAndMigrations() {
        let tokens = [
            TokenView(name: "admin", role: "admin", createdBy: "first start", createdAt: Samples.start, revokedAt: nil),
            TokenView(name: "old", role: "intake", createdBy: "admin", createdAt: Samples.start, revokedAt: Samples.start + .seconds(1)),
        ]
        #expect(
            TokenListCommand.lines(of: tokens, .plain) == [
                "TOKEN  ROLE    CREATED               BY           STATE",
                "admin  admin   2026-11-21 02:00:00Z  first start  valid",
                "old    intake  2026-11-21 02:00:00Z  admin        revoked 2026-11-21 02:00:01Z",
            ])
        let plugin = PluginView(
            name: "HealthScore", alias: "health", kind: "scoring", version: "1.0.0", summary: "", file: "/x",
            sha256: String(repeating: "ab", count: 32),
            pinnedSHA256: nil, trusted: false, problem: "not pinned", signals: [])
        #expect(
            PluginListCommand.lines(of: [plugin], .plain) == [
                "PLUGIN       ALIAS   KIND     VERSION  SHA256        ISOLATION      STATE",
                "HealthScore  health  scoring  1.0.0    abababababab  child process  not pinned",
            ])
        #expect(
            DatabaseStatusCommand.lines(
                of: [MigrationShown(name: "0001_first", appliedAt: Samples.start), MigrationShown(name: "0002_second")], .plain)
                == ["MIGRATION    APPLIED", "0001_first   2026-11-21 02:00:00Z", "0002_second  pending"])
    }
}
