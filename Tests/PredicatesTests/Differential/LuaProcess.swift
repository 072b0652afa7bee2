import Foundation
import Predicates

/// A real Lua, as a child process that reads a file of cases, one a line, and answers one line each.
///
/// `E` is an error in evaluation, `S` a text that does not compile, otherwise type and value: `i:1`, `f:3ff0000000000000`, `s:6162`,
/// `true`, `nil`. LuaJIT, which has one type of number, answers `n:` and the double's bits.
struct LuaProcess {
    /// One expression and the two request values that it alone is evaluated with, as `header["v"]` and `header["w"]`.
    struct Case {
        let source: String
        var v: [UInt8]?
        var w: [UInt8]?
        /// Which of the shared requests it is evaluated over.
        var request = 0
    }

    let path: String
    /// Whether it is Lua 5.4, with its integers and floats.
    let isReference: Bool

    static let lua54 = find(["lua5.4"], isReference: true)
    static let luaJIT = find(["luajit", "luajit-2.1.0-beta3"], isReference: false)
    /// Cases of one child process; a long run takes several, so that neither side holds all of it.
    static let batch = 50_000
    /// A child that runs longer is ended: Lua itself bounds nothing.
    static let timeoutSeconds = 120

    private static func find(_ names: [String], isReference: Bool) -> LuaProcess? {
        ["/usr/bin", "/usr/local/bin"].lazy.flatMap { folder in names.map { "\(folder)/\($0)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
            .map { LuaProcess(path: $0, isReference: isReference) }
    }

    /// What Lua says to each case.
    func answers(to cases: [Case]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-lua-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "driver.lua")
        let input = folder.appending(path: "in")
        let output = folder.appending(path: "out")
        let functions = isReference ? LuaDriver.functions : ""
        try Data((LuaDriver.requests + functions + LuaDriver.main).utf8).write(to: script)
        try Data(cases.map(Self.line).joined(separator: "\n").utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["\(Self.timeoutSeconds)", path, script.path, input.path, output.path]
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(path: path, status: process.terminationStatus) }
        return try String(contentsOf: output, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    struct Failure: Error, CustomStringConvertible {
        let path: String
        let status: Int32
        var description: String { "\(path) ended with status \(status)\(status == 124 ? ": it took too long" : "")" }
    }

    private static func line(_ one: Case) -> String {
        "\(hex(Array(one.source.utf8))) \(one.v.map(hex) ?? "-")x \(one.w.map(hex) ?? "-")x \(one.request)"
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
