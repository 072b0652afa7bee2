internal import ReleaseModel

/// Reads a `SequencePattern`; see there for the grammar.
struct SequenceParser {
    private static let words = ["then", "times", "and", "exception"] + LogSeverity.allCases.map(\.rawValue)

    private let characters: [Character]
    private var index = 0

    init(_ source: String) { characters = Array(source) }

    mutating func pattern() throws(SequenceError) -> [SequenceStep] {
        guard characters.reduce(0, { $0 + $1.utf8.count }) <= SequencePattern.maximumBytes else {
            throw SequenceError("the pattern has more than \(SequencePattern.maximumBytes) bytes", at: 0)
        }
        var steps = [try step()]
        while let (word, start) = try nextWord() {
            guard word == "then" else { throw unexpected(word, at: start, "'then' and another event, or the end") }
            guard steps.count < SequencePattern.maximumSteps else {
                throw SequenceError("a pattern has at most \(SequencePattern.maximumSteps) steps", at: start)
            }
            steps.append(try step())
        }
        guard steps.reduce(0, { $0 + $1.times }) <= SequencePattern.maximumEvents else {
            throw SequenceError(
                "the pattern waits for more than \(SequencePattern.maximumEvents) events", at: 0, suggestion: "ask for fewer times")
        }
        return steps
    }

    private mutating func step() throws(SequenceError) -> SequenceStep {
        var times = 1
        skipSpace()
        let start = index
        if index < characters.count, characters[index].isNumber {
            let word = word()
            guard let number = Int(word), (1...SequencePattern.maximumEvents).contains(number) else {
                throw SequenceError("'\(word)' is no number of 1 to \(SequencePattern.maximumEvents)", at: start)
            }
            times = number
            let place = index
            guard let (next, _) = (try? nextWord()) ?? nil, next == "times" else {
                throw SequenceError("after \(number) the word 'times' is missing", at: place, suggestion: "write \(number) times \"...\"")
            }
        }
        var tests = [try test()]
        while true {
            let before = index
            guard let (word, _) = try nextWord(), word == "and" else {
                index = before
                break
            }
            guard tests.count < SequencePattern.maximumTests else {
                throw SequenceError("a step has at most \(SequencePattern.maximumTests) tests", at: before)
            }
            tests.append(try test())
        }
        return SequenceStep(times: times, tests: tests)
    }

    private mutating func test() throws(SequenceError) -> SequenceTest {
        skipSpace()
        let start = index
        guard index < characters.count else {
            throw SequenceError("an event is missing here", at: start, suggestion: "write \"text of the line\", exception Name, or error")
        }
        if characters[index] == "\"" { return .text(try text()) }
        let word = word()
        if word == "exception" {
            skipSpace()
            let place = index
            let name = self.word()
            guard !name.isEmpty else {
                throw SequenceError("the name of the exception is missing", at: place, suggestion: "for example exception TimeoutException")
            }
            return .exception(name)
        }
        if let severity = LogSeverity(rawValue: word) { return .severity(severity) }
        throw unexpected(word, at: start, "\"text of the line\", exception Name, or a severity (error)")
    }

    private mutating func text() throws(SequenceError) -> [String] {
        let start = index
        index += 1
        var pieces = [""]
        while index < characters.count, characters[index] != "\"" {
            if characters[index] == "\\" {
                index += 1
                guard index < characters.count else { break }
                pieces[pieces.count - 1].append(characters[index])
            } else if characters[index] == "*" {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].append(characters[index])
            }
            index += 1
        }
        guard index < characters.count else {
            throw SequenceError("the text is not closed", at: start, suggestion: "add a quotation mark at its end")
        }
        index += 1
        guard pieces.contains(where: { !$0.isEmpty }) else {
            throw SequenceError("the text is empty, so every line holds it", at: start, suggestion: "name what the line says")
        }
        return pieces
    }

    // MARK: Words

    private mutating func skipSpace() { while index < characters.count, characters[index].isWhitespace { index += 1 } }

    private mutating func word() -> String {
        let start = index
        while index < characters.count, !characters[index].isWhitespace, characters[index] != "\"" { index += 1 }
        return String(characters[start..<index])
    }

    /// The next word, or nil at the end. A text in its place is an error: something is missing between two events.
    private mutating func nextWord() throws(SequenceError) -> (String, Int)? {
        skipSpace()
        guard index < characters.count else { return nil }
        let start = index
        if characters[index] == "\"" {
            throw SequenceError(
                "between two events a word is missing", at: start,
                suggestion: "write 'then' for one after the other, 'and' for both at once")
        }
        return (word(), start)
    }

    private func unexpected(_ word: String, at start: Int, _ wanted: String) -> SequenceError {
        let near = Self.words.first { Self.isNear(word.lowercased(), $0) }
        return SequenceError(
            word.isEmpty ? "\(wanted) is wanted here" : "'\(word)' is not understood here", at: start,
            suggestion: near.map { "did you mean '\($0)'?" } ?? "\(wanted) is wanted")
    }

    /// One letter more, less, other, or two swapped.
    private static func isNear(_ word: String, _ known: String) -> Bool {
        let (left, right) = (Array(word.utf8), Array(known.utf8))
        guard abs(left.count - right.count) <= 1, left.count > 1 else { return false }
        var start = 0
        while start < min(left.count, right.count), left[start] == right[start] { start += 1 }
        var end = 0
        while end < min(left.count, right.count) - start, left[left.count - 1 - end] == right[right.count - 1 - end] { end += 1 }
        let (inLeft, inRight) = (left.count - start - end, right.count - start - end)
        if inLeft <= 1, inRight <= 1 { return true }
        return inLeft == 2 && inRight == 2 && left[start] == right[start + 1] && left[start + 1] == right[start]
    }
}
