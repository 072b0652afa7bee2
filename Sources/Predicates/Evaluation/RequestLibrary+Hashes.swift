extension RequestLibrary {
    static func murmur3(_ arguments: [LuaValue]) throws(EvaluationError) -> LuaValue {
        let bytes = try text(arguments, 0, .murmur3).bytes
        let seed = try integer(arguments, 1, default: 0, .murmur3)
        guard let seed = UInt32(exactly: seed) else { throw .arithmetic("the seed \(seed) of 'murmur3' is not from 0 to \(UInt32.max)") }
        return .integer(Int64(murmurHash3(bytes, seed: seed)))
    }

    /// The bucket of a key among the 10000 of `split_clients`; nil for a key that is nil or empty.
    static func bucket(_ arguments: [LuaValue], _ function: RequestFunction) throws(EvaluationError) -> Int? {
        if case .nil = arguments[0] { return nil }
        let key = try text(arguments, 0, function).bytes
        if key.isEmpty { return nil }
        guard arguments.count > 1 else { return SplitBucket.bucket(of: murmurHash2(key)) }
        return SplitBucket.bucket(of: murmurHash2(try text(arguments, 1, function).bytes + [UInt8(ascii: ":")] + key))
    }
}
