import Predicates
import ReleaseModel
import Testing

@testable import Routing

/// A table whose conditions are functions decides by them, and by nothing else of its conditions.
@Suite struct AheadOfTimeTests {
    static func table() throws -> RoutingTable {
        let routing = RoutingPolicy(
            plugin: "", coloring: "", key: "cookie.uid", tagHeader: "x-gray-tag",
            colors: [ColorRule(tag: "v2", when: #"header.app == "2""#)],
            rules: [
                RoutingRule(name: "broken", when: #"semver(header.v) > semver("1.0.0")"#, to: "canary"),
                RoutingRule(name: "coloured", when: #"tagged("v2")"#, to: "canary"),
            ])
        let weights = [
            ArmWeight(arm: "stable", weight: Weight(basisPoints: 9900)), ArmWeight(arm: "canary", weight: Weight(basisPoints: 100)),
        ]
        return try RoutingTable(routing: routing, salt: "s", arms: weights)
    }

    static let now = Timestamp(microseconds: 0)

    /// Functions as the printer prints them for these conditions.
    static let rules: [RoutingTable.Condition] = [
        { view in
            guard view.has(0) else { throw EvaluationError.type("nil is not compared with a version") }
            throw EvaluationError.type("'x' is no version")
        }, { $0.has(1) },
    ]
    static let colors: [RoutingTable.Condition] = [{ $0.equals(2, "2") }]

    @Test func theFunctionsMeanWhatTheConditionsMean() throws {
        let table = try Self.table()
        #expect(table.slots.fields.prefix(3) == [.header("v"), .tag("v2"), .header("app")])
        let ahead = table.ahead(rules: Self.rules, colors: Self.colors)
        for headers in [[], [("app", "2")], [("app", "3")], [("v", "x")], [("v", "x"), ("app", "2")]] {
            let request = RoutingRequest(headers: headers + [("cookie", "uid=7")])
            #expect(ahead.assign(request, now: Self.now) == table.assign(request, now: Self.now), "\(headers)")
        }
        #expect(ahead.assign(RoutingRequest(headers: [("v", "x")]), now: Self.now).failures == 1)
        #expect(ahead.assign(RoutingRequest(headers: [("app", "2")]), now: Self.now).rule == "coloured")
    }

    @Test func nothingButTheFunctionsDecides() throws {
        let ahead = try Self.table().ahead(rules: [{ _ in false }, { _ in true }], colors: [{ _ in false }])
        let assignment = ahead.assign(RoutingRequest(headers: [("app", "2")]), now: Self.now)
        #expect(assignment.rule == "coloured")
        #expect(assignment.colors.isEmpty)
    }
}
