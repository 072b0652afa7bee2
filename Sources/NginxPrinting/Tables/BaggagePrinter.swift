internal import Routing

/// Prints the colours as a member of W3C baggage: ours first, then the other members as they came, as `Baggage.merged` has it.
package struct BaggagePrinter {
    /// Colours in one list that a single regular expression of nginx takes apart; it knows nine captures.
    private static let chunk = 8

    let writer: MapWriter
    /// The member's name.
    let name: String

    package init(writer: MapWriter, name: String) {
        self.writer = writer
        self.name = name
    }

    /// The variable of the members that are not ours, for a configuration that gets ours from elsewhere.
    package func printOthers(named word: String) throws(PrintingRefusal) -> String { try otherMembers(named: word).variable }

    /// The merged header in `$..._baggage`.
    func printBaggage(_ tag: Operand) throws(PrintingRefusal) {
        let others = try otherMembers()
        let member = try member(tag)
        let both = writer.map(
            others.variable, [("\"\"", member.variable)], otherwise: "\"\(member.braced),\(others.braced)\"",
            depth: max(others.depth, member.depth))
        _ = writer.map(
            tag.variable, [("\"\"", others.variable)], otherwise: both.variable, depth: max(both.depth, tag.depth), named: "baggage")
    }

    /// The members of the request that are not ours. Two of our name are taken out; where there are still more, somebody forges, and
    /// nothing of it goes on.
    private func otherMembers(named word: String? = nil) throws(PrintingRefusal) -> Operand {
        let ours = ColorPattern.blanks + ColorPattern.literal(name) + ColorPattern.blanks + "(?:[=;][^,]*)?"
        let alone = try NginxText.mapKey(pattern: "^\(ours)\\z")
        let first = try NginxText.mapKey(pattern: "^\(ours),(.*)")
        let last = try NginxText.mapKey(pattern: "^(.*),\(ours)\\z")
        let between = try NginxText.mapKey(pattern: "^(.*),\(ours)(,.*)")
        var list = Operand("$http_baggage")
        for _ in 0..<2 {
            list = writer.map(
                list.variable, [(alone, "\"\""), (first, "$1"), (last, "$1"), (between, "$1$2")], otherwise: list.variable,
                depth: list.depth)
        }
        let forged = try NginxText.mapKey(pattern: "(?:^|,)\(ours)(?:,|\\z)")
        let tooMany = try NginxText.mapKey(pattern: "^((?:[^,]*,){\(Baggage.maximumMembers - 2)}[^,]*),")
        return writer.map(list.variable, [(forged, "\"\""), (tooMany, "$1")], otherwise: list.variable, depth: list.depth, named: word)
    }

    /// `gray-tag=a%2Cb` for a list that is not empty.
    private func member(_ tag: Operand) throws(PrintingRefusal) -> Operand {
        let split = "^((?:[^,]*,){\(Self.chunk - 1)}[^,]*),(.*)"
        let head = writer.map(tag.variable, [(try NginxText.mapKey(pattern: split), "$1")], otherwise: tag.variable, depth: tag.depth)
        let tail = writer.map(tag.variable, [(try NginxText.mapKey(pattern: split), "$2")], otherwise: "\"\"", depth: tag.depth)
        let first = try encoded(head)
        let second = try encoded(tail)
        return writer.map(
            second.variable, [("\"\"", "\"\(name)=\(first.braced)\"")], otherwise: "\"\(name)=\(first.braced)%2C\(second.braced)\"",
            depth: max(first.depth, second.depth))
    }

    /// A list of at most `chunk` colours with `%2C` between them.
    private func encoded(_ list: Operand) throws(PrintingRefusal) -> Operand {
        let item = "\(ColorPattern.blanks)([^,\\x20\\x09]+)\(ColorPattern.blanks)"
        var entries: [(key: String, value: String)] = []
        for count in 1...Self.chunk {
            let pattern = "^" + [String](repeating: item, count: count).joined(separator: ",") + "\\z"
            entries.append((try NginxText.mapKey(pattern: pattern), "\"" + (1...count).map { "$\($0)" }.joined(separator: "%2C") + "\""))
        }
        return writer.map(list.variable, entries, otherwise: "\"\"", depth: list.depth)
    }
}
