import Foundation
import Glibc
import Testing

@testable import EmbeddedPostgres

/// Which PostgreSQL is taken, on folders made to look like installations.
@Suite struct InstallationTests {
    private func install(_ folder: String, version: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for program in PostgresBinaries.needed {
            try "#!/bin/sh\necho 'postgres (PostgreSQL) \(version)'\n".write(
                toFile: "\(folder)/\(program)", atomically: false, encoding: .utf8)
            chmod("\(folder)/\(program)", 0o755)
        }
    }

    @Test func theNewestOfDebianIsTakenUnlessTheDataNeedsAnother() async throws {
        try await TemporaryFolder.with { folder in
            for version in ["9", "15", "16"] { try install("\(folder.path)/\(version)/bin", version: version) }
            try FileManager.default.removeItem(atPath: "\(folder.path)/16/bin/initdb")
            func find(_ major: Int?) async throws -> Int {
                try await PostgresBinaries.find(given: nil, major: major, environment: [:], debianFolder: folder.path).major
            }
            #expect(try await find(nil) == 15)
            #expect(try await find(9) == 9)
            #expect(try await find(12) == 15)
        }
    }

    @Test func whatIsNamedComesFirstAndPathLast() async throws {
        try await TemporaryFolder.with { folder in
            try install("\(folder.path)/named", version: "14.3 (Debian 14.3-1)")
            try install("\(folder.path)/path", version: "17beta1")
            let environment = ["TIDEGATE_POSTGRES_BIN": "\(folder.path)/named", "PATH": "/nowhere:\(folder.path)/path"]
            let none = "\(folder.path)/none"
            let named = try await PostgresBinaries.find(given: nil, major: nil, environment: environment, debianFolder: none)
            #expect(named == PostgresBinaries(folder: "\(folder.path)/named", major: 14))
            let given = try await PostgresBinaries.find(
                given: "\(folder.path)/path", major: nil, environment: environment, debianFolder: none)
            #expect(given.major == 17)
            let last = try await PostgresBinaries.find(
                given: nil, major: nil, environment: ["PATH": environment["PATH"] ?? ""], debianFolder: none)
            #expect(last.folder == "\(folder.path)/path")
        }
    }

    @Test func aMissingInstallationIsAClearError() async throws {
        let none = ["PATH": "/nowhere"]
        #expect(
            await code { try await PostgresBinaries.find(given: nil, major: nil, environment: none, debianFolder: "/nowhere") }
                == .notInstalled)
        #expect(await code { try await PostgresBinaries.find(given: "/nowhere", major: nil, environment: none) } == .notInstalled)
    }

    @Test func aCommandThatDoesNotEndIsKilled() async throws {
        #expect(await code { try await ChildProcess.run("/bin/sleep", ["600"], user: nil, timeout: .milliseconds(50)) } == .commandFailed)
    }

    @Test func aChildInheritsNothing() async throws {
        let open = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(open) }
        let outcome = try await ChildProcess.run("/bin/ls", ["/proc/self/fd"], user: nil, timeout: .seconds(10))
        #expect(outcome.succeeded)
        // The fourth is ls reading the folder.
        #expect(outcome.output.split(separator: "\n") == ["0", "1", "2", "3"])
        let place = try await ChildProcess.run("/bin/sh", ["-c", "pwd; exit 3"], user: nil, timeout: .seconds(10))
        #expect(place.output == "/\n" && place.exitStatus == 3)
    }
}
