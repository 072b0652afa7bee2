import AuditVerifier
import Foundation
import Hashing
import PostgresClient
import ReleaseController
import ReleaseModel
import Testing
import TransparencyLog

@testable import ReleaseStore

@Suite struct HistoryTests {
    @Test func aCleanHistoryHolds() async throws {
        try await Site.with { site in
            #expect(try await site.verify().holds == false)  // Nothing is signed yet, so no key counts; the entries wait.
            try await site.live()
            let anchor = try await site.sign()
            let report = try await site.verify(anchors: [anchor])
            #expect(report.holds, "\(report.findings)")
            #expect(report.isKeyPinned && report.anchors == 1)
            #expect(report.coveredEntries > 20 && report.decisions == 5 && report.effects >= 3)
            let trusting = try await site.verify(keys: [])
            #expect(trusting.holds && !trusting.isKeyPinned)
            let stranger = try #require(NoteSigningKey(newNamed: site.key.first.name)).verifier.description
            #expect(try await site.verify(keys: [stranger]).findings.first?.code == .checkpoint)
        }
    }

    @Test func anEntrySaysWhoWhatAndFromWhere() async throws {
        try await Site.with { site in
            try await site.live()
            let entries = try await site.store.history(limit: 200)
            func entry(_ kind: String) throws -> JSONValue {
                let last = try #require(entries.last { $0.kind == kind })
                return try JSONValue(parsing: last.bytes)
            }
            for entry in entries {
                let value = try JSONValue(parsing: entry.bytes)
                #expect(value.canonicalBytes == entry.bytes, "\(entry.kind)")
                #expect(value["history"]?["id"]?.number == Double(entry.id))
            }
            let decision = try entry("decision")
            #expect(decision["change"]?["ticket"] == "T-1")
            #expect(decision["change"]?["buildURL"] == "https://ci/1")
            #expect(decision["change"]?["commit"] == "abc")
            #expect(decision["change"]?["artifactDigest"] == "sha256:00")
            #expect(decision["change"]?["traceID"] == "t")
            #expect(decision["change"]?["plugins"]?.array?.first?["version"] == "1.1")
            #expect(decision["clock"]?["controllerOffsetMicroseconds"]?.number == -120)
            #expect(decision["clock"]?["synchronized"] == true)
            #expect(decision["controller"] == "c1")
            #expect(decision["evidenceDigest"]?.string?.count == 64)
            #expect(decision["body"]?["path"]?.array?.isEmpty == false)
            let command = try JSONValue(parsing: try #require(entries.first { $0.kind == "command" }).bytes)
            #expect(command["actor"]?["onBehalfOfIs"] == "claimed")
            #expect(command["change"]?["service"] == "checkout")
            #expect(try entry("loginFailure")["count"]?.number == 3)
            #expect(
                Set(entries.map(\.kind)).isSuperset(of: [
                    "target", "policy", "plugin", "token", "release", "command", "decision", "effect", "outcome", "loginFailure", "rows",
                ]))
            // The same evidence is kept once: the first decision that rests on it tells of its row.
            let first = try JSONValue(parsing: try #require(entries.first { $0.kind == "decision" }).bytes)
            let rows = first["rows"]?.array ?? []
            #expect(rows.contains { $0["table"] == "decision" } && rows.contains { $0["table"] == "evidence" })
            #expect(!entries.contains { String(decoding: $0.bytes, as: UTF8.self).contains("secret_sha256\":\"\\\\x") })
        }
    }

    @Test func aChangeByHandIsRecordedWithItsLogin() async throws {
        try await Site.with { site in
            try await site.live()
            try await site.admin.execute("UPDATE tidegate.target_service SET stable = 'v3' WHERE name = 'checkout'")
            let entries = try await site.store.history(after: 0, limit: 500)
            let newest = try #require(entries.last)
            let last = try JSONValue(parsing: newest.bytes)
            let login = try await site.admin.query("SELECT session_user::text AS login").only()["login"].string()
            #expect(last["kind"] == "rows" && last["login"]?.string == login)
            #expect(last["rows"]?.array?.first?["row"]?["stable"] == "v3")
            let anchor = try await site.sign()
            let report = try await site.verify(anchors: [anchor])
            #expect(report.holds && (report.handEdits[login] ?? 0) >= 1)
            // A state that was set by hand is told of, and is not where the decisions lead.
            try await site.admin.execute("UPDATE tidegate.release_state SET state = 'paused' WHERE state = 'progressing'")
            try await site.sign()
            let state = try await site.verify(anchors: [anchor])
            #expect(state.findings.contains { $0.code == .decision && $0.table == "release_state" })
        }
    }

    @Test func weightsThatNobodyDecidedAreFound() async throws {
        try await Site.with { site in
            try await site.live()
            let (_, lease) = try await site.begin("b", of: "search")
            let effect = try #require(try await site.store.claimEffects(lease, kind: "setWeights").first)
            try await site.store.recordOutcome(
                effect: effect.id, lease: lease, result: .done,
                outcome: ["observed": [["node": "n1", "generation": 1, "weights": Site.json(Example.weights(9000))]]])
            let report = try await site.verify(anchors: [try await site.sign()])
            #expect(report.findings.map(\.code) == [.dataPlane])
        }
    }

    @Test func keysRotateAndBothVerify() async throws {
        try await Site.with { site in
            try await site.live()
            try await site.sign()
            let next = try #require(NoteSigningKey(newNamed: site.key.first.name))
            try site.key.write([next, site.key.first])
            try await site.begin("b", of: "search")
            let both = try await site.sign()
            let new = next.verifier.description
            for key in [site.key.verifier, new] {
                let report = try await site.verify(anchors: [both], keys: [key])
                #expect(report.holds, "\(report.findings)")
            }
            try site.key.write([next])
            try await site.store.recordRefusedCalls(["count": 1])
            let alone = try await site.sign()
            #expect(SignedNote(alone)?.signatures.count == 1)
            // Whoever knows only the old key follows by the head that both have signed.
            #expect(try await site.verify(anchors: [both]).holds)
            #expect(try await site.verify(keys: [new]).holds)
            #expect(try await site.verify().findings.first?.code == .checkpoint)
        }
    }

    @Test func oneControllerNumbersAtATime() async throws {
        try await Site.with { site in
            try await site.live()
            try await site.sign()
            for round in 0..<5 {
                try await site.store.recordRefusedCalls(["count": .number(Double(round))])
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for controller in ["c1", "c2", "c3"] {
                        group.addTask { try? await site.sequencer(controller).sequence() }
                    }
                    try await group.waitForAll()
                }
            }
            try await site.sign()
            #expect(try await site.store.waitingLeaves(limit: 1).isEmpty)
            #expect(try await site.verify().holds)
        }
    }

    @Test func aHeadThatItDidNotSignStopsTheSequencer() async throws {
        try await Site.with { site in
            try await site.live()
            try await site.sign()
            try await site.admin.transaction { transaction in
                try await transaction.execute("SET LOCAL session_replication_role = replica")
                try await transaction.execute(
                    "UPDATE tidegate.log_tile SET digests = set_byte(digests, 1, get_byte(digests, 1) # 1) WHERE level = 0")
            }
            try await site.store.recordRefusedCalls(["count": 1])
            await #expect(throws: ReleaseError(.unavailable, "")) { try await site.sequencer().sequence() }
            #expect(try await site.store.waitingLeaves(limit: 1).count == 1)
        }
    }

    @Test func everyEntryIsProvenAndEveryHeadIsABeginning() async throws {
        try await Site.with { site in
            try await site.live()
            let oldNote = try #require(SignedNote(try await site.sign()))
            let old = try #require(LogCheckpoint(text: oldNote.text))
            try await site.begin("b", of: "search")
            let note = try #require(SignedNote(try await site.sign()))
            let head = try #require(LogCheckpoint(text: note.text))
            #expect(note.isSigned(by: site.key.first.verifier) && head.size > old.size)
            for entry in try await site.store.history(limit: 500) {
                let proven = try await site.store.proof(ofEntry: entry.id)
                #expect(proven.proof.root(leaf: MerkleTree.leafHash(of: entry.bytes)) == head.root)
            }
            let proof = try await site.store.consistencyProof(from: old.size, to: head.size)
            #expect(proof.holds(oldRoot: old.root, newRoot: head.root))
            let decision = try #require(try await site.store.decisions(release: nil).last)
            let entry = try await site.store.entry(ofDecision: decision.id)
            #expect(try await site.store.proof(ofEntry: entry).entry.decision == decision.id)
        }
    }

    @Test func headsAreAnchoredInAFileAndInGit() async throws {
        try await Site.with { site in
            try await site.live()
            let folder = "/tmp/tidegate-anchor-\(secureRandomBytes(8).hex)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            #expect(try Self.git(folder, "init", "--quiet").status == 0)
            let note = try await site.sign()
            for anchor in [FileAnchor(path: folder + "/heads"), GitAnchor(folder: folder)] as [any CheckpointAnchor] {
                try await anchor.put(note, size: 1)
            }
            try await site.begin("b", of: "search")
            let later = try await site.sign()
            try await FileAnchor(path: folder + "/heads").put(later, size: 2)
            let kept = Trust.notes(in: try String(contentsOfFile: folder + "/heads", encoding: .utf8))
            #expect(kept == [note, later])
            #expect(try await site.verify(anchors: kept).holds)
            #expect(Trust.notes(in: try Self.git(folder, "show", "HEAD:checkpoints").output) == [note])
            await #expect(throws: ReleaseError.self) { try await GitAnchor(folder: folder + "/missing").put(note, size: 1) }
        }
    }

    private static func git(_ folder: String, _ arguments: String...) throws -> (status: Int32, output: String) {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["git", "-C", folder] + arguments
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: output, as: UTF8.self))
    }

    @Test func anExportThatIsCutOrSpoiledIsRefused() async throws {
        try await Site.with { site in
            try await site.live()
            try await site.sign()
            let export = try await site.export()
            let keys = [site.key.verifier]
            #expect(Site.verify(export, keys: keys).holds)
            #expect(!Site.verify([], keys: keys).holds)
            #expect(!Site.verify(Array(export.dropLast(30)), keys: keys).holds)
            #expect(!Site.verify(Array(export.dropFirst(30)), keys: keys).holds)
            #expect(!Site.verify(export + Array("{\"row\":{},\"table\":\"x\"}\n".utf8), keys: keys).holds)
            // In chunks of any size it is the same.
            var verifier = HistoryVerifier(trust: Trust(keys: keys))
            var rest = export[...]
            while !rest.isEmpty {
                rest.prefix(777).withUnsafeBytes { verifier.feed($0) }
                rest = rest.dropFirst(777)
            }
            #expect(verifier.finish().holds)
        }
    }
}
