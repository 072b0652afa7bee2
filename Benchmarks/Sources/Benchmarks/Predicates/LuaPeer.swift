import Foundation

/// A Lua that runs a script and says how many nanoseconds of processor time an evaluation took, by its own `os.clock`.
struct LuaPeer {
    let name: String
    let path: String
    let arguments: [String]

    static let lua54 = find("Lua 5.4", ["lua5.4"], [])
    static let luaJIT = find("LuaJIT", ["luajit"], [])
    static let luaJITInterpreter = find("LuaJIT interpreter", ["luajit"], ["-joff"])

    private static func find(_ name: String, _ names: [String], _ arguments: [String]) -> LuaPeer? {
        ["/usr/bin", "/usr/local/bin"].lazy.flatMap { folder in names.map { "\(folder)/\($0)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
            .map { LuaPeer(name: name, path: $0, arguments: arguments) }
    }

    struct Answer {
        let nanoseconds: Double
        /// How often the rule held: both sides must have done the same work.
        let matches: Int
    }

    struct Failure: Error, CustomStringConvertible { let description: String }

    /// Runs `script`, which prints nanoseconds per evaluation and the count of matches.
    func run(_ script: String) throws -> Answer {
        let file = FileManager.default.temporaryDirectory.appending(path: "tidegate-bench-\(UUID().uuidString).lua")
        try Data(script.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["60", path] + arguments + [file.path]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        let words = text.split(whereSeparator: \.isWhitespace)
        guard process.terminationStatus == 0, words.count == 2, let nanoseconds = Double(words[0]), let matches = Int(words[1]) else {
            throw Failure(description: "\(path) ended with status \(process.terminationStatus) and said: \(text.prefix(500))")
        }
        return Answer(nanoseconds: nanoseconds, matches: matches)
    }

    /// A script around `body`, which evaluates once for every `request` and counts `matches`; one pass warms up.
    static func script(_ before: String, body: String, passes: Int) -> String {
        """
        \(before)
        local matches = 0
        local function pass() for index = 1, \(MixedRequests.count) do
          local request = requests[index]
          \(body)
        end end
        for _ = 1, 20 do pass() end
        matches = 0
        local begin = os.clock()
        for _ = 1, \(passes) do pass() end
        print((os.clock() - begin) * 1e9 / \(MixedRequests.count * passes), string.format("%d", matches))
        """
    }
}
