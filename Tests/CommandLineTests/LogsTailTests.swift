import Foundation
import ReleaseModel
import ReleaseStore
import Testing

@testable import tidegate

/// Log files that are followed while they grow, are rotated and truncated.
@Suite struct LogsTailTests {
    private func append(_ text: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) { FileManager.default.createFile(atPath: path, contents: nil) }
        let handle = try #require(FileHandle(forWritingAtPath: path))
        try handle.seekToEnd()
        try handle.write(contentsOf: Data(text.utf8))
        try handle.close()
    }

    /// Everything that can be read now.
    private func drain(_ follower: inout FileFollower, atEnd: Bool = false) throws -> [String] {
        var lines: [String] = []
        var quiet = 0
        // A replaced file is closed in one turn and the new one opened in the next.
        while quiet < 3 {
            let more = try follower.lines(atEnd: atEnd)
            quiet = more.isEmpty ? quiet + 1 : 0
            lines += more
        }
        return lines
    }

    @Test func aFileIsFollowedFromItsEndThroughRotationAndTruncation() async throws {
        try await TemporaryFolder.run { folder in
            let path = folder.path + "/app.log"
            try append("old\n", to: path)
            var follower = FileFollower(path: path, fromStart: false)
            #expect(try drain(&follower).isEmpty)
            try append("one\ntw", to: path)
            #expect(try drain(&follower) == ["one"])
            try append("o\nthree", to: path)
            #expect(try drain(&follower) == ["two"])
            // Rotated: what the old file still gets belongs to it, its last line included.
            try FileManager.default.moveItem(atPath: path, toPath: path + ".1")
            try append(" and more\nlast", to: path + ".1")
            #expect(try drain(&follower) == ["three and more"])
            try append("new\n", to: path)
            #expect(try drain(&follower) == ["last", "new"])
            // Truncated in place.
            try Data("x\n".utf8).write(to: URL(fileURLWithPath: path))
            #expect(try drain(&follower) == ["x"])
            #expect(follower.rotations >= 2)
        }
    }

    /// A line that spans several pieces ends nothing: it is cut, and what stands behind it is read in the same call.
    @Test func aLineLongerThanAPieceIsCutAndPassed() async throws {
        try await TemporaryFolder.run { folder in
            let path = folder.path + "/long.log"
            let long = String(repeating: "x", count: 3 * FileFollower.pieceBytes + 7)
            try append(long + "\nbehind\n", to: path)
            var follower = FileFollower(path: path, fromStart: true)
            let lines = try follower.lines(atEnd: true)
            #expect(lines.map(\.utf8.count) == [FileFollower.lineBytes, 6] && lines.last == "behind")
            #expect(follower.cutLines == 1)
        }
    }

    @Test func aFolderIsNoLogFile() async throws {
        try await TemporaryFolder.run { folder in
            var follower = FileFollower(path: folder.path, fromStart: true)
            let error = #expect(throws: ReleaseError.self) { try follower.lines(atEnd: true) }
            #expect(error?.reason == "this is a folder, not a file")
        }
    }

    @Test func aFileThatComesLaterIsReadFromItsBeginning() async throws {
        try await TemporaryFolder.run { folder in
            let path = folder.path + "/later.log"
            var follower = FileFollower(path: path, fromStart: false)
            #expect(try drain(&follower).isEmpty)
            try append("first\r\nsecond", to: path)
            #expect(try drain(&follower) == ["first"])
            #expect(try drain(&follower, atEnd: true) == ["second"])
            var none = FileFollower(path: folder.path + "/none", fromStart: true)
            #expect(throws: ReleaseError.self) { try none.lines(atEnd: true) }
        }
    }

    @Test func longLinesAndManyComeInBoundedPieces() async throws {
        try await TemporaryFolder.run { folder in
            let path = folder.path + "/big.log"
            try append(String(repeating: "a", count: 3 * FileFollower.lineBytes) + "\n" + String(repeating: "b\n", count: 5000), to: path)
            var follower = FileFollower(path: path, fromStart: true)
            var lines: [String] = []
            while true {
                let more = try follower.lines(atEnd: true)
                #expect(more.count <= FileFollower.linesAtOnce)
                if more.isEmpty { break }
                lines += more
            }
            #expect(lines.count == 5001)
            #expect(lines.first?.utf8.count == FileFollower.lineBytes)
            #expect(follower.cutLines == 1)
        }
    }

    @Test func linesArriveAsCounts() async throws {
        try await LiveServer.run { server in
            try await TemporaryFolder.run { folder in
                let file = try folder.write("ERROR payment 17 failed\nERROR payment 18 failed\nINFO fine\n", to: "app.log")
                let now = try await server.store.now()
                let run = await server.run(
                    "logs", "tail", file, "--service", "checkout", "--revision", "v42", "--instance", "i-1", "--once", "-o", "json")
                #expect(run.code == 0, "\(run.errors)")
                let figures = try JSONValue(parsing: run.output.utf8)
                #expect(figures["lines"] == 3 && figures["refused"] == 0)
                let deadline = ContinuousClock.now + .seconds(20)
                var counts: [RevisionLogCount] = []
                while counts.reduce(0, { $0 + $1.count.count }) < 3, ContinuousClock.now < deadline {
                    counts = try await server.store.logCounts(
                        service: "checkout", revisions: ["v42"], after: now - .seconds(60), through: now + .seconds(60))
                    await Task.yield()
                }
                #expect(Set(counts.map(\.count.instance)) == ["i-1"])
                #expect(counts.reduce(0) { $0 + $1.count.count } == 3)
            }
        }
    }

    @Test func aTokenThatIsNotTakenEndsIt() async throws {
        try await LiveServer.run { server in
            try await TemporaryFolder.run { folder in
                let file = try folder.write("x\n", to: "app.log")
                let other = LiveServer(store: server.store, url: server.url, token: "tdg_nobody")
                let run = await other.run("logs", "tail", file, "--service", "checkout", "--revision", "v42", "--once")
                #expect(run.code != 0)
                #expect(run.errors.contains("does not take logs from this token"))
                #expect(await server.run("logs", "tail", file, "--service", "a b", "--revision", "v42").code != 0)
            }
        }
    }
}
