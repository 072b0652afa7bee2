extension RequestLibrary {
    static func match(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> LuaValue {
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

    static func find(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> LuaValue {
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
    static func regexMatch(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> LuaValue {
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

    static func gsub(_ arguments: [LuaValue], _ steps: inout Int) throws(EvaluationError) -> ByteString {
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
