@testable import Predicates
import Testing

/// The compiled program against the walk over the tree, which is what an expression means.
@Suite struct CompiledPredicateTests {
    struct Compiled {
        let node: RequestNode
        let program: DecisionProgram
        let slots: RequestSlots

        /// Types are not checked beforehand, so that operations that fail are seen as well.
        init(_ source: String) throws {
            let place = SourcePlace(file: "t")
            let tree = try Parser.parse(source, place: place, readsDurations: false)
            var checker = RequestChecker(source: ExpressionSource(source, place: place), slots: RequestSlots(), checksTypes: false)
            node = try checker.check(tree).node
            var slots = checker.slots
            program = DecisionCompiler.compile(node, source: source, slots: &slots)
            self.slots = slots
        }

        /// What is wrong with the program's answer, or nil.
        func problem(_ view: RequestView) -> String? {
            let meaning = Result { () throws(EvaluationError) in try RequestEvaluation.value(node, view).isTruthy }
            switch (program.run(view), meaning) {
            case (nil, _), (true, .success(true)), (false, .success(false)): return nil
            case (let answer, let meaning): return "compiled \(answer.map { "\($0)" } ?? "undecided"), tree \(meaning)"
            }
        }
    }

    @Test func theProgramAgreesWithTheTree() throws {
        var random = RandomCondition(generator: Generator(seed: 11))
        var decided = 0
        var answers = 0
        for round in 0..<(1500 * Fuzzing.scale) {
            let source = random.condition(depth: round % 5)
            let compiled: Compiled
            do {
                compiled = try Compiled(source)
            } catch let error as ExpressionError {
                Issue.record("\(error)")
                return
            }
            for _ in 0..<12 {
                let values = compiled.slots.fields.map { _ in random.value() }
                let now = Int64(random.generator.below(200))
                // With what is remembered of the slots, and without.
                for view in [RequestView(compiled.slots, values: values, now: now), RequestView(values: values, now: now)] {
                    answers += 1
                    if compiled.program.run(view) != nil { decided += 1 }
                    guard let problem = compiled.problem(view) else { continue }
                    Issue.record("\(source)\n  \(zip(compiled.slots.fields, values).map { "\($0) = \($1?.bytes as Any)" })\n  \(problem)")
                    return
                }
            }
        }
        // The program is there to decide; leaving too much to the tree would hide that it does not.
        #expect(decided * 2 > answers, "\(decided) of \(answers)")
    }

    /// Comparisons in any arrangement, which have a row of their own, over every combination of answers.
    @Test func rowsOfComparisonsAgreeWithTheTree() throws {
        var generator = Generator(seed: 5)
        let atoms = [
            #"header["a"] == "x""#, #"header["b"] == "yy""#, #"header["c"]"#, "crc32(cookie.d) % 2 < 1", #"header["a"] ~= "eightxxx""#,
            "murmur2(cookie.d) < 2147483648",
        ]
        func condition(_ depth: Int) -> String {
            guard depth > 0 else { return atoms[generator.below(atoms.count)] }
            switch generator.below(5) {
            case 0: return "not (\(condition(depth - 1)))"
            case 1, 2: return "(\(condition(depth - 1)) and \(condition(depth - 1)))"
            default: return "(\(condition(depth - 1)) or \(condition(depth - 1)))"
            }
        }
        var rows = 0
        for round in 0..<300 {
            let source = condition(round % 4)
            let compiled = try Compiled(source)
            if !compiled.program.comparisons.isEmpty { rows += 1 }
            let choices: [[String?]] = [["x", "eightxxx", nil, ""], ["yy", "yyy", nil], ["", nil], ["u1", "u2", "u3", "u4", nil]]
            for _ in 0..<40 {
                let drawn = choices.map { $0[generator.below($0.count)] }
                let view = RequestView(compiled.slots) { field in
                    switch field {
                    case .header("a"): drawn[0]
                    case .header("b"): drawn[1]
                    case .header("c"): drawn[2]
                    default: drawn[3]
                    }
                }
                #expect(compiled.problem(view) == nil, "\(source) with \(drawn)")
            }
        }
        #expect(rows == 300, "\(rows)")
    }

    @Test(arguments: [
        #"header["x-canary"] == "true" and cookie.region == "sh" and crc32(cookie.uid) % 100 < 30"#,
        #"oneOf(cookie.region, {"sh", "bj"}) or inCIDR(client.address, "10.0.0.0/8")"#, #"path:match("^/cart/%d+") ~= nil"#,
        #"percent(cookie.uid, "salt") < 30"#, #"tagged("a") and not tagged("b")"#,
        #"ngx.crc32_short(ngx.var.remote_addr .. ngx.var.request_uri) % 100 < 70"#, #"semver(header["v"]) >= semver("2.0.0")"#,
    ])
    func theCommonPathNeedsNoTree(source: String) throws {
        let compiled = try Compiled(source)
        #expect(compiled.program.tables.trees.isEmpty)
    }

    @Test func aViewIsUsedAgain() throws {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(#"crc32(cookie.uid) % 100 < 50 and path == "/a/long/path""#, slots: &slots, place: "t")
        var view = RequestView(slots)
        for index in 0..<200 {
            view.reset(now: 0)
            #expect(throws: EvaluationError.self) { try predicate.evaluate(view) }
            view.set(0, to: "user-\(index)".utf8)
            view.set(1, to: "/a/long/path".utf8)
            #expect(try predicate.evaluate(view) == (CRC32.checksum(Array("user-\(index)".utf8)) % 100 < 50))
            view.remove(1)
            #expect(try !predicate.evaluate(view))
        }
    }

    @Test func aRequestBeyondTheLimitOfBytesLacksWhatIsBeyond() throws {
        var slots = RequestSlots()
        let predicate = try RequestPredicate("path and not cookie.a", slots: &slots, place: "t")
        var view = RequestView(slots)
        view.set(1, to: [UInt8](repeating: 97, count: RequestView.maximumBytes))
        view.set(0, to: "/".utf8)
        #expect(try predicate.evaluate(view))
    }

    @Test func anErrorIsTheTreesError() throws {
        var slots = RequestSlots()
        let predicate = try RequestPredicate(#"cookie.a == "1" or crc32(cookie.b) % 100 < 30"#, slots: &slots, place: "t")
        let error = #expect(throws: EvaluationError.self) { try predicate.evaluate(RequestView(slots)) }
        #expect(error == .type("bad argument #1 to 'crc32' (string expected, got nil)"))
        var failures = 0
        #expect(!predicate.matches(RequestView(slots), failures: &failures))
        #expect(failures == 1)
        #expect(predicate.matches(RequestView(values: ["1", nil]), failures: &failures))
        #expect(failures == 1)
    }

    @Test(arguments: [1, 2, 3, 7, 100, 10_000, 65_537, 4_294_967_295] as [UInt32])
    func remaindersAreExact(divisor: UInt32) {
        var generator = Generator(seed: 5)
        let multiplier = FastRemainder.multiplier(divisor)
        for value in (0..<2000).map({ _ in UInt32(truncatingIfNeeded: generator.next()) }) + [0, 1, .max, divisor, divisor - 1] {
            #expect(FastRemainder.remainder(value, multiplier, divisor) == value % divisor)
        }
    }

    @Test func membersOfASlotAreReadWhereTheyAre() {
        #expect(MemoryLayout<RequestSlot>.stride == RequestSlot.stride)
        #expect(MemoryLayout<RequestSlot>.offset(of: \.prefix) == 0)
        #expect(MemoryLayout<RequestSlot>.offset(of: \.length) == SlotPointer.lengthOffset)
        #expect(MemoryLayout<RequestSlot>.offset(of: \.crc32) == SlotPointer.crc32Offset)
        #expect(MemoryLayout<RequestSlot>.offset(of: \.murmur2) == SlotPointer.murmur2Offset)
        #expect(MemoryLayout<RequestSlot>.offset(of: \.address) == SlotPointer.addressOffset)
        #expect(MemoryLayout<RequestSlot>.offset(of: \.known) == SlotPointer.knownOffset)
    }

    @Test func aTestHasTwentyFourBytes() { #expect(MemoryLayout<DecisionTest>.size == 24) }
}
