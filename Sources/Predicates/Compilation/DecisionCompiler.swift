/// Turns a checked tree into a program of tests. What has no test of its own becomes a `tree` test, so every predicate compiles.
///
/// Tests are made from the last to the first: a test is made when both places that it leads to are known. `and`, `or` and `not` cost
/// nothing, they only choose places.
struct DecisionCompiler {
    private var tests: [DecisionTest] = []
    var tables = DecisionTables()
    var slots: RequestSlots

    private init(slots: RequestSlots) { self.slots = slots }

    /// The program of `node`; the slots hear what it wants to know of them. One of too many tests is left undecided.
    static func compile(_ node: RequestNode, source: String, slots: inout RequestSlots) -> DecisionProgram {
        var compiler = DecisionCompiler(slots: slots)
        let start = compiler.truth(node, DecisionTest.yes, DecisionTest.no)
        guard compiler.tests.count <= DecisionTest.maximumCount, slots.fields.count <= Int(UInt16.max) else {
            return DecisionProgram(source: source, node: node, tests: [], start: DecisionTest.undecided, tables: DecisionTables())
        }
        slots = compiler.slots
        // The tests stand from the last to the first; reading forward is kinder to the cache.
        let last = UInt16(max(0, compiler.tests.count - 1))
        func turned(_ place: UInt16) -> UInt16 { place >= DecisionTest.undecided ? place : last - place }
        let tests = compiler.tests.reversed().map { test in
            var test = test
            test.whenTrue = turned(test.whenTrue)
            test.whenFalse = turned(test.whenFalse)
            return test
        }
        return DecisionProgram(source: source, node: node, tests: tests, start: turned(start), tables: compiler.tables)
    }

    /// Adds what decides whether `node` is true; its place.
    mutating func truth(_ node: RequestNode, _ yes: UInt16, _ no: UInt16) -> UInt16 {
        switch node {
        case .literal(let value): return value.isTruthy ? yes : no
        case .field(_, let slot), .tagged(_, let slot): return add(DecisionTest(.present, slot: slot), yes, no)
        case .not(let operand): return truth(operand, no, yes)
        case .and(let left, let right):
            let rest = truth(right, yes, no)
            return truth(left, rest, no)
        case .or(let left, let right):
            let rest = truth(right, yes, no)
            return truth(left, yes, rest)
        case .comparison(let operation, let left, let right):
            return comparison(operation, left, right, yes, no) ?? tree(node, yes, no)
        case .oneOf(.field(_, let slot), let members): return member(slot, members, yes, no)
        case .inCIDR(.field(_, let slot), let networks): return within(slot, networks, yes, no)
        case .call(let function, let arguments):
            return match(function, arguments, yes, no) ?? tree(node, yes, no)
        case .arithmetic, .unary, .concatenation, .oneOf, .inCIDR: return tree(node, yes, no)
        }
    }

    /// Adds one test; its place.
    mutating func add(_ test: DecisionTest, _ yes: UInt16, _ no: UInt16) -> UInt16 {
        // Beyond the limit the program is thrown away as a whole; until then its indexes stay within 16 bits.
        guard tests.count <= DecisionTest.maximumCount else { return no }
        var test = test
        test.whenTrue = yes
        test.whenFalse = no
        tests.append(test)
        return UInt16(tests.count - 1)
    }

    mutating func tree(_ node: RequestNode, _ yes: UInt16, _ no: UInt16) -> UInt16 {
        tables.trees.append(node)
        return add(DecisionTest(.tree, a: UInt64(tables.trees.count - 1)), yes, no)
    }

    /// Puts a text among the constants.
    mutating func constant(_ bytes: [UInt8]) -> UInt64 {
        tables.constants += bytes
        return ConstantText(offset: tables.constants.count - bytes.count, length: bytes.count).packed
    }

    mutating func textTest(_ kind: DecisionTest.Kind, _ slot: Int, _ bytes: [UInt8]) -> DecisionTest {
        DecisionTest(kind, slot: slot, a: WordSet.prefix(bytes), b: constant(bytes))
    }

    // MARK: - oneOf, inCIDR, patterns

    /// Lists of up to this many texts are tested one after the other.
    private static let shortList = 6

    private mutating func member(_ slot: Int, _ members: [LuaValue], _ yes: UInt16, _ no: UInt16) -> UInt16 {
        // A text equals nothing but texts.
        let texts: [[UInt8]] = members.compactMap { if case .string(let string) = $0 { string.bytes } else { nil } }
        let whenAbsent = members.contains { if case .nil = $0 { true } else { false } }
        var place = no
        if texts.count <= Self.shortList {
            for text in texts.reversed() { place = add(textTest(.equals, slot, text), yes, place) }
        } else {
            tables.words.append(WordSet(texts))
            place = add(DecisionTest(.oneOf, slot: slot, b: UInt64(tables.words.count - 1)), yes, no)
        }
        return whenAbsent ? add(DecisionTest(.present, slot: slot), place, yes) : place
    }

    private mutating func within(_ slot: Int, _ networks: [IPNetwork], _ yes: UInt16, _ no: UInt16) -> UInt16 {
        slots.want(.address, of: slot)
        let version4 = networks.filter { $0.address.width == 32 }
        let isShort = version4.count <= Self.shortList
        let others = isShort ? networks.filter { $0.address.width != 32 } : networks
        // An IPv6 text may be a mapped IPv4 address, which only the full reading finds.
        tables.networks.append(networks)
        let index = UInt64(tables.networks.count - 1)
        var place = no
        if !others.isEmpty || isShort { place = add(DecisionTest(.inNetworks, slot: slot, a: index), yes, no) }
        guard isShort else { return place }
        for network in version4.reversed() {
            let mask: UInt32 = network.prefixLength == 0 ? 0 : ~UInt32(0) << UInt32(32 - network.prefixLength)
            let test = DecisionTest(.inNetwork4, slot: slot, a: UInt64(mask) << 32 | UInt64(network.address.bits))
            place = add(test, yes, place)
        }
        return place
    }

    /// `text:match(pattern)`, `text:find(pattern)` and `ngx.re.match` with a constant pattern, as conditions.
    mutating func match(_ function: RequestFunction, _ arguments: [RequestNode], _ yes: UInt16, _ no: UInt16) -> UInt16? {
        if function == .regexMatch { return regex(arguments, yes, no) }
        guard [.match, .find].contains(function), case .field(_, let slot) = arguments[0], arguments.count >= 2,
            case .literal(.string(let pattern)) = arguments[1]
        else { return nil }
        var isPlain = function == .find && LuaPattern.isPlain(pattern.bytes)
        if arguments.count > 2 {
            guard arguments[2] == .literal(.nil) || arguments[2] == .literal(.integer(1)) else { return nil }
        }
        if arguments.count > 3 {
            guard case .literal(let plain) = arguments[3] else { return nil }
            if plain.isTruthy { isPlain = true }
        }
        if isPlain { return add(textTest(.holds, slot, pattern.bytes), yes, no) }
        // A lone `)` is an error of the pattern, though it is no special character.
        if !pattern.bytes.contains(UInt8(ascii: ")")) {
            if LuaPattern.isPlain(pattern.bytes) { return add(textTest(.holds, slot, pattern.bytes), yes, no) }
            let rest = Array(pattern.bytes.dropFirst())
            if pattern.bytes.first == UInt8(ascii: "^"), LuaPattern.isPlain(rest) {
                return add(textTest(.hasPrefix, slot, rest), yes, no)
            }
        }
        tables.patterns.append(pattern.bytes)
        return add(DecisionTest(.pattern, slot: slot, a: UInt64(tables.patterns.count - 1)), yes, no)
    }

    private mutating func regex(_ arguments: [RequestNode], _ yes: UInt16, _ no: UInt16) -> UInt16? {
        guard arguments.count == 3, case .field(_, let slot) = arguments[0], case .literal(.string(let pattern)) = arguments[1],
            case .literal(.string(let options)) = arguments[2], let regex = try? RequestRegex(pattern.bytes, options: options.bytes)
        else { return nil }
        tables.regexes.append(regex)
        return add(DecisionTest(.regex, slot: slot, a: UInt64(tables.regexes.count - 1)), yes, no)
    }
}
