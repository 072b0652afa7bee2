extension DecisionProgram {
    /// Runs the tests over one request; nil where only the walk over the tree can say.
    @inline(__always) func run(_ request: borrowing RequestView) -> Bool? {
        // A view of fewer slots is left to the walk over the tree, for which the missing ones are empty.
        guard request.slotCount >= slotCount else { return nil }
        return request.words.withUnsafeBytes { words in
            comparisons.withUnsafeBufferPointer { SlotComparison.outcome($0, words) }
        } ?? runTests(request)
    }

    @inline(never) private func runTests(_ request: borrowing RequestView) -> Bool? {
        request.words.withUnsafeBytes { words in
            tests.withUnsafeBufferPointer { tests in run(tests, words, request) }
        }
    }

    /// The compiler makes no jump but to a later test of the row or to an end, so `place` is always an index of `tests`; every slot of a
    /// test is below `slotCount`, and the words begin with at least as many slots. So all of these loads are in bounds.
    @inline(__always)
    private func run(
        _ tests: UnsafeBufferPointer<DecisionTest>, _ words: UnsafeRawBufferPointer, _ request: borrowing RequestView
    ) -> Bool? {
        var place = start
        var steps = 0
        while place < DecisionTest.undecided {
            let test = tests[Int(place)]
            let slot = SlotPointer(words, Int(test.slot))
            let holds: Bool
            switch test.kind {
            case .equals:
                let length = Int32(truncatingIfNeeded: test.b >> 32)
                holds =
                    slot.prefix == test.a && slot.length == length
                    && (length <= 8 || matches(constant: test.b, at: Int(slot.whole.offset), words))
            case .present: holds = slot.length >= 0
            case .crc32Less:
                guard slot.length >= 0 else { return nil }
                holds = Self.isLess(slot.known.contains(.crc32) ? slot.crc32 : request.hash(slot.whole, .crc32), test)
            case .murmur2Less:
                guard slot.length >= 0 else { return nil }
                holds = Self.isLess(slot.known.contains(.murmur2) ? slot.murmur2 : request.hash(slot.whole, .murmur2), test)
            case .inNetwork4:
                guard slot.known.contains(.address) else {
                    holds = request.version4(slot.whole).map { Self.isWithin($0, test) } ?? false
                    break
                }
                holds = slot.known.contains(.isIPv4) && Self.isWithin(slot.address, test)
            case .nowLess: holds = request.now < Int64(bitPattern: test.b)
            default:
                guard let answer = runRare(test, request.slot(Int(test.slot)), request, &steps) else { return nil }
                holds = answer
            }
            place = holds ? test.whenTrue : test.whenFalse
        }
        return place == DecisionTest.undecided ? nil : place == DecisionTest.yes
    }

    /// A remembered hash, or its remainder, against the bound.
    @inline(__always) private static func isLess(_ hash: UInt32, _ test: DecisionTest) -> Bool {
        let modulus = UInt32(test.b >> 32)
        let value = modulus == 0 ? hash : FastRemainder.remainder(hash, test.a, modulus)
        return value < UInt32(test.b & 0xFFFF_FFFF)
    }

    @inline(__always) private static func isWithin(_ address: UInt32, _ test: DecisionTest) -> Bool {
        address & UInt32(test.a >> 32) == UInt32(test.a & 0xFFFF_FFFF)
    }

    /// Whether the request's bytes from `offset` on are the constant, of which they are known to have the length.
    private func matches(constant packed: UInt64, at offset: Int, _ words: UnsafeRawBufferPointer) -> Bool {
        let text = ConstantText(packed: packed)
        return tables.constants.withUnsafeBytes { constants in
            words[offset..<(offset + text.length)].elementsEqual(constants[text.offset..<(text.offset + text.length)])
        }
    }

    // MARK: - Tests that do more

    /// The answer of a test that is not among the commonest; nil for undecided.
    @inline(never) private func runRare(
        _ test: DecisionTest, _ slot: RequestSlot, _ request: borrowing RequestView, _ steps: inout Int
    ) -> Bool? {
        switch test.kind {
        case .oneOf:
            guard slot.isPresent else { return false }
            return request.withText(slot) { tables.words[Int(test.b)].contains($0, prefix: slot.prefix) }
        case .sameText:
            let other = request.slot(Int(test.a))
            guard slot.isPresent, other.isPresent else { return slot.isPresent == other.isPresent }
            guard slot.prefix == other.prefix, slot.length == other.length else { return false }
            return slot.length <= 8 || request.words.withUnsafeBytes { $0[slot.range].elementsEqual($0[other.range]) }
        case .inNetworks: return isWithin(tables.networks[Int(test.a)], slot, request)
        case .hashLess:
            guard let number = number(tables.hashes[Int(test.a)], request) else { return nil }
            return UInt64(number) < test.b
        case .hashEquals:
            let hash = tables.hashes[Int(test.a)]
            // A bucket of nothing is nil, which equals no number; a hash of nothing is an error.
            guard let number = number(hash, request) else { return hash.isBucket ? false : nil }
            return UInt64(number) == test.b
        case .tree:
            guard let value = try? RequestEvaluation.value(tables.trees[Int(test.a)], copy request) else { return nil }
            return value.isTruthy
        default: break
        }
        // What is left takes a text, and fails without one.
        guard slot.isPresent else { return nil }
        return request.withText(slot) { text in
            tables.constants.withUnsafeBufferPointer { constants in runText(test, text, constants, &steps) }
        }
    }

    private func isWithin(_ networks: [IPNetwork], _ slot: RequestSlot, _ request: borrowing RequestView) -> Bool {
        guard slot.isPresent else { return false }
        if slot.known.contains(.isIPv4) {
            let address = IPAddress(width: 32, bits: UInt128(slot.address))
            return networks.contains { $0.contains(address) }
        }
        guard slot.length <= IPAddress.maximumLength else { return false }
        return request.withText(slot) { text in
            // A text without a colon that is no dotted quad is no address.
            guard text.contains(UInt8(ascii: ":")) || !slot.known.contains(.address), let address = IPAddress(text: text)
            else {
                return false
            }
            return networks.contains { $0.contains(address) }
        }
    }

    private func runText(
        _ test: DecisionTest, _ text: UnsafeBufferPointer<UInt8>, _ constants: UnsafeBufferPointer<UInt8>, _ steps: inout Int
    ) -> Bool? {
        let place = ConstantText(packed: test.b)
        switch test.kind {
        case .equalsLowercased:
            guard text.count == place.length else { return false }
            return zip(text, constants[place.offset..<(place.offset + place.length)]).allSatisfy {
                ((65...90).contains($0) ? $0 | 32 : $0) == $1
            }
        case .less: return text.lexicographicallyPrecedes(constants[place.offset..<(place.offset + place.length)])
        case .lessOrEqual: return !constants[place.offset..<(place.offset + place.length)].lexicographicallyPrecedes(text)
        case .hasPrefix: return text.starts(with: constants[place.offset..<(place.offset + place.length)])
        case .holds: return holds(text, UnsafeBufferPointer(rebasing: constants[place.offset..<(place.offset + place.length)]))
        case .shorter: return UInt64(text.count) < test.b
        case .integerLess: return Self.plainInteger(text).map { $0 < Int64(bitPattern: test.b) }
        case .versionLess:
            guard let plain = SemanticVersion.plainNumbers(text) else { return nil }
            let bound = tables.versions[Int(test.a)]
            let (left, right) = (plain, (bound.major, bound.minor, bound.patch))
            return test.b == 1 ? left <= right : left < right
        case .pattern:
            return tables.patterns[Int(test.a)].withUnsafeBufferPointer { pattern in
                try? LuaPattern.matches(subject: text, pattern: pattern, steps: &steps)
            }
        case .regex: return try? tables.regexes[Int(test.a)].matches(text, &steps)
        default: return nil
        }
    }

    /// Whether one text holds another. The walk over the tree counts its steps; where it might run out of them, it decides.
    private func holds(_ text: UnsafeBufferPointer<UInt8>, _ wanted: UnsafeBufferPointer<UInt8>) -> Bool? {
        guard (text.count + 1).multipliedReportingOverflow(by: wanted.count + 1).partialValue < ExpressionLimits.patternSteps else {
            return nil
        }
        guard let first = wanted.first else { return true }
        guard wanted.count <= text.count else { return false }
        for index in 0...(text.count - wanted.count) where text[index] == first {
            var matched = 1
            while matched < wanted.count, text[index + matched] == wanted[matched] { matched += 1 }
            if matched == wanted.count { return true }
        }
        return false
    }

    /// A decimal integer of up to 18 digits with or without a minus sign; nil for any other spelling of a number, and for none.
    private static func plainInteger(_ text: UnsafeBufferPointer<UInt8>) -> Int64? {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = text.dropFirst(isNegative ? 1 : 0)
        guard (1...18).contains(digits.count) else { return nil }
        var value: Int64 = 0
        for digit in digits {
            guard Lexer.isDigit(digit) else { return nil }
            value = value * 10 + Int64(digit - 48)
        }
        return isNegative ? -value : value
    }
}
