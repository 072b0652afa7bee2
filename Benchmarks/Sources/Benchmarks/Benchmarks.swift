import Foundation
import Predicates

/// Evaluates one routing rule over mixed requests, beside Lua 5.4 doing the same in the same run. Figures are ratios: how long
/// Tidegate takes for what Lua does in 1.
@main
struct Benchmarks {
    static let rule = #"header["x-canary"] == "true" and oneOf(cookie.region, {"sh", "bj"}) and path:match("^/cart/%d+") ~= nil"#
    static let iterations = 300_000
    static let rounds = 5

    static func main() throws {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(rule, slots: &slots, place: "benchmark")
        let requests = (0..<64).map { index in
            RequestView(slots) { field in
                switch field {
                case .header: index % 2 == 0 ? "true" : nil
                case .cookie: index % 3 == 0 ? "sh" : "gz"
                case .path: "/cart/\(index)"
                default: nil
                }
            }
        }
        guard let lua = ["/usr/bin/lua5.4", "/usr/local/bin/lua5.4"].first(where: FileManager.default.isExecutableFile) else {
            print("no lua5.4: run scripts/setup test")
            return
        }
        var own: [Double] = []
        var peer: [Double] = []
        var matches = 0
        for _ in 0..<rounds {
            let begin = ContinuousClock.now
            var failures = 0
            for index in 0..<iterations where predicate.matches(requests[index & 63], failures: &failures) { matches += 1 }
            own.append((ContinuousClock.now - begin) / .nanoseconds(iterations))
            peer.append(try seconds(of: lua) * 1e9 / Double(iterations))
        }
        let (ours, theirs) = (own.sorted()[rounds / 2], peer.sorted()[rounds / 2])
        print("rule evaluation, medians of \(rounds) interleaved rounds (\(matches) matches)")
        print("  Tidegate  \(text(ours / theirs)) of Lua 5.4's time  (\(Int(ours)) ns against \(Int(theirs)) ns)")
    }

    /// Lua's own clock around the same loop over the same requests.
    static func seconds(of lua: String) throws -> Double {
        let script = """
            local requests = {}
            for i = 0, 63 do
              requests[i] = {header = {["x-canary"] = i % 2 == 0 and "true" or nil}, cookie = {region = i % 3 == 0 and "sh" or "gz"}, path = "/cart/" .. i}
            end
            local function oneOf(x, list) for _, v in ipairs(list) do if v == x then return true end end return false end
            local regions = {"sh", "bj"}
            local matches, begin = 0, os.clock()
            for i = 0, \(iterations - 1) do
              local r = requests[i & 63]
              if r.header["x-canary"] == "true" and oneOf(r.cookie.region, regions) and r.path:match("^/cart/%d+") ~= nil then matches = matches + 1 end
            end
            print(os.clock() - begin)
            """
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: lua)
        process.arguments = ["-e", script]
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Double(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) ?? .nan
    }

    static func text(_ ratio: Double) -> String { String(format: "%.2f", ratio) }
}
