import EmbeddedPostgres
import Foundation
import PostgresClient
import ReleaseModel
import Testing

@testable import ReleaseStore

/// What somebody with psql and the program's login role can do to a release: nothing that the program could not.
@Suite struct PsqlTests {
    @Test func psqlAsTheApplicationRoleIsRefused() async throws {
        try await Bench.prepared { bench in
            let (release, lease) = try await bench.progressing()
            try await bench.expire(lease)
            let heir = try await bench.lease(release.id, by: "c2")
            let late = try Example.quiet(lease, version: 1).json().canonicalText
            var jump = Example.quiet(heir, version: 1)
            jump.state = .superseded
            jump.decisions = [NewDecision(decision: Example.decision(.supersede, .progressing, .superseded))]
            let illegal = try jump.json().canonicalText
            for (sql, sqlState) in [
                ("SELECT tidegate.commit($j$\(illegal)$j$)", "TG002"), ("SELECT tidegate.commit($j$\(late)$j$)", "TG001"),
                ("UPDATE tidegate.release_state SET state = 'promoted'", "42501"),
                ("UPDATE tidegate.decision SET reason = 'nothing'", "42501"),
                ("DELETE FROM tidegate.decision", "42501"), ("TRUNCATE tidegate.evidence", "42501"), ("SET ROLE tidegate_owner", "42501"),
                ("SET session_replication_role = replica", "42501"),
            ] {
                let outcome = try psql(sql, bench.address.with(user: "tidegate"))
                #expect(outcome.status == 1, "\(sql)")
                #expect(outcome.output.contains("ERROR:  \(sqlState):"), "\(sql): \(outcome.output)")
            }
            #expect(try psql("SELECT ref FROM tidegate.release", bench.address.with(user: "tidegate")).output.contains(release.id))
            #expect(try await bench.store.decisions(release: release.id).count == 1)
        }
    }

    private func psql(_ sql: String, _ address: DatabaseAddress) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["psql", "--no-psqlrc", "-v", "VERBOSITY=verbose", "-c", sql, address.connectionString]
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }
}
