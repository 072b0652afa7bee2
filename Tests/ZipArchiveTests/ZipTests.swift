import Foundation
import Testing
import ZipArchive

@Suite struct ZipTests {
    private static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = "/tmp/tidegate-zip-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }

    private static func write(_ folder: String, _ files: [(String, String)], time: Int64 = 1_790_000_000) throws -> String {
        let writer = try ZipWriter(path: folder + "/a.zip", time: time)
        for (index, file) in files.enumerated() {
            try file.1.write(toFile: folder + "/\(index)", atomically: true, encoding: .utf8)
            try writer.add(file.0, file: folder + "/\(index)")
        }
        try writer.close()
        return folder + "/a.zip"
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        try Self.withFolder { folder in
            let long = String(repeating: "evidence ", count: 50_000)
            let path = try Self.write(folder, [("README.md", "read me"), ("evidence/ü.json", long), ("empty", "")])
            let reader = try ZipReader(path: path)
            #expect(reader.names == ["README.md", "evidence/ü.json", "empty"])
            #expect(try reader.read("README.md", maximumBytes: 100) == Array("read me".utf8))
            #expect(try reader.read("evidence/ü.json", maximumBytes: 1 << 20) == Array(long.utf8))
            #expect(try reader.read("empty", maximumBytes: 0) == [])
            #expect(try reader.read("absent", maximumBytes: 1) == nil)
            let size = try #require(try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
            #expect(size < long.utf8.count / 10, "members are compressed")
        }
    }

    @Test func theSameContentIsTheSameArchive() throws {
        try Self.withFolder { folder in
            let path = try Self.write(folder, [("a", "1"), ("b", "2")])
            let first = FileManager.default.contents(atPath: path)
            #expect(try FileManager.default.contents(atPath: Self.write(folder, [("a", "1"), ("b", "2")])) == first)
        }
    }

    @Test func anotherReaderUnderstandsIt() throws {
        try Self.withFolder { folder in
            let path = try Self.write(folder, [("a/b.txt", "hello"), ("c", "x")])
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/python3")
            process.arguments = [
                "-c", "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; print(z.namelist())", path,
            ]
            let pipe = Pipe()
            process.standardOutput = pipe
            try process.run()
            process.waitUntilExit()
            #expect(process.terminationStatus == 0)
            #expect(String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self) == "['a/b.txt', 'c']\n")
        }
    }

    @Test func aMemberThatUnpacksTooLargeIsRefused() throws {
        try Self.withFolder { folder in
            let path = try Self.write(folder, [("bomb", String(repeating: "0", count: 1 << 20))])
            let reader = try ZipReader(path: path)
            #expect(throws: ZipError.self) { try reader.read("bomb", maximumBytes: 1 << 16) }
        }
    }

    @Test func damageAndAbsenceAreErrors() throws {
        try Self.withFolder { folder in
            #expect(throws: ZipError.self) { _ = try ZipReader(path: folder + "/absent.zip") }
            let path = try Self.write(folder, [("a", String(repeating: "abcdefg", count: 1000))])
            var bytes = try #require(FileManager.default.contents(atPath: path))
            bytes[60] ^= 0xFF
            try bytes.write(to: URL(filePath: path))
            let reader = try ZipReader(path: path)
            #expect(throws: ZipError.self) { try reader.read("a", maximumBytes: 1 << 20) }
            #expect(throws: ZipError.self) {
                let writer = try ZipWriter(path: folder + "/none/a.zip", time: 0)
                try writer.add("a", file: folder + "/0")
                try writer.close()
            }
        }
    }
}
