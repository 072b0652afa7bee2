public import ReleaseModel

/// One entry of a policy's `logs.sequences`.
public struct SequenceRule: Sendable, Hashable {
    public static let maximumRules = 16
    public static let longestWithin = TimeSpan.seconds(3600)
    /// The key that means the instance that wrote the event.
    public static let byInstance = "instance"

    /// The signal is called `logs.sequence["name"]`.
    public var name: String
    public var pattern: SequencePattern
    /// From the first event to the last.
    public var within: TimeSpan
    /// The field whose value all events share; nil where they share only the revision.
    public var by: String?
    /// How long the signal stays true after the last event.
    public var holds: TimeSpan

    public var identity: String { pattern.identity(by: by) }

    /// What is wrong with one entry, and with which of its members (empty for the whole).
    public struct Problem: Sendable, Hashable {
        public var index: Int
        public var member: String
        public var error: SequenceError
    }

    /// The rules of a list as policies write it; an entry with a problem gives none.
    public static func read(_ list: JSONValue?) -> (rules: [SequenceRule], problems: [Problem]) {
        guard let list, !list.isNull else { return ([], []) }
        guard let entries = list.array, entries.count <= maximumRules else {
            return ([], [Problem(index: 0, member: "", error: SequenceError("must be a list of at most \(maximumRules) sequences", at: 0))])
        }
        var rules: [SequenceRule] = []
        var problems: [Problem] = []
        for (index, entry) in entries.enumerated() {
            do {
                let rule = try SequenceRule(entry)
                if rules.contains(where: { $0.name == rule.name }) {
                    problems.append(
                        Problem(index: index, member: "name", error: SequenceError("two sequences are called '\(rule.name)'", at: 0)))
                } else {
                    rules.append(rule)
                }
            } catch {
                problems.append(Problem(index: index, member: error.member, error: error.error))
            }
        }
        return (rules, problems)
    }

    struct MemberError: Error {
        var member: String
        var error: SequenceError
    }

    init(_ entry: JSONValue) throws(MemberError) {
        func refuse(_ member: String, _ message: String, _ suggestion: String? = nil) -> MemberError {
            MemberError(member: member, error: SequenceError(message, at: 0, suggestion: suggestion))
        }
        let known = ["name", "pattern", "within", "by", "holds"]
        guard let members = entry.object else {
            throw refuse(
                "", "must be a map",
                "for example {name: retries, pattern: '\"payment failed\" then 3 times \"retry\"', within: 5m, by: user}")
        }
        if let stray = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw refuse(stray, "is not a member of a sequence", "there are \(known.joined(separator: ", "))")
        }
        guard let name = entry["name"]?.string, Self.isName(name) else {
            throw refuse("name", "must be a text of 1 to 64 characters without quotation marks and backslashes")
        }
        guard let source = entry["pattern"]?.string else {
            throw refuse("pattern", "must be a text", "for example '\"payment failed\" then 3 times \"retry\"'")
        }
        do {
            pattern = try SequencePattern(source)
        } catch {
            throw MemberError(member: "pattern", error: error)
        }
        guard let within = entry["within"]?.string.flatMap({ TimeSpan($0) }), within > .zero, within <= Self.longestWithin else {
            throw refuse("within", "must be a length of time of at most \(Self.longestWithin)", "for example within: 5m")
        }
        var holds = within
        if let value = entry["holds"], !value.isNull {
            guard let span = value.string.flatMap({ TimeSpan($0) }), span > .zero, span <= TimeSpan.seconds(86_400) else {
                throw refuse("holds", "must be a length of time of at most 24h", "for example holds: 10m")
            }
            holds = span
        }
        if let value = entry["by"], !value.isNull {
            guard let by = value.string, !by.isEmpty, by.utf8.count <= 100 else {
                throw refuse("by", "must be the name of a field", "for example by: user, or by: instance")
            }
            self.by = by
        }
        self.name = name
        self.within = within
        self.holds = holds
    }

    private static func isName(_ name: String) -> Bool {
        (1...64).contains(name.count) && name.unicodeScalars.allSatisfy { $0.value >= 32 && $0 != "\"" && $0 != "\\" && $0.value != 127 }
    }
}
