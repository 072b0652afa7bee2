extension Tokenizer {
    /// Appends the word, or a variable where its form or its place says so.
    mutating func append(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ word: WordTraits, _ traits: UnsafeBufferPointer<ByteTraits>
    ) {
        let length = end - start
        let hash = WordHash.both(bytes, start, end)
        let meanings = length <= Vocabulary.maximumWordBytes ? vocabulary.meanings(folded: hash.folded) : []
        if secretFollows != .none {
            if secretFollows == .account, meanings.contains(.role) {
                secretFollows = .none
            } else {
                appendVariable(bytes, start, end)
                if meanings.contains(.scheme) { secretFollows = .value }
                return
            }
        }
        if word.dots > 0, Self.namesException(bytes, start, end) { mayNameException = true }
        if isVariable(bytes, start, end, word, traits) || (meanings.contains(.calendar) && isDate(bytes, start, end, traits)) {
            appendVariable(bytes, start, end)
            return
        }
        if meanings.contains(.unit), isMeasured(bytes, start, traits) {
            tokens[tokens.count - 1].end = Int32(end)
            separator = end
            return
        }
        tokens.append(
            Token(
                hash: hash.exact, separator: Int32(separator), start: Int32(start), end: Int32(end),
                kind: Self.kind(bytes, start, end, word, meanings, traits)))
        separator = end
        if meanings.contains(.announcesSecret) {
            secretFollows = .value
        } else if meanings.contains(.secretName), Self.assigns(bytes, after: end) {
            secretFollows = meanings.contains(.accountName) ? .account : .value
        }
    }

    mutating func appendVariable(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) {
        secretFollows = .none
        if let last = tokens.last, last.isVariable, Self.joins(bytes, Int(last.end), start) {
            tokens[tokens.count - 1].end = Int32(end)
        } else {
            tokens.append(
                Token(
                    hash: WordHash.variable, separator: Int32(separator), start: Int32(start), end: Int32(end), kind: .variable))
        }
        separator = end
    }

    /// A run of text beyond ASCII; its punctuation separates. Chinese states and outcomes stand at its head or its end.
    mutating func readForeign(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int, count: Int) -> Int {
        var index = start
        while index < count, bytes[index] >= 0x80 {
            if Self.isForeignPunctuation(bytes, index, count) {
                if index == start { return start + 3 }
                break
            }
            index += 1
        }
        if secretFollows != .none {
            appendVariable(bytes, start, index)
            return index
        }
        let hash = WordHash.both(bytes, start, index).exact
        var kind = WordClass.word
        let length = StateWords.chineseBytes
        if index - start >= length {
            let head = vocabulary.meanings(folded: WordHash.both(bytes, start, start + length).folded)
            let tail = vocabulary.meanings(folded: WordHash.both(bytes, index - length, index).folded)
            if head.union(tail).contains(.state) { kind = .state }
        }
        tokens.append(Token(hash: hash, separator: Int32(separator), start: Int32(start), end: Int32(index), kind: kind))
        separator = index
        return index
    }

    /// U+3001-U+3011 and the full-width forms of comma, colon, brackets and the like, in UTF-8.
    private static func isForeignPunctuation(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ count: Int) -> Bool {
        guard index + 2 < count else { return false }
        let last = bytes[index + 2]
        if bytes[index] == 0xe3, bytes[index + 1] == 0x80 { return (0x80...0x91).contains(last) }
        if bytes[index] == 0xef, bytes[index + 1] == 0xbc { return (0x81...0x8f).contains(last) || (0x9a...0x9f).contains(last) }
        return false
    }

    private func isVariable(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ word: WordTraits, _ traits: UnsafeBufferPointer<ByteTraits>
    ) -> Bool {
        let length = end - start
        if word.digits > 0 {
            // One digit that ends a name belongs to it: ssh2, SOCKS5.
            let isName =
                word.digits == 1 && length >= 4 && word.any.subtracting([.upper, .lower, .hexadecimal, .trailing]) == .digit
                && traits[Int(bytes[end - 1])].contains(.digit)
            return !isName
        }
        if word.any.contains(.backslash) || (word.any.contains(.at) && length > 2) { return true }
        if word.slashes >= 2, bytes[start] == UInt8(ascii: "/") || bytes[start] == UInt8(ascii: "~") { return true }
        if length >= Self.hexadecimalBytes, word.every.contains(.hexadecimal) { return true }
        return word.slashes >= 3 || (length > Self.maximumWordBytes && word.dots < 2)
    }

    private static func kind(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ word: WordTraits, _ meanings: Vocabulary.Meanings,
        _ traits: UnsafeBufferPointer<ByteTraits>
    ) -> WordClass {
        if meanings.contains(.state) { return .state }
        let capitals: ByteTraits = [.upper, .digit, .underscore, .hexadecimal, .trailing]
        if end - start >= 2, traits[Int(bytes[start])].contains(.upper), word.any.isSubset(of: capitals) { return .name }
        return word.dots + word.slashes >= 2 ? .qualified : .word
    }

    /// Whether a number stands right before, so that "12 ms" and "12ms" are the same.
    private func isMeasured(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ traits: UnsafeBufferPointer<ByteTraits>) -> Bool {
        guard let last = tokens.last, last.isVariable, start - Int(last.end) == 1, bytes[start - 1] == 32 else { return false }
        return traits[Int(bytes[Int(last.start)])].contains(.digit) && traits[Int(bytes[Int(last.end) - 1])].contains(.digit)
    }

    /// Whether the name of a month or a weekday stands beside a number: "Fri Jul  1", "21 Nov 2026".
    private func isDate(
        _ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int, _ traits: UnsafeBufferPointer<ByteTraits>
    ) -> Bool {
        guard traits[Int(bytes[start])].contains(.upper) else { return false }
        if let last = tokens.last, last.isVariable, start - Int(last.end) <= 2 { return true }
        var next = Self.afterGap(bytes, end)
        // A weekday, then a month, then the number.
        if next < bytes.count, traits[Int(bytes[next])].contains(.upper) {
            var close = next
            while close < bytes.count, !traits[Int(bytes[close])].isDisjoint(with: .letter) { close += 1 }
            guard vocabulary.meanings(folded: WordHash.both(bytes, next, close).folded).contains(.calendar) else { return false }
            next = Self.afterGap(bytes, close)
        }
        return next > end && next < bytes.count && traits[Int(bytes[next])].contains(.digit)
    }

    /// Past up to three spaces, commas and strokes.
    private static func afterGap(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int) -> Int {
        var index = from
        while index < bytes.count, index < from + 3, bytes[index] == 32 || (44...47).contains(bytes[index]) { index += 1 }
        return index
    }

    /// An aside that is one variable after another, "426 bytes (1.2 KB)", belongs to it: it comes and goes with the value.
    mutating func closeAside(_ bytes: UnsafeBufferPointer<UInt8>, at close: Int) {
        guard tokens.count >= 2, tokens[tokens.count - 1].isVariable, tokens[tokens.count - 2].isVariable,
            Int(tokens[tokens.count - 1].end) == close
        else { return }
        let open = Int(tokens[tokens.count - 2].end)
        let start = Int(tokens[tokens.count - 1].start)
        guard start - open == 2, bytes[open] == 32, bytes[open + 1] == UInt8(ascii: "(") else { return }
        tokens.removeLast()
        tokens[tokens.count - 1].end = Int32(close + 1)
        separator = close + 1
    }

    /// Variables are one when no more than white space stands between them, or a comma and a space (a list), or punctuation alone.
    private static func joins(_ bytes: UnsafeBufferPointer<UInt8>, _ from: Int, _ to: Int) -> Bool {
        var spaces = 0
        var commas = 0
        for index in from..<to {
            if bytes[index] <= 32 { spaces += 1 }
            if bytes[index] == UInt8(ascii: ",") { commas += 1 }
        }
        return spaces == 0 || spaces == to - from || (commas == 1 && spaces == 1 && to - from == 2)
    }

    private static func assigns(_ bytes: UnsafeBufferPointer<UInt8>, after end: Int) -> Bool {
        var index = end
        while index < bytes.count, index < end + 3 {
            if bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") { return true }
            if bytes[index] > 32, bytes[index] != UInt8(ascii: "\"") { return false }
            index += 1
        }
        return false
    }

    private static let exceptionEnds = [Array("Exception".utf8), Array("Error".utf8)]

    private static func namesException(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        let last = bytes[end - 1]
        guard last == UInt8(ascii: "n") || last == UInt8(ascii: "r") else { return false }
        return exceptionEnds.contains { ending in
            end - start > ending.count && bytes[(end - ending.count)..<end].elementsEqual(ending)
        }
    }
}
