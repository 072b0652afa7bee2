import Foundation
import Predicates

/// Evaluation of routing rules, compiled once and evaluated over mixed requests.
enum PredicateBenchmark {
    /// Passes over all requests in one round.
    static let passes = 300
    static let rule = #"header["x-canary"] == "true" and header["x-region"] == "sh" and crc32(cookie.uid) % 100 < 30"#

    /// Rules that differ in their constants; none of them is another.
    static let rules = (0..<64).map { index in
        let canary = index % 2 == 0 ? "true" : "false"
        let region = ["sh", "bj", "guangzhou", "chengdu"][index / 2 % 4]
        return #"header["x-canary"] == "\#(canary)" and header["x-region"] == "\#(region)" and crc32(cookie.uid) % 100 < \#(index + 20)"#
    }

    private static let unit = "ns of processor time per evaluation, loop included"

    static func one(rounds: Int) throws -> BenchmarkResult {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(rule, slots: &slots, place: "rule:1:1")
        let views = MixedRequests.views(slots)
        var contenders = [
            PredicateContender(name: "Tidegate, compiled", atMost: nil) {
                measure(views) { try predicate.evaluate($0) }
            }
        ]
        let body = "if \(lua(rule)) then matches = matches + 1 end"
        contenders += luaContenders(body, limits: [1, nil, nil])
        contenders.append(
            PredicateContender(name: "Swift, written by hand over the same slots", atMost: 2.2) {
                measure(views) { try HandWritten.rule($0) }
            })
        let foundation = FoundationRules.rule(canary: "true", region: "sh", below: 30)
        contenders.append(
            PredicateContender(name: "Foundation's Predicate", atMost: nil) {
                measure(FoundationRules.requests) { try foundation.evaluate($0) }
            })
        return try PredicateContender.compare(
            "one rule, mixed requests", unit: unit, rounds: rounds, contenders, notices: missing)
    }

    static func many(rounds: Int) throws -> BenchmarkResult {
        var slots = RequestSlots()
        let predicates = try rules.map { try RequestPredicate($0, slots: &slots, place: "rule:1:1") }
        let views = MixedRequests.views(slots)
        var contenders = [
            PredicateContender(name: "Tidegate, compiled", atMost: nil) {
                var turn = 0
                return measure(views) { view in
                    turn = (turn + 1) & 63
                    return try predicates[turn].evaluate(view)
                }
            }
        ]
        let functions = rules.map { "function(request) return \(lua($0)) end" }.joined(separator: ",\n")
        let body = """
            turn = turn + 1
            if turn > 64 then turn = 1 end
            if rules[turn](request) then matches = matches + 1 end
            """
        contenders += luaContenders(
            body, before: "local rules = {\(functions)}\ntable.insert(rules, table.remove(rules, 1))\nlocal turn = 0\n",
            limits: [0.5, 0.5, 0.5])
        let foundation = rules.indices.map { index in
            FoundationRules.rule(
                canary: index % 2 == 0 ? "true" : "false", region: ["sh", "bj", "guangzhou", "chengdu"][index / 2 % 4], below: index + 20)
        }
        contenders.append(
            PredicateContender(name: "Foundation's Predicate", atMost: nil) {
                var turn = 0
                return measure(FoundationRules.requests) { request in
                    turn = (turn + 1) & 63
                    return try foundation[turn].evaluate(request)
                }
            })
        return try PredicateContender.compare("64 distinct rules in turn", unit: unit, rounds: rounds, contenders, notices: missing)
    }

    /// Each evaluation begins with the raw values: the view is filled, the hash computed; Lua makes the tables and computes the hash.
    static func fromRawValues(rounds: Int) throws -> BenchmarkResult {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(rule, slots: &slots, place: "rule:1:1")
        let raw = MixedRequests.all.map { one in
            slots.fields.map { field in
                switch field {
                case .header("x-canary"): one.canary.map { Array($0.utf8) }
                case .header("x-region"): Array(one.region.utf8)
                default: Array(one.user.utf8)
                }
            }
        }
        var contenders = [
            PredicateContender(name: "Tidegate, view filled and evaluated", atMost: nil) {
                var view = RequestView(slots)
                return measure(raw) { values in
                    view.reset(now: 0)
                    for (slot, value) in values.enumerated() {
                        if let value { view.set(slot, to: value) }
                    }
                    return try predicate.evaluate(view)
                }
            }
        ]
        let copy = """
            local canary, region, user = request.header["x-canary"], request.header["x-region"], request.cookie.uid
            local request = {header = {["x-canary"] = canary, ["x-region"] = region}, cookie = {uid = user}}
            """
        contenders += luaContenders(
            copy + "\nif \(lua(rule)) then matches = matches + 1 end", crc: LuaChecksum.source, limits: [nil, nil, nil])
        return try PredicateContender.compare(
            "one rule, from raw values to a decision", unit: unit, rounds: rounds, contenders, notices: missing)
    }

    // MARK: - Sides

    /// Counts how often `evaluate` is true over all requests, `passes` times.
    @inline(__always)
    private static func measure<Request>(
        _ requests: [Request], _ evaluate: (borrowing Request) throws -> Bool
    ) -> (nanoseconds: Double, matches: Int) {
        var matches = 0
        let nanoseconds = requests.withUnsafeBufferPointer { requests in
            ProcessorTime.perEvaluation(requests.count * passes) {
                for _ in 0..<passes {
                    for index in requests.indices where (try? evaluate(requests[index])) == true { matches += 1 }
                }
            }
        }
        return (nanoseconds, matches)
    }

    /// A rule in Lua over one `request`.
    private static func lua(_ rule: String) -> String {
        rule.replacing("header[", with: "request.header[").replacing("cookie.", with: "request.cookie.")
    }

    /// LuaJIT, its interpreter and Lua 5.4, where they are installed.
    private static func luaContenders(
        _ body: String, before: String = "", crc: String = "", limits: [Double?]
    ) -> [PredicateContender] {
        zip([LuaPeer.luaJIT, .luaJITInterpreter, .lua54], limits).compactMap { peer, limit in
            guard let peer else { return nil }
            let script = LuaPeer.script(MixedRequests.lua + crc + before, body: body, passes: passes)
            return PredicateContender(name: peer.name, atMost: limit) {
                let answer = try peer.run(script)
                return (answer.nanoseconds, answer.matches)
            }
        }
    }

    private static var missing: [String] {
        (LuaPeer.luaJIT == nil ? ["LuaJIT is left out: apt-get install luajit2"] : [])
            + (LuaPeer.lua54 == nil ? ["Lua 5.4 is left out: apt-get install lua5.4"] : [])
    }
}
