/// Lua 5.4's pattern matching (lstrlib.c): classes, sets, `* + - ?`, captures, `%b`, `%f`, back references and anchors.
///
/// Matching backtracks, so its steps are counted and its depth is bounded: a pattern cannot hang or overflow the stack.
struct LuaPattern {
    /// lstrlib.c, MAXCCALLS.
    private static let maximumDepth = 200
    private static let escape = UInt8(ascii: "%")

    private let subject: UnsafeBufferPointer<UInt8>
    private let pattern: UnsafeBufferPointer<UInt8>
    private var captures = LuaCaptures()
    private var depth = 0
    /// Steps taken, those of earlier patterns of the same evaluation among them.
    private(set) var steps: Int

    private init(subject: UnsafeBufferPointer<UInt8>, pattern: UnsafeBufferPointer<UInt8>, steps: Int) {
        self.subject = subject
        self.pattern = pattern
        self.steps = steps
    }

    /// Makes a matcher for the time of `body`, which must not keep it: it looks at the texts where they stand.
    static func with<Result>(
        subject: [UInt8], pattern: [UInt8], steps: inout Int, _ body: (inout LuaPattern) throws(EvaluationError) -> Result
    ) throws(EvaluationError) -> Result {
        try subject.withUnsafeBufferPointer { subject throws(EvaluationError) in
            try pattern.withUnsafeBufferPointer { pattern throws(EvaluationError) in
                var matcher = LuaPattern(subject: subject, pattern: pattern, steps: steps)
                defer { steps = matcher.steps }
                return try body(&matcher)
            }
        }
    }

    /// Whether the pattern matches anywhere; an error also where only a capture cannot be made.
    static func matches(
        subject: UnsafeBufferPointer<UInt8>, pattern: UnsafeBufferPointer<UInt8>, steps: inout Int
    ) throws(EvaluationError) -> Bool {
        var matcher = LuaPattern(subject: subject, pattern: pattern, steps: steps)
        defer { steps = matcher.steps }
        guard try matcher.firstMatch(from: 0) != nil else { return false }
        if matcher.captures.lastUnfinished != nil { throw .pattern("unfinished capture") }
        return true
    }

    /// Whether a pattern is just a text to look for.
    static func isPlain(_ pattern: [UInt8]) -> Bool { !pattern.contains { Array("^$*+?.([%-".utf8).contains($0) } }

    var isAnchored: Bool { pattern.first == UInt8(ascii: "^") }

    /// The first match at or after `start`.
    mutating func firstMatch(from start: Int) throws(EvaluationError) -> Range<Int>? {
        var position = start
        repeat {
            if let end = try match(at: position) { return position..<end }
            position += 1
        } while position <= subject.count && !isAnchored
        return nil
    }

    /// The end of a match that begins at `position`.
    mutating func match(at position: Int) throws(EvaluationError) -> Int? {
        captures.removeAll()
        depth = 0
        return try match(position, isAnchored ? 1 : 0)
    }

    var captureCount: Int { captures.count }

    /// A capture by its index; index 0 of a pattern without captures is the whole match.
    func capture(_ index: Int, whole: Range<Int>) throws(EvaluationError) -> LuaValue {
        guard index < captures.count else {
            guard index == 0 else { throw .pattern("invalid capture index %\(index + 1)") }
            return .string(ByteString(bytes: Array(subject[whole])))
        }
        let (start, length) = captures[index]
        switch length {
        case .closed(let count): return .string(ByteString(bytes: Array(subject[start..<(start + count)])))
        case .position: return .integer(Int64(start + 1))
        case .unfinished: throw .pattern("unfinished capture")
        }
    }

    // MARK: - The matcher

    /// Counts bytes that are looked at, of the subject or of the pattern.
    private mutating func countSteps(_ count: Int = 1) throws(EvaluationError) {
        steps += count
        if steps > ExpressionLimits.patternSteps { throw .limit("a pattern match of more than \(ExpressionLimits.patternSteps) steps") }
    }

    /// Matches `pattern[p...]` at `s`; the end of the match, or nil.
    private mutating func match(_ start: Int, _ patternStart: Int) throws(EvaluationError) -> Int? {
        var s = start
        var p = patternStart
        depth += 1
        defer { depth -= 1 }
        if depth > Self.maximumDepth { throw .pattern("pattern too complex") }
        while p < pattern.count {
            try countSteps()
            switch pattern[p] {
            case UInt8(ascii: "("):
                return p + 1 < pattern.count && pattern[p + 1] == UInt8(ascii: ")")
                    ? try open(s, p + 2, .position) : try open(s, p + 1, .unfinished)
            case UInt8(ascii: ")"):
                return try close(s, p + 1)
            case UInt8(ascii: "$") where p + 1 == pattern.count:
                return s == subject.count ? s : nil
            case Self.escape where p + 1 < pattern.count && pattern[p + 1] == UInt8(ascii: "b"):
                guard let end = try matchBalance(s, p + 2) else { return nil }
                s = end
                p += 4
                continue
            case Self.escape where p + 1 < pattern.count && pattern[p + 1] == UInt8(ascii: "f"):
                p += 2
                guard p < pattern.count, pattern[p] == UInt8(ascii: "[") else { throw .pattern("missing '[' after '%f' in pattern") }
                let end = try classEnd(p)
                try countSteps(2 * (end - p))
                let before = s == 0 ? 0 : subject[s - 1]
                let after = s < subject.count ? subject[s] : 0
                guard !matchesSet(before, p, end - 1), matchesSet(after, p, end - 1) else { return nil }
                p = end
                continue
            case Self.escape where p + 1 < pattern.count && Lexer.isDigit(pattern[p + 1]):
                guard let end = try matchBackReference(s, pattern[p + 1]) else { return nil }
                s = end
                p += 2
                continue
            default: break
            }
            let end = try classEnd(p)
            try countSteps(end - p)
            let suffix = end < pattern.count ? pattern[end] : 0
            switch suffix {
            case UInt8(ascii: "?") where end < pattern.count:
                if matchesSingle(s, p, end), let rest = try match(s + 1, end + 1) { return rest }
                p = end + 1
            case UInt8(ascii: "+") where end < pattern.count:
                return matchesSingle(s, p, end) ? try expandMost(s + 1, p, end) : nil
            case UInt8(ascii: "*") where end < pattern.count:
                return try expandMost(s, p, end)
            case UInt8(ascii: "-") where end < pattern.count:
                return try expandLeast(s, p, end)
            default:
                guard matchesSingle(s, p, end) else { return nil }
                s += 1
                p = end
            }
        }
        return s
    }

    private mutating func expandMost(_ s: Int, _ p: Int, _ end: Int) throws(EvaluationError) -> Int? {
        var count = 0
        while matchesSingle(s + count, p, end) {
            try countSteps(end - p)
            count += 1
        }
        while count >= 0 {
            if let rest = try match(s + count, end + 1) { return rest }
            count -= 1
        }
        return nil
    }

    private mutating func expandLeast(_ start: Int, _ p: Int, _ end: Int) throws(EvaluationError) -> Int? {
        var s = start
        while true {
            if let rest = try match(s, end + 1) { return rest }
            guard matchesSingle(s, p, end) else { return nil }
            try countSteps(end - p)
            s += 1
        }
    }

    private mutating func open(_ s: Int, _ p: Int, _ kind: LuaCaptures.Length) throws(EvaluationError) -> Int? {
        guard captures.count < LuaCaptures.maximumCount else { throw .pattern("too many captures") }
        captures.append(start: s, kind)
        if let end = try match(s, p) { return end }
        captures.removeLast()
        return nil
    }

    private mutating func close(_ s: Int, _ p: Int) throws(EvaluationError) -> Int? {
        guard let index = captures.lastUnfinished else { throw .pattern("invalid pattern capture") }
        captures.setLength(.closed(s - captures[index].start), of: index)
        if let end = try match(s, p) { return end }
        captures.setLength(.unfinished, of: index)
        return nil
    }

    private mutating func matchBalance(_ s: Int, _ p: Int) throws(EvaluationError) -> Int? {
        guard p + 1 < pattern.count else { throw .pattern("missing arguments to '%b'") }
        guard s < subject.count, subject[s] == pattern[p] else { return nil }
        var level = 1
        var index = s + 1
        while index < subject.count {
            try countSteps()
            if subject[index] == pattern[p + 1] {
                level -= 1
                if level == 0 { return index + 1 }
            } else if subject[index] == pattern[p] {
                level += 1
            }
            index += 1
        }
        return nil
    }

    private mutating func matchBackReference(_ s: Int, _ digit: UInt8) throws(EvaluationError) -> Int? {
        let index = Int(digit) - 49
        guard index >= 0, index < captures.count, captures[index].length != .unfinished else {
            throw .pattern("invalid capture index %\(index + 1)")
        }
        // A position capture has no text to compare with: in C its length wraps to a huge one, which never fits.
        guard case .closed(let length) = captures[index].length else { return nil }
        guard subject.count - s >= length else { return nil }
        try countSteps(length)
        let start = captures[index].start
        return subject[start..<(start + length)].elementsEqual(subject[s..<(s + length)]) ? s + length : nil
    }

    // MARK: - Classes

    /// The end of the single-character class that begins at `p`.
    private func classEnd(_ p: Int) throws(EvaluationError) -> Int {
        var index = p + 1
        switch pattern[p] {
        case Self.escape:
            guard index < pattern.count else { throw .pattern("malformed pattern (ends with '%')") }
            return index + 1
        case UInt8(ascii: "["):
            if index < pattern.count, pattern[index] == UInt8(ascii: "^") { index += 1 }
            repeat {
                guard index < pattern.count else { throw .pattern("malformed pattern (missing ']')") }
                let byte = pattern[index]
                index += 1
                if byte == Self.escape { index += 1 }
            } while index >= pattern.count || pattern[index] != UInt8(ascii: "]")
            return index + 1
        default:
            return index
        }
    }

    private func matchesSingle(_ s: Int, _ p: Int, _ end: Int) -> Bool {
        guard s < subject.count else { return false }
        let byte = subject[s]
        switch pattern[p] {
        case UInt8(ascii: "."): return true
        case Self.escape: return Self.matchesClass(byte, pattern[p + 1])
        case UInt8(ascii: "["): return matchesSet(byte, p, end - 1)
        default: return pattern[p] == byte
        }
    }

    /// Whether a byte belongs to the set between `[` at `open` and `]` at `close`.
    private func matchesSet(_ byte: UInt8, _ open: Int, _ close: Int) -> Bool {
        var index = open + 1
        var found = true
        if pattern[index] == UInt8(ascii: "^") {
            found = false
            index += 1
        }
        while index < close {
            if pattern[index] == Self.escape {
                index += 1
                if Self.matchesClass(byte, pattern[index]) { return found }
                index += 1
            } else if index + 2 < close, pattern[index + 1] == UInt8(ascii: "-") {
                if pattern[index] <= byte, byte <= pattern[index + 2] { return found }
                index += 3
            } else {
                if pattern[index] == byte { return found }
                index += 1
            }
        }
        return !found
    }

    /// `%a`, `%d`, ...: the C locale's classes; an upper-case letter is the complement; any other character stands for itself.
    private static func matchesClass(_ byte: UInt8, _ name: UInt8) -> Bool {
        let isLetter = (65...90).contains(byte) || (97...122).contains(byte)
        let isDigit = Lexer.isDigit(byte)
        let holds: Bool
        switch name | 32 {
        case UInt8(ascii: "a"): holds = isLetter
        case UInt8(ascii: "c"): holds = byte < 32 || byte == 127
        case UInt8(ascii: "d"): holds = isDigit
        case UInt8(ascii: "g"): holds = byte > 32 && byte < 127
        case UInt8(ascii: "l"): holds = (97...122).contains(byte)
        case UInt8(ascii: "p"): holds = byte > 32 && byte < 127 && !isLetter && !isDigit
        case UInt8(ascii: "s"): holds = Lexer.isBlank(byte)
        case UInt8(ascii: "u"): holds = (65...90).contains(byte)
        case UInt8(ascii: "w"): holds = isLetter || isDigit
        case UInt8(ascii: "x"): holds = hexDigit(byte) != nil
        case UInt8(ascii: "z"): holds = byte == 0  // deprecated, and still there
        default: return name == byte
        }
        guard (65...90).contains(name) || (97...122).contains(name) else { return name == byte }
        return (65...90).contains(name) ? !holds : holds
    }
}
