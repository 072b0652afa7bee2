import Foundation
import Testing

@testable import tidegate

/// `tidegate serve` as a process of its own, with its private database.
@Suite struct ServeProcessTests {
    @Test func aServerComesAndGoesAndItsFolderRemains() async throws {
        try await TemporaryFolder.run { folder in
            let data = "\(folder.path)/data"
            let first = try Program.serve(data: data, plugins: folder.path)
            let url = try await first.url()
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(data)/token")
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            let status = await ParsingTests.run(["status", "--data", data])
            #expect(status.code == 0, "\(status.errors)")
            #expect(status.output.contains("you are admin (admin)"))

            // The folder and the port are taken; a second server says so and harms nothing.
            let port = try #require(URL(string: url)?.port)
            let second = try Program.serve(data: "\(folder.path)/other", plugins: folder.path, listen: "127.0.0.1:\(port)")
            #expect(try await second.end() == 1)
            #expect(second.errors.contains("port \(port) is in use by another program"), "\(second.errors)")
            #expect(second.errors.contains("--listen"))
            #expect(await ParsingTests.run(["status", "--data", data]).code == 0)

            first.interrupt()
            #expect(try await first.end() == 0, "\(first.errors)")
            #expect(!FileManager.default.fileExists(atPath: "\(data)/server"))

            // Without a server, what only reads opens the folder's database; what does not says what is missing.
            let tokens = await ParsingTests.run(["token", "list", "--data", data])
            #expect(tokens.code == 0, "\(tokens.errors)")
            #expect(tokens.output.contains("admin  admin"))
            #expect(await ParsingTests.run(["audit", "list", "--data", data]).output == "no decisions\n")
            let pause = await ParsingTests.run(["release", "pause", "x", "--reason", "y", "--data", data])
            #expect(pause.code == 1)
            #expect(pause.errors.contains("no server runs on this folder"))
            let migrations = await ParsingTests.run(["db", "status", "--data", data])
            #expect(migrations.code == 0, "\(migrations.errors)")
            #expect(migrations.output.contains("0001_"))
            #expect(!migrations.output.contains("pending"))
        }
    }

    @Test func aKilledServerIsTakenUpAgainWithTheSameToken() async throws {
        try await TemporaryFolder.run { folder in
            let data = "\(folder.path)/data"
            let first = try Program.serve(data: data, plugins: folder.path)
            _ = try await first.url()
            let token = try String(contentsOfFile: "\(data)/token", encoding: .utf8)
            first.kill()
            _ = try await first.end()
            let second = try Program.serve(data: data, plugins: folder.path)
            _ = try await second.url()
            #expect(try String(contentsOfFile: "\(data)/token", encoding: .utf8) == token)
            #expect(await ParsingTests.run(["status", "--data", data]).code == 0)
            second.interrupt()
            #expect(try await second.end() == 0, "\(second.errors)")
        }
    }
}
