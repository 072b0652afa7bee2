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

    // MARK: - Hashes

    private static func murmur3(_ arguments: [LuaValue]) throws(EvaluationError) -> LuaValue {
        let bytes = try text(arguments, 0, .murmur3).bytes
        let seed = try integer(arguments, 1, default: 0, .murmur3)
        guard let seed = UInt32(exactly: seed) else { throw .arithmetic("the seed \(seed) of 'murmur3' is not from 0 to \(UInt32.max)") }
        return .integer(Int64(murmurHash3(bytes, seed: seed)))
    }

    /// The bucket of a key among the 10000 of `split_clients`; nil for a key that is nil or empty.
    private static func bucket(_ arguments: [LuaValue], _ function: RequestFunction) throws(EvaluationError) -> Int? {
        if case .nil = arguments[0] { return nil }
        let key = try text(arguments, 0, function).bytes
        if key.isEmpty { return nil }
        guard arguments.count > 1 else { return SplitBucket.bucket(of: murmurHash2(key)) }
        return SplitBucket.bucket(of: murmurHash2(try text(arguments, 1, function).bytes + [UInt8(ascii: ":")] + key))
    }

    // MARK: - Arguments

    private static func text(_ arguments: [LuaValue], _ index: Int, _ function: RequestFunction) throws(EvaluationError) -> ByteString {
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
    private static func integer(
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
    private static func firstPosition(_ position: Int64, _ count: Int) -> Int {
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

    // MARK: - Patterns

    private static func match(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> LuaValue {
        let subject = try text(arguments, 0, .match).bytes
        let wanted = try text(arguments, 1, .match).bytes
        let start = firstPosition(try integer(arguments, 2, default: 1, .match), subject.count) - 1
        guard start <= subject.count else { return .nil }
        return try LuaPattern.with(subject: subject, pattern: wanted, steps: &steps) { pattern throws(EvaluationError) in
            guard let range = try pattern.firstMatch(from: start) else { return .nil }
            // Every capture is made, so that an unfinished one is an error wherever it stands.
            for index in 0..<pattern.captureCount { _ = try pattern.capture(index, whole: range) }
            return try pattern.capture(0, whole: range)
        }
    }

    private static func find(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> LuaValue {
        let subject = try text(arguments, 0, .find).bytes
        let wanted = try text(arguments, 1, .find).bytes
        let start = firstPosition(try integer(arguments, 2, default: 1, .find), subject.count) - 1
        guard start <= subject.count else { return .nil }
        if (arguments.count > 3 && arguments[3].isTruthy) || LuaPattern.isPlain(wanted) {
            return try position(of: wanted, in: subject, from: start, &steps).map { .integer(Int64($0 + 1)) } ?? .nil
        }
        return try LuaPattern.with(subject: subject, pattern: wanted, steps: &steps) { pattern throws(EvaluationError) in
            guard let range = try pattern.firstMatch(from: start) else { return .nil }
            for index in 0..<pattern.captureCount { _ = try pattern.capture(index, whole: range) }
            return .integer(Int64(range.lowerBound + 1))
        }
    }

    private static func position(
        of wanted: [UInt8], in subject: [UInt8], from start: Int, _ steps: inout Int
    ) throws(EvaluationError) -> Int? {
        if wanted.isEmpty { return start }
        var index = start
        while index + wanted.count <= subject.count {
            var matched = 0
            while matched < wanted.count, subject[index + matched] == wanted[matched] { matched += 1 }
            if matched == wanted.count { return index }
            steps += matched + 1
            if steps > ExpressionLimits.patternSteps { throw .limit("a search of more than \(ExpressionLimits.patternSteps) steps") }
            index += 1
        }
        return nil
    }

    /// True or nil. The checker has seen that the pattern is known; here it is compiled for this one time.
    private static func regexMatch(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> LuaValue {
        let subject = try text(arguments, 0, .regexMatch).bytes
        let pattern = try text(arguments, 1, .regexMatch).bytes
        let options = arguments.count > 2 ? try text(arguments, 2, .regexMatch).bytes : []
        let regex: RequestRegex
        do {
            regex = try RequestRegex(pattern, options: options, makesTable: false)
        } catch {
            throw .pattern(error.message)
        }
        return try subject.withUnsafeBufferPointer { subject throws(EvaluationError) in try regex.matches(subject, &steps) }
            ? .bool(true) : .nil
    }

    private static func gsub(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> ByteString {
        let subject = try text(arguments, 0, .gsub).bytes
        let replacement = try text(arguments, 2, .gsub).bytes
        let wanted = try text(arguments, 1, .gsub).bytes
        let limit = try integer(arguments, 3, default: Int64(subject.count + 1), .gsub)
        return try LuaPattern.with(subject: subject, pattern: wanted, steps: &steps) { pattern throws(EvaluationError) in
            try replaced(subject, &pattern, replacement, limit)
        }
    }

    private static func replaced(
        _ subject: [UInt8], _ pattern: inout LuaPattern, _ replacement: [UInt8], _ limit: Int64
    ) throws(EvaluationError) -> ByteString {
        var result: [UInt8] = []
        var position = 0
        var lastEnd: Int?
        var count: Int64 = 0
        while count < limit {
            if let end = try pattern.match(at: position), end != lastEnd {
                count += 1
                try append(replacement, pattern, position..<end, subject, to: &result)
                position = end
                lastEnd = end
            } else if position < subject.count {
                result.append(subject[position])
                position += 1
            } else {
                break
            }
            guard result.count <= ExpressionLimits.stringBytes else {
                throw .limit("a string of more than \(ExpressionLimits.stringBytes) bytes")
            }
            if pattern.isAnchored { break }
        }
        if position < subject.count { result += subject[position...] }
        return ByteString(bytes: result)
    }

    /// Appends a replacement with `%0` to `%9` and `%%` filled in.
    private static func append(
        _ replacement: [UInt8], _ pattern: LuaPattern, _ whole: Range<Int>, _ subject: [UInt8], to result: inout [UInt8]
    ) throws(EvaluationError) {
        var index = 0
        while index < replacement.count {
            let byte = replacement[index]
            index += 1
            guard byte == UInt8(ascii: "%") else {
                result.append(byte)
                continue
            }
            let name = index < replacement.count ? replacement[index] : 0
            index += 1
            if name == UInt8(ascii: "%") {
                result.append(name)
            } else if name == UInt8(ascii: "0") {
                result += subject[whole]
            } else if Lexer.isDigit(name) {
                let capture = try pattern.capture(Int(name) - 49, whole: whole)
                result += LuaOperations.string(capture)?.bytes ?? []
            } else {
                throw .pattern("invalid use of '%' in replacement string")
            }
            guard result.count <= ExpressionLimits.stringBytes else {
                throw .limit("a string of more than \(ExpressionLimits.stringBytes) bytes")
            }
        }
    }
}
