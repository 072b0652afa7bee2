import Testing

/// The request language against LuaJIT, for the part whose meaning both share.
@Suite(.enabled(if: LuaProcess.luaJIT != nil, "LuaJIT (apt: luajit2) is not installed"))
struct LuaJITDifferenceTests {
    @Test func generatedExpressions() throws {
        var random = RandomSharedExpression(generator: Generator(seed: 5))
        var differences = try Differences(LuaProcess.luaJIT)
        try differences.compare(count: 6000 * Fuzzing.scale) { random.anything(depth: 1 + $0 % 5) }
        differences.expectSubstance(compiledAtLeast: 0.2)
    }

    /// The same expressions mean the same in Lua 5.4, so that the shared part is what it is said to be.
    @Test(.enabled(if: LuaProcess.lua54 != nil, "Lua 5.4 (apt: lua5.4) is not installed"))
    func theSharedPartMeansTheSameInLua54() throws {
        var random = RandomSharedExpression(generator: Generator(seed: 5))
        var differences = try Differences(LuaProcess.lua54)
        try differences.compare(count: 2000 * Fuzzing.scale) { random.anything(depth: 1 + $0 % 5) }
    }
}
