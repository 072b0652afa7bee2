import Foundation

/// A real Lua 5.4 that evaluates a file of expressions, one per line, and answers one line each.
enum LuaProcess {
    static let path = ["/usr/bin/lua5.4", "/usr/local/bin/lua5.4"].first { FileManager.default.isExecutableFile(atPath: $0) }

    /// `E` for an error in evaluation, `S` for a text that does not compile, otherwise type and value: `i:1`, `f:3ff0000000000000`, `s:6162`.
    static let driver = #"""
        local input, output = io.open(arg[1], "rb"), io.open(arg[2], "wb")
        local environment = {
          header = {a = "alpha", n = "42"}, cookie = {uid = "user-42", f = "2.5"}, query = {debug = "1", hex = "0x1F"},
          client = {address = "10.1.2.3"}, path = "/api/v1/users", method = "GET", host = "shop.example", scheme = "https",
          request = {target = "/api/v1/users?debug=1&hex=0x1F"}, string = string, tonumber = tonumber, tostring = tostring,
        }
        local function hex(text) return (text:gsub(".", function(c) return string.format("%02x", c:byte()) end)) end
        for line in input:lines() do
          local source = (line:gsub("%x%x", function(h) return string.char(tonumber(h, 16)) end))
          local chunk = load("return " .. source, "=x", "t", environment)
          if not chunk then
            output:write("S\n")
          else
            local ok, value = pcall(chunk)
            local kind = math.type(value) or type(value)
            if not ok then output:write("E\n")
            elseif kind == "integer" then output:write("i:", string.format("%d", value), "\n")
            elseif kind == "float" then output:write("f:", value ~= value and "nan" or hex(string.pack(">d", value)), "\n")
            elseif kind == "string" then output:write("s:", hex(value), "\n")
            else output:write(tostring(value), "\n") end
          end
        end
        output:close()
        """#

    /// What Lua says to each expression.
    static func answers(to sources: [String]) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-lua-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "driver.lua")
        let input = folder.appending(path: "in")
        let output = folder.appending(path: "out")
        try Data(driver.utf8).write(to: script)
        try Data(sources.map { hex(Array($0.utf8)) }.joined(separator: "\n").utf8).write(to: input)
        let process = Process()
        process.executableURL = URL(filePath: path ?? "")
        process.arguments = [script.path, input.path, output.path]
        try process.run()
        process.waitUntilExit()
        let text = try String(contentsOf: output, encoding: .utf8)
        return text.split(separator: "\n").map(String.init)
    }

    static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
