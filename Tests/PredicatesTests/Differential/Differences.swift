import Testing

/// Compares this language with a Lua, batch by batch, and counts.
struct Differences {
    let lua: LuaProcess
    private(set) var compared = 0
    /// Cases that reached a named limit of this language, which Lua does not have.
    private(set) var limited = 0
    /// Cases that the compiled predicate was asked, too.
    private(set) var compiled = 0
    private var found = 0

    /// So many differences are shown; further ones would say no more.
    private static let shown = 20

    init(_ lua: LuaProcess?) throws { self.lua = try #require(lua) }

    /// Compares `count` generated cases, or fewer when too many differ.
    mutating func compare(count: Int, _ make: (Int) -> LuaProcess.Case) throws {
        var done = 0
        while done < count, found < Self.shown {
            let cases = (done..<min(count, done + LuaProcess.batch)).map(make)
            try compare(cases)
            done += cases.count
        }
    }

    mutating func compare(_ cases: [LuaProcess.Case]) throws {
        let answers = try lua.answers(to: cases)
        try #require(answers.count == cases.count)
        for (one, answer) in zip(cases, answers) where found < Self.shown { compare(one, answer) }
    }

    private mutating func compare(_ one: LuaProcess.Case, _ answer: String) {
        compared += 1
        let value = OwnAnswer.value(of: one)
        if value == "L" {
            limited += 1
            return
        }
        if (lua.isReference ? value : OwnAnswer.untyped(value)) != answer { record(one, answer, value, "value") }
        guard let negation = OwnAnswer.negation(of: one) else { return }
        compiled += 1
        if negation != "L", negation != OwnAnswer.negated(answer) { record(one, OwnAnswer.negated(answer), negation, "predicate") }
    }

    private mutating func record(_ one: LuaProcess.Case, _ expected: String, _ actual: String, _ what: String) {
        found += 1
        func shown(_ bytes: [UInt8]?) -> String { bytes.map { "\"" + String(decoding: $0.prefix(80), as: UTF8.self) + "\"" } ?? "nil" }
        Issue.record(
            """
            \(one.source)
              request \(one.request), v = \(shown(one.v)), w = \(shown(one.w))
              Lua: \(expected)
              \(what) here: \(actual)
            """)
    }

    /// That the comparison was about something: few limits, and enough predicates that compile.
    func expectSubstance(compiledAtLeast share: Double) {
        #expect(limited * 100 <= compared, "\(limited) of \(compared) cases reached a limit")
        #expect(Double(compiled) >= share * Double(compared), "\(compiled) of \(compared) cases have a predicate that compiles")
    }
}
