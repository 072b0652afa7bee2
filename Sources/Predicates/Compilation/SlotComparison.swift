/// A test that compares what a slot remembers with a constant: the commonest kind, for which a program has a row of its own. 24 bytes.
struct SlotComparison: Sendable {
    /// Equality: the first eight bytes. Otherwise the multiplier for `modulus`.
    private let a: UInt64
    /// Equality: the length of the text. Otherwise the modulus of the number, or 0 for none.
    private let modulus: UInt32
    /// The number is below it.
    private let bound: UInt32
    private let slot: UInt16
    private let isEquality: Bool
    /// Where the number stands in the slot.
    private let offset: UInt8
    /// What the slot must know.
    private let needs: SlotFacts
    /// The answer after which the next comparison of the row follows, or the row ends with yes.
    private let goesOn: Bool
    /// Index of the comparison that follows after the other answer, or an end.
    private let otherwise: UInt8

    static let yes: UInt8 = 0xFF
    static let no: UInt8 = 0xFE
    static let maximumCount = 0x80

    /// nil for any other test.
    private init?(_ test: DecisionTest, before next: UInt16) {
        slot = test.slot
        a = test.a
        var (modulus, bound) = (UInt32(test.b >> 32), UInt32(truncatingIfNeeded: test.b))
        switch test.kind {
        case .equals:
            // What is beyond the first eight bytes is not in the slot.
            guard modulus <= 8 else { return nil }
            (isEquality, offset, needs) = (true, 0, [])
        case .present:
            // A length of -1 is the greatest number without a sign.
            (modulus, bound) = (0, 1 << 31)
            (isEquality, offset, needs) = (false, UInt8(SlotPointer.lengthOffset), [])
        case .crc32Less: (isEquality, offset, needs) = (false, UInt8(SlotPointer.crc32Offset), .crc32)
        case .murmur2Less: (isEquality, offset, needs) = (false, UInt8(SlotPointer.murmur2Offset), .murmur2)
        default: return nil
        }
        (self.modulus, self.bound) = (modulus, bound)
        goesOn = test.whenTrue == next
        guard goesOn || test.whenFalse == next else { return nil }
        let other = goesOn ? test.whenFalse : test.whenTrue
        otherwise = other == DecisionTest.yes ? Self.yes : other == DecisionTest.no ? Self.no : UInt8(other)
    }

    /// The same program of comparisons only; empty where it has other tests or other ways from one to the next, or too many.
    static func row(_ tests: [DecisionTest]) -> [SlotComparison] {
        guard tests.count <= maximumCount, !tests.contains(where: { [$0.whenTrue, $0.whenFalse].contains(DecisionTest.undecided) })
        else {
            return []
        }
        let row = tests.enumerated().compactMap { index, test in
            SlotComparison(test, before: index + 1 == tests.count ? DecisionTest.yes : UInt16(index + 1))
        }
        return row.count == tests.count ? row : []
    }

    /// Runs a row from its first comparison; nil where it is empty, or a comparison needs what its slot does not know.
    ///
    /// - Precondition: `words` begins with all slots of the row. Its places are indexes of it, or ends.
    @inline(__always) static func outcome(_ row: UnsafeBufferPointer<SlotComparison>, _ words: UnsafeRawBufferPointer) -> Bool? {
        guard let first = row.baseAddress, row.count > 0 else { return nil }
        let end = first + row.count
        var one = first
        repeat {
            let slot = SlotPointer(words, Int(one.pointee.slot))
            let holds: Bool
            if one.pointee.isEquality {
                holds = slot.prefix ^ one.pointee.a | UInt64(UInt32(bitPattern: slot.length) ^ one.pointee.modulus) == 0
            } else {
                guard slot.known.isSuperset(of: one.pointee.needs) else { return nil }
                let number = slot.number(at: Int(one.pointee.offset))
                let modulus = one.pointee.modulus
                let value = modulus == 0 ? number : FastRemainder.remainder(number, one.pointee.a, modulus)
                holds = value < one.pointee.bound
            }
            // Two ways and not two places to choose from: the processor goes on with what it expects, and need not wait.
            if holds == one.pointee.goesOn {
                one += 1
            } else {
                let place = one.pointee.otherwise
                if place >= no { return place == yes }
                one = first + Int(place)
            }
        } while one != end
        return true
    }
}
