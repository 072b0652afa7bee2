/// What the functions of the request language do.
enum RequestLibrary {
    /// - Parameter steps: the steps that the patterns of the evaluation have taken so far.
    static func call(
        _ function: RequestFunction, _ arguments: [LuaValue], steps: inout Int
    ) throws(EvaluationError) -> LuaValue {
        switch function {
        case .semver: return try semver(arguments[0])
        case .crc32: return .integer(Int64(CRC32.checksum(try text(arguments, 0, function).bytes)))
        case .murmur2: return .integer(Int64(murmurHash2(try text(arguments, 0, function).bytes)))
        case .murmur3: return try murmur3(arguments)
        case .bucket: return try bucket(arguments, function).map { .integer(Int64($0)) } ?? .nil
        case .percent: return try bucket(arguments, function).map { .float(Double($0) / 100) } ?? .nil
        case .now: throw .type("the time belongs to the request")
        case .regexMatch: return try regexMatch(arguments, &steps)
        case .tonumber: return LuaOperations.number(arguments[0]) ?? .nil
        case .tostring: return .string(printed(arguments[0]))
        case .match: return try match(arguments, &steps)
        case .find: return try find(arguments, &steps)
        case .sub: return .string(try sub(arguments))
        case .lower: return .string(ByteString(bytes: try text(arguments, 0, function).bytes.map { (65...90).contains($0) ? $0 | 32 : $0 }))
        case .upper:
            return .string(ByteString(bytes: try text(arguments, 0, function).bytes.map { (97...122).contains($0) ? $0 & 0xDF : $0 }))
        case .len: return .integer(Int64(try text(arguments, 0, function).count))
        case .byte: return try byte(arguments)
        case .rep: return .string(try rep(arguments))
        case .reverse: return .string(ByteString(bytes: try text(arguments, 0, function).bytes.reversed()))
        case .gsub: return .string(try gsub(arguments, &steps))
        }
    }

    private static func semver(_ value: LuaValue) throws(EvaluationError) -> LuaValue {
        switch value {
        case .nil: return .nil
        case .string(let string):
            guard let version = SemanticVersion(bytes: string.bytes) else {
                throw .type("'\(string.text.prefix(64))' is no version")
            }
            return .version(version)
        default: throw .type("semver takes a text, not a \(value.typeName)")
        }
    }

    private static func printed(_ value: LuaValue) -> ByteString {
        switch value {
        case .nil: "nil"
        case .bool(let value): value ? "true" : "false"
        case .version(let version): ByteString(version.description)
        case .integer, .float, .string: LuaOperations.string(value) ?? ""
        }
    }

    // MARK: - Arguments

    static func text(_ arguments: [LuaValue], _ index: Int, _ function: RequestFunction) throws(EvaluationError) -> ByteString {
        if function.isMethod, index == 0 {
            guard case .string(let string) = arguments[0] else { throw .type("attempt to index a \(arguments[0].typeName) value") }
            return string
        }
        guard let string = LuaOperations.string(arguments[index]) else {
            throw .type("bad argument #\(index + 1) to '\(function.spelling)' (string expected, got \(arguments[index].typeName))")
        }
        return string
    }

    /// An integer argument; the default where it is left out or nil.
    static func integer(
        _ arguments: [LuaValue], _ index: Int, default fallback: Int64?, _ function: RequestFunction
    ) throws(EvaluationError) -> Int64 {
        let value = index < arguments.count ? arguments[index] : .nil
        if case .nil = value, let fallback { return fallback }
        guard let number = LuaOperations.number(value) else {
            throw .type("bad argument #\(index + 1) to '\(function.spelling)' (number expected, got \(value.typeName))")
        }
        return try LuaOperations.integer(number)
    }

    /// Where a range begins, from 1 (lstrlib.c, posrelatI): negative positions count from the end.
    static func firstPosition(_ position: Int64, _ count: Int) -> Int {
        if position > 0 { return Int(position) }
        if position == 0 || position < -Int64(count) { return 1 }
        return count + Int(position) + 1
    }

    /// Where a range ends (lstrlib.c, getendpos).
    private static func lastPosition(_ position: Int64, _ count: Int) -> Int {
        if position > Int64(count) { return count }
        if position >= 0 { return Int(position) }
        return position < -Int64(count) ? 0 : count + Int(position) + 1
    }

    // MARK: - Texts

    private static func sub(_ arguments: [LuaValue]) throws(EvaluationError) -> ByteString {
        let bytes = try text(arguments, 0, .sub).bytes
        let first = firstPosition(try integer(arguments, 1, default: nil, .sub), bytes.count)
        let last = lastPosition(try integer(arguments, 2, default: -1, .sub), bytes.count)
        return ByteString(bytes: first <= last ? Array(bytes[(first - 1)..<last]) : [])
    }

    private static func byte(_ arguments: [LuaValue]) throws(EvaluationError) -> LuaValue {
        let bytes = try text(arguments, 0, .byte).bytes
        let position = try integer(arguments, 1, default: 1, .byte)
        // string.byte(s, i) is the bytes from i to i: a position before the first gives nothing.
        let first = firstPosition(position, bytes.count)
        let last = lastPosition(position, bytes.count)
        return first <= last && first <= bytes.count ? .integer(Int64(bytes[first - 1])) : .nil
    }

    private static func rep(_ arguments: [LuaValue]) throws(EvaluationError) -> ByteString {
        let bytes = try text(arguments, 0, .rep).bytes
        let count = try integer(arguments, 1, default: nil, .rep)
        let separator = arguments.count > 2 && arguments[2] != .nil ? try text(arguments, 2, .rep).bytes : []
        guard count > 0 else { return "" }
        let (total, overflow) = Int64(bytes.count + separator.count).multipliedReportingOverflow(by: count)
        guard !overflow, total - Int64(separator.count) <= Int64(ExpressionLimits.stringBytes) else {
            throw .limit("a string of more than \(ExpressionLimits.stringBytes) bytes")
        }
        if total == 0 { return "" }
        var result: [UInt8] = []
        result.reserveCapacity(Int(total))
        for index in 0..<count {
            if index > 0 { result += separator }
            result += bytes
        }
        return ByteString(bytes: result)
    }
}
