extension DecisionCompiler {
    /// Adds what decides a comparison; nil when only the tree can.
    mutating func comparison(
        _ operation: ComparisonOperator, _ left: RequestNode, _ right: RequestNode, _ yes: UInt16, _ no: UInt16
    ) -> UInt16? {
        switch operation {
        // `a ~= b` is `not (a == b)`, `a > b` is `b < a`; both hold for every value, errors included.
        case .notEqual: return comparison(.equal, left, right, no, yes)
        case .greater: return ordered(.less, right, left, yes, no)
        case .greaterOrEqual: return ordered(.lessOrEqual, right, left, yes, no)
        case .less, .lessOrEqual: return ordered(operation, left, right, yes, no)
        case .equal:
            if case .literal(let value) = right { return equality(left, value, yes, no) }
            if case .literal(let value) = left { return equality(right, value, yes, no) }
            guard case .field(_, let one) = left, case .field(_, let other) = right else { return nil }
            return add(DecisionTest(.sameText, slot: one, a: UInt64(other)), yes, no)
        }
    }

    // MARK: - Equality with a constant

    private mutating func equality(_ node: RequestNode, _ value: LuaValue, _ yes: UInt16, _ no: UInt16) -> UInt16? {
        switch (node, value) {
        case (.field(_, let slot), .nil): return add(DecisionTest(.present, slot: slot), no, yes)
        case (.field(_, let slot), .string(let text)): return add(textTest(.equals, slot, text.bytes), yes, no)
        case (.field, _): return no
        case (.tagged(_, let slot), .bool(let wanted)):
            return add(DecisionTest(.present, slot: slot), wanted ? yes : no, wanted ? no : yes)
        case (.or(.field(let field, let slot), let other), _):
            // A present field is its own value, an empty one too.
            guard let rest = equality(other, value, yes, no) else { return nil }
            guard let own = equality(.field(field, slot: slot), value, yes, no) else { return nil }
            return add(DecisionTest(.present, slot: slot), own, rest)
        case (.call(let function, let arguments), .nil): return match(function, arguments, no, yes)
        case (.call(.lower, let arguments), .string(let text)):
            guard case .field(_, let slot) = arguments[0] else { return nil }
            return add(textTest(.equalsLowercased, slot, text.bytes), yes, no)
        case (.call(.sub, let arguments), .string(let text)):
            // The first bytes of a text equal as many bytes where it begins with them.
            guard case .field(_, let slot) = arguments[0], arguments.count == 3, arguments[1] == .literal(.integer(1)),
                !text.isEmpty, arguments[2] == .literal(.integer(Int64(text.count)))
            else { return nil }
            return add(textTest(.hasPrefix, slot, text.bytes), yes, no)
        case (.unary(.length, .field(_, let slot)), .integer(let count)):
            let above = add(DecisionTest(.shorter, slot: slot, b: bounded(count)), no, yes)
            return add(DecisionTest(.shorter, slot: slot, b: bounded(count.addingReportingOverflow(1).partialValue)), above, no)
        default:
            guard let number = hash(node), case .integer(let wanted) = value else { return percentEquality(node, value, yes, no) }
            return add(hashTest(.hashEquals, number, UInt64(exactly: wanted) ?? .max), yes, no)
        }
    }

    /// `percent(...) == x`: one bucket, or none.
    private mutating func percentEquality(_ node: RequestNode, _ value: LuaValue, _ yes: UInt16, _ no: UInt16) -> UInt16? {
        guard case .call(.percent, let arguments) = node, let number = hash(.call(.bucket, arguments)) else { return nil }
        let bucket = SplitBucket.percentages(below: value, orEqual: false)
        let isThere = LuaOperations.equals(.float(Double(bucket) / 100), value) && bucket < 10_000
        return add(hashTest(.hashEquals, number, isThere ? UInt64(bucket) : .max), yes, no)
    }

    // MARK: - Order

    private mutating func ordered(
        _ operation: ComparisonOperator, _ left: RequestNode, _ right: RequestNode, _ yes: UInt16, _ no: UInt16
    ) -> UInt16? {
        // `c < x` is `not (x <= c)` where no comparison is unordered: for texts, integers, versions and percents.
        if case .literal(let value) = left { return below(right, value, orEqual: operation == .less, no, yes) }
        if case .literal(let value) = right { return below(left, value, orEqual: operation == .lessOrEqual, yes, no) }
        return nil
    }

    /// Adds what decides `node < value`, or `node <= value`.
    private mutating func below(_ node: RequestNode, _ value: LuaValue, orEqual: Bool, _ yes: UInt16, _ no: UInt16) -> UInt16? {
        switch (node, value) {
        case (.field(_, let slot), .string(let text)):
            return add(textTest(orEqual ? .lessOrEqual : .less, slot, text.bytes), yes, no)
        case (.call(.semver, let arguments), .version(let version)):
            guard case .field(_, let slot) = arguments[0], version.isPlain else { return nil }
            tables.versions.append(version)
            return add(DecisionTest(.versionLess, slot: slot, a: UInt64(tables.versions.count - 1), b: orEqual ? 1 : 0), yes, no)
        case (.call(.percent, let arguments), .integer), (.call(.percent, let arguments), .float):
            guard let number = hash(.call(.bucket, arguments)), LuaOperations.equals(value, value) else { return nil }
            let count = SplitBucket.percentages(below: value, orEqual: orEqual)
            return add(hashTest(.hashLess, number, UInt64(count)), yes, no)
        case (_, .integer(let bound)):
            let (limit, overflow) = bound.addingReportingOverflow(orEqual ? 1 : 0)
            guard !overflow else { return nil }
            return integerBelow(node, limit, yes, no)
        default: return nil
        }
    }

    private mutating func integerBelow(_ node: RequestNode, _ limit: Int64, _ yes: UInt16, _ no: UInt16) -> UInt16? {
        switch node {
        case .call(.now, _): return add(DecisionTest(.nowLess, b: UInt64(bitPattern: limit)), yes, no)
        case .call(.tonumber, let arguments):
            guard case .field(_, let slot) = arguments[0] else { return nil }
            return add(DecisionTest(.integerLess, slot: slot, b: UInt64(bitPattern: limit)), yes, no)
        case .unary(.length, .field(_, let slot)): return add(DecisionTest(.shorter, slot: slot, b: bounded(limit)), yes, no)
        case .call(.len, let arguments):
            guard case .field(_, let slot) = arguments[0] else { return nil }
            return add(DecisionTest(.shorter, slot: slot, b: bounded(limit)), yes, no)
        default:
            guard let number = hash(node) else { return nil }
            return add(hashTest(.hashLess, number, bounded(limit)), yes, no)
        }
    }

    /// A bound of counts and hashes, which are never negative.
    private func bounded(_ limit: Int64) -> UInt64 { UInt64(max(0, limit)) }

    // MARK: - Hashes

    /// The test of a number, in its quick form where a slot remembers the hash.
    private mutating func hashTest(_ kind: DecisionTest.Kind, _ number: DecisionHash, _ bound: UInt64) -> DecisionTest {
        if kind == .hashLess, !number.isBucket, number.parts.count == 1, case .slot(let slot) = number.parts[0],
            number.function != .murmur3, bound <= UInt32.max
        {
            let isCRC = number.function == .crc32
            slots.want(isCRC ? .crc32 : .murmur2, of: slot)
            return DecisionTest(
                isCRC ? .crc32Less : .murmur2Less, slot: slot, a: number.multiplier, b: UInt64(number.modulus) << 32 | bound)
        }
        for case .slot(let slot) in number.parts where number.parts.count == 1 && number.function != .murmur3 {
            slots.want(number.function == .crc32 ? .crc32 : .murmur2, of: slot)
        }
        tables.hashes.append(number)
        return DecisionTest(kind, a: UInt64(tables.hashes.count - 1), b: bound)
    }

    /// The number that `node` is, when it is a hash of fields and constants, with a constant modulus or without.
    private func hash(_ node: RequestNode) -> DecisionHash? {
        switch node {
        case .arithmetic(.modulo, let inner, .literal(.integer(let divisor))):
            guard var number = hash(inner), number.modulus == 0, !number.isBucket, let modulus = UInt32(exactly: divisor), modulus > 0
            else {
                return nil
            }
            number.modulus = modulus
            number.multiplier = FastRemainder.multiplier(modulus)
            return number
        case .call(.crc32, let arguments): return text(arguments[0]).map { DecisionHash(function: .crc32, parts: $0) }
        case .call(.murmur2, let arguments): return text(arguments[0]).map { DecisionHash(function: .murmur2, parts: $0) }
        case .call(.murmur3, let arguments):
            var seed: UInt32 = 0
            if arguments.count > 1 {
                guard case .literal(.integer(let given)) = arguments[1], let exact = UInt32(exactly: given) else { return nil }
                seed = exact
            }
            return text(arguments[0]).map { DecisionHash(function: .murmur3, seed: seed, parts: $0) }
        case .call(.bucket, let arguments):
            guard case .field(_, let slot) = arguments[0] else { return nil }
            var parts: [DecisionHash.Part] = [.slot(slot)]
            if arguments.count > 1 {
                guard case .literal(.string(let salt)) = arguments[1] else { return nil }
                parts.insert(.constant(salt.bytes + [UInt8(ascii: ":")]), at: 0)
            }
            return DecisionHash(function: .murmur2, parts: parts, isBucket: true)
        default: return nil
        }
    }

    /// The pieces of a text that is a field or fields and constants joined; nil for anything else.
    private func text(_ node: RequestNode) -> [DecisionHash.Part]? {
        switch node {
        case .field(_, let slot): return [.slot(slot)]
        case .literal(.string(let string)): return [.constant(string.bytes)]
        case .concatenation(let left, let right):
            guard let head = text(left), let tail = text(right), head.count + tail.count <= 16 else { return nil }
            return head + tail
        default: return nil
        }
    }
}
