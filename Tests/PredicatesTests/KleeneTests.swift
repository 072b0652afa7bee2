import Predicates
import Testing

@Suite struct KleeneTests {
    @Test func notAndOrFollowTheTables() {
        let t = Ternary.true
        let f = Ternary.false
        let u = Ternary.unknown
        #expect([t, f, u].map(\.negated) == [f, t, u])
        let pairs = [(t, t), (t, f), (t, u), (f, t), (f, f), (f, u), (u, t), (u, f), (u, u)]
        #expect(pairs.map { $0.and($1) } == [t, f, u, f, f, f, u, f, u])
        #expect(pairs.map { $0.or($1) } == [t, t, t, t, f, u, t, u, u])
        #expect(pairs.map { $0.isSame(as: $1) } == [t, f, u, f, t, u, u, u, u])
    }

    /// `and`, `or` and `not` as they are evaluated, for every pair of what two signals can say.
    @Test(arguments: Ternary.allCases, Ternary.allCases)
    func conditionsFollowTheTables(a: Ternary, b: Ternary) throws {
        let read: (String) -> ConditionValue? = { name in
            switch name == "a" ? a : b {
            case .true: .bool(true)
            case .false: .bool(false)
            case .unknown: nil
            }
        }
        let schema = SignalSchema([("a", .bool, nil, nil), ("b", .bool, nil, nil)])
        func truth(_ source: String) throws -> Ternary {
            try Condition(source, schema: schema, place: "t").truth(held: [], reading: read)
        }
        #expect(try truth("a and b") == a.and(b))
        #expect(try truth("a or b") == a.or(b))
        #expect(try truth("not a") == a.negated)
        #expect(try truth("a == b") == a.isSame(as: b))
        #expect(try truth("a ~= b") == a.isSame(as: b).negated)
        #expect(try truth("not (a and b)") == truth("not a or not b"))
    }
}
