// What printed predicates call: the tests of one slot, with the meaning that they have in an expression.

extension RequestView {
    /// Whether the request has the value: `header["x"]` as a condition, `tagged("x")`.
    @inlinable public func has(_ slot: Int) -> Bool { self.slot(slot).isPresent }

    /// Whether the value is there and is `text`.
    @inlinable public func equals(_ slot: Int, _ text: StaticString) -> Bool {
        let count = text.utf8CodeUnitCount
        let own = self.slot(slot)
        guard Int(own.length) == count else { return false }
        // A static string of that many bytes stands behind its pointer.
        return text.withUTF8Buffer { wanted in
            var prefix: UInt64 = 0
            for index in 0..<min(8, count) { prefix |= UInt64(wanted[index]) << UInt64(8 * index) }
            guard own.prefix == prefix else { return false }
            return count <= 8 || withText(own) { $0.elementsEqual(wanted) }
        }
    }

    /// The value as an expression has it.
    public func value(_ slot: Int) -> LuaValue { self[slot].map { .string($0) } ?? .nil }

    /// Bytes of the value: `#header["x"]`.
    public func count(_ slot: Int) throws(EvaluationError) -> Int64 {
        let own = self.slot(slot)
        guard own.isPresent else { throw .type("attempt to get length of a nil value") }
        return Int64(own.length)
    }

    /// `crc32` of the value, from what the slot remembers where it does.
    @inlinable public func crc32(_ slot: Int) throws(EvaluationError) -> Int64 {
        let own = self.slot(slot)
        return own.isPresent && own.known.contains(.crc32) ? Int64(own.crc32) : try computedCRC32(own)
    }

    /// `murmur2` of the value, from what the slot remembers where it does.
    @inlinable public func murmur2(_ slot: Int) throws(EvaluationError) -> Int64 {
        let own = self.slot(slot)
        return own.isPresent && own.known.contains(.murmur2) ? Int64(own.murmur2) : try computedMurmur2(own)
    }

    @usableFromInline func computedCRC32(_ slot: RequestSlot) throws(EvaluationError) -> Int64 {
        guard slot.isPresent else { throw .type("bad argument #1 to 'crc32' (string expected, got nil)") }
        return Int64(hash(slot, .crc32))
    }

    @usableFromInline func computedMurmur2(_ slot: RequestSlot) throws(EvaluationError) -> Int64 {
        guard slot.isPresent else { throw .type("bad argument #1 to 'murmur2' (string expected, got nil)") }
        return Int64(hash(slot, .murmur2))
    }

    /// The bucket of the value with or without a salt, for comparisons by order: without a key there is none, and they fail.
    public func bucket(_ slot: Int, salt: String? = nil) throws(EvaluationError) -> Int64 {
        let own = self.slot(slot)
        guard own.length > 0 else { throw .type("attempt to compare nil with number") }
        guard let salt else { return Int64(SplitBucket.bucket(of: hash(own, .murmur2))) }
        let bytes = withText(own) { Array(salt.utf8) + [UInt8(ascii: ":")] + $0 }
        return Int64(SplitBucket.bucket(of: murmurHash2(bytes)))
    }

    /// Whether the value is an address of one of the networks.
    public func isWithin(_ slot: Int, _ networks: [IPNetwork]) -> Bool {
        let own = self.slot(slot)
        if own.isPresent, own.known.contains(.isIPv4) {
            let address = IPAddress(width: 32, bits: UInt128(own.address))
            return networks.contains { $0.contains(address) }
        }
        return LuaRuntime.isWithin(value(slot), networks)
    }

    /// Whether the Lua pattern matches somewhere in the value: `path:match("...") ~= nil`.
    ///
    /// - Parameter steps: what the patterns of this evaluation have cost so far.
    public func matches(_ slot: Int, _ pattern: StaticString, _ steps: inout Int) throws(EvaluationError) -> Bool {
        let own = self.slot(slot)
        guard own.isPresent else { throw .type("attempt to index a nil value") }
        var answer: Result<Bool, EvaluationError> = .success(false)
        var taken = steps
        withText(own) { text in
            pattern.withUTF8Buffer { pattern in
                answer = Result { () throws(EvaluationError) in
                    try LuaPattern.matches(subject: text, pattern: pattern, steps: &taken)
                }
            }
        }
        steps = taken
        return try answer.get()
    }

    /// Whether the regular expression matches somewhere in the value: `ngx.re.match(path, "...")`.
    ///
    /// - Parameter steps: what the patterns of this evaluation have cost so far.
    public func matches(_ slot: Int, _ regex: RequestRegex, _ steps: inout Int) throws(EvaluationError) -> Bool {
        let own = self.slot(slot)
        guard own.isPresent else { throw .type("bad argument #1 to 'ngx.re.match' (string expected, got nil)") }
        var answer: Result<Bool, EvaluationError> = .success(false)
        var taken = steps
        withText(own) { text in answer = Result { () throws(EvaluationError) in try regex.matches(text, &taken) } }
        steps = taken
        return try answer.get()
    }
}
