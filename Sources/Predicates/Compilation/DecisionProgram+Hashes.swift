extension DecisionProgram {
    /// The number of a hash over one request; nil when a text is missing.
    func number(_ hash: DecisionHash, _ request: borrowing RequestView) -> UInt32? {
        var count = 0
        for part in hash.parts {
            switch part {
            case .constant(let bytes): count += bytes.count
            case .slot(let index):
                let slot = request.slot(index)
                guard slot.isPresent, !hash.isBucket || slot.length > 0 else { return nil }
                count += Int(slot.length)
            }
        }
        guard count <= ExpressionLimits.stringBytes else { return nil }
        let value = hash.parts.count == 1 ? single(hash, request) : joined(hash, count, request)
        if hash.isBucket { return UInt32(SplitBucket.bucket(of: value)) }
        return hash.modulus == 0 ? value : FastRemainder.remainder(value, hash.multiplier, hash.modulus)
    }

    private func single(_ hash: DecisionHash, _ request: borrowing RequestView) -> UInt32 {
        guard case .slot(let index) = hash.parts[0] else { return joined(hash, 0, request) }
        let slot = request.slot(index)
        if hash.function == .crc32, slot.known.contains(.crc32) { return slot.crc32 }
        if hash.function == .murmur2, slot.known.contains(.murmur2) { return slot.murmur2 }
        return request.withText(slot) { hash.value(of: $0) }
    }

    /// The hash of several texts in a row. They are put together on the stack where they are short.
    private func joined(_ hash: DecisionHash, _ count: Int, _ request: borrowing RequestView) -> UInt32 {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: max(count, 1)) { buffer in
            var filled = 0
            func add(_ text: UnsafeBufferPointer<UInt8>) {
                _ = UnsafeMutableBufferPointer(rebasing: buffer[filled...]).initialize(from: text)
                filled += text.count
            }
            for part in hash.parts {
                switch part {
                case .constant(let bytes): bytes.withUnsafeBufferPointer(add)
                case .slot(let index): request.withText(request.slot(index), add)
                }
            }
            // The caller has counted the parts' bytes, and exactly these were just written.
            return hash.value(of: UnsafeBufferPointer(rebasing: buffer[..<filled]))
        }
    }
}
