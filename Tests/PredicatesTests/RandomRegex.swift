/// Random regular expressions of the part that is honoured, and short subjects that often match.
struct RandomRegex {
    var generator: Generator

    private static let atoms = [
        "a", "b", "ab", ".", "x", "/", "A", "_", "1", "-", #"\d"#, #"\w"#, #"\s"#, #"\D"#, #"\W"#, #"\S"#, #"\."#, #"\x61"#, #"\n"#, "[ab]",
        "[^a]", "[a-z]",
        "[A-Z_]", #"[\d-]"#, "[]a]", "[^]b]", "[a-]", "[[:alpha:]]", "[[:^digit:]]", #"[\w/]"#, #"[^\s]"#, "é", "[[:punct:]x]", " ", "#",
        "}", "]",
    ]
    private static let places = ["^", "$", #"\b"#, #"\B"#, #"\A"#, #"\z"#, #"\Z"#]
    private static let counts = ["*", "+", "?", "{2}", "{0}", "{1,2}", "{2,}", "*?", "+?", "??", "{0,3}?"]

    mutating func pattern(depth: Int) -> String {
        let items = (0...generator.below(3)).map { _ in item(depth) }.joined()
        return generator.chance(25) ? items + "|" + item(depth) : items
    }

    private mutating func item(_ depth: Int) -> String {
        if generator.chance(18) { return generator.pick(Self.places) }
        let isGroup = depth > 0 && generator.chance(30)
        let opening = isGroup ? generator.pick(["(", "(?:", "(?i:", "(?<n>", "(?s-i:", "(?m:"]) : ""
        let atom = isGroup ? "\(opening)\(pattern(depth: depth - 1)))" : generator.pick(Self.atoms)
        // A count applies to the last character, which of `é` without the option u is a byte of it.
        let isSingle = isGroup || atom != "é"
        return generator.chance(40) && isSingle ? atom + generator.pick(Self.counts) : atom
    }

    mutating func options() -> String {
        ["i", "m", "s", "x", "j", "u"].filter { _ in generator.chance(20) }.joined()
    }

    mutating func subject() -> [UInt8] {
        let pieces = ["a", "b", "ab", "aab", "x", "A", "B", "1", "22", "/", "_", " ", "\n", "é", "-", ".", "#", "]", "{"]
        return Array((0..<generator.below(8)).map { _ in generator.pick(pieces) }.joined().utf8)
    }
}
