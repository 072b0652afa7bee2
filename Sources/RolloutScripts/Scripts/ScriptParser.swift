import ReleaseModel

/// Reads the lines of a `.rollout` script.
public struct ScriptParser {
    /// The most lines that a script may have.
    public static let maximumLines = 5000
    /// The most values of one series, and lines of `load`.
    static let maximumValues = 100_000

    private let name: String
    private let lines: [Substring]
    private var index = 0
    private var script: Script

    /// - Throws: `ScriptError` naming the line that is wrong and what would be right.
    public static func parse(_ text: String, name: String) throws(ScriptError) -> Script {
        var parser = ScriptParser(text, name: name)
        return try parser.parse()
    }

    private init(_ text: String, name: String) {
        self.name = name
        lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        script = Script(name: name, policy: nil, happenings: [], load: nil, end: .zero, expectations: [])
    }

    private mutating func parse() throws(ScriptError) -> Script {
        guard lines.count <= Self.maximumLines else { throw error("a script has at most \(Self.maximumLines) lines") }
        while index < lines.count {
            var words = Self.words(lines[index])
            let line = index
            index += 1
            guard let first = words.first else { continue }
            words.removeFirst()
            switch first {
            case "policy": try policy(words)
            case "load": try load(words)
            case "start": try happening(at: .zero, line: line, ["start"] + words)
            case "signals": try happening(at: .zero, line: line, ["signals"] + words)
            case "at": try happening(at: time(words.first), line: line, Array(words.dropFirst()))
            case "fault", "drift", "crash":
                guard words.first == "at" else { throw error("write '\(first) at TIME ...'") }
                try happening(at: time(words.dropFirst().first), line: line, [first] + words.dropFirst(2))
            case "run":
                guard words.first == "to", words.count == 2 else { throw error("write 'run to TIME'") }
                script.end = try time(words[1])
            default: try expectation(first, words, line: line)
            }
        }
        guard script.policy != nil else { throw error("a script names its policy") }
        guard script.end > .zero else { throw error("a script says 'run to TIME'") }
        script.happenings.sort { $0.at < $1.at }
        return script
    }

    private mutating func policy(_ words: [String]) throws(ScriptError) {
        let first = index
        if let name = words.first {
            script.policy = .named(name, line: first)
            return
        }
        let block = indentedBlock()
        guard !block.isEmpty else { throw error("'policy' is followed by a name, or by the indented lines of a policy's spec") }
        script.policy = .spec(block.joined(separator: "\n"), line: first + 1)
    }

    private mutating func indentedBlock() -> [Substring] {
        var block: [Substring] = []
        while index < lines.count, lines[index].hasPrefix(" ") || lines[index].allSatisfy(\.isWhitespace) {
            block.append(lines[index])
            index += 1
        }
        while let last = block.last, last.allSatisfy(\.isWhitespace) { block.removeLast() }
        return block
    }

    /// `load 30s`, then lines such as `requests{version="v41"} 0+3800x2 10600+3000x3`.
    private mutating func load(_ words: [String]) throws(ScriptError) {
        var load = Script.Load(step: try time(words.first), series: [])
        let first = index
        for (offset, line) in indentedBlock().enumerated() {
            index = first + offset + 1
            var parts = Self.words(line)[...]
            guard var head = parts.popFirst() else { continue }
            // Labels may have spaces between them.
            while !head.hasSuffix("}"), let next = parts.popFirst() { head += next }
            var values: [Double] = []
            for part in parts { values += try expand(part) }
            guard values.count <= Self.maximumValues else { throw error("a series has at most \(Self.maximumValues) values") }
            load.series.append(try series(head, values))
        }
        script.load = load
    }

    /// `requests{version="v41"}`, where wanted with `instance="a"` and, for a bucket of a histogram, `le="0.5"`.
    private func series(_ head: String, _ values: [Double]) throws(ScriptError) -> Script.Series {
        let form =
            "a series is written metric{version=\"v41\"} followed by its values; instance=\"a\" and le=\"0.5\" may stand beside version"
        guard let brace = head.firstIndex(of: "{"), head.hasSuffix("}"), brace > head.startIndex else { throw error(form) }
        var labels: [String: String] = [:]
        for pair in head[head.index(after: brace)...].dropLast().split(separator: ",") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.trimmingPrefix(while: \.isWhitespace) }
            guard parts.count == 2, parts[1].hasPrefix("\""), parts[1].hasSuffix("\""), parts[1].count >= 2,
                ["version", "instance", "le"].contains(parts[0]), labels[String(parts[0])] == nil
            else { throw error(form) }
            labels[String(parts[0])] = String(parts[1].dropFirst().dropLast())
        }
        guard let version = labels["version"], !version.isEmpty else { throw error(form) }
        var edge: Double?
        if let le = labels["le"] {
            edge = le == "+Inf" ? .infinity : Double(le)
            guard let edge, !edge.isNaN else { throw error("le=\"\(le)\" is no upper edge") }
        }
        return Script.Series(
            metric: String(head[..<brace]), version: version, instance: labels["instance"] ?? "\(version)-1", edge: edge, values: values)
    }

    /// `5`, `5x3` (three more of the same) or `0+10x3` (0 10 20 30): Prometheus's expanding notation.
    private func expand(_ text: String) throws(ScriptError) -> [Double] {
        guard let cross = text.firstIndex(of: "x") else {
            guard let value = Double(text) else { throw error("'\(text)' is not a value") }
            return [value]
        }
        guard let count = Int(text[text.index(after: cross)...]), (0...10_000).contains(count) else {
            throw error("'\(text)' does not say how often")
        }
        let head = text[..<cross]
        guard let sign = head.dropFirst().firstIndex(where: { $0 == "+" || $0 == "-" }) else {
            guard let value = Double(head) else { throw error("'\(text)' is not a value") }
            return Array(repeating: value, count: count + 1)
        }
        guard let start = Double(head[..<sign]), let step = Double(head[sign...]) else { throw error("'\(text)' is not a value") }
        return (0...count).map { start + Double($0) * step }
    }

    private mutating func happening(at time: TimeSpan, line: Int, _ words: [String]) throws(ScriptError) {
        guard let verb = words.first else { throw error("nothing happens on this line") }
        let rest = Array(words.dropFirst())
        let kind: Script.Happening.Kind
        switch verb {
        case "start":
            let options = try options(rest, known: ["release", "stable", "canary", "irreversible"])
            kind = .start(
                .init(
                    release: options["release"] ?? "checkout-1", stable: options["stable"] ?? "v41", canary: options["canary"] ?? "v42",
                    irreversible: options["irreversible"] == "true"))
        case "signals": kind = .signals(try rest.map { word throws(ScriptError) in try reading(word) })
        case "fault": kind = try fault(rest, at: time)
        case "drift":
            guard rest.count == 2, rest[0] == "canary", let weight = Weight(percent: rest[1]) else {
                throw error("write 'drift at TIME canary WEIGHT'")
            }
            kind = .drift(canary: weight)
        case "crash": kind = .crash
        default:
            guard let command = Command.Kind(rawValue: verb), !command.isInternal else {
                throw error("'\(verb)' is neither a command nor something that happens")
            }
            let actor = rest.firstIndex(of: "by").flatMap { $0 + 1 < rest.count ? rest[$0 + 1] : nil } ?? "operator"
            kind = .command(Command(kind: command, actor: Actor(name: actor, means: .token), reason: rest.first ?? "because"))
        }
        script.happenings.append(.init(at: time, line: line + 1, kind: kind))
    }

    /// `errors.guilty=true score=97 logs.anomaly=missing latency.guilty=failed`
    private func reading(_ word: String) throws(ScriptError) -> NamedReading {
        guard let equals = word.firstIndex(of: "=") else { throw error("a signal is written NAME=VALUE, not '\(word)'") }
        let value = String(word[word.index(after: equals)...])
        let reading: SignalReading
        switch value {
        case "true": reading = .bool(true)
        case "false": reading = .bool(false)
        case "missing": reading = .missing("no data")
        case "failed": reading = .failed("the plugin failed")
        default:
            guard let number = Double(value) else { throw error("'\(value)' is not true, false, missing, failed or a number") }
            reading = .number(number)
        }
        return NamedReading(name: String(word[..<equals]), reading: reading)
    }

    /// `traffic.apply unavailable for 20s`, `plugin HealthScore unavailable for 10s`, `traffic draining for 5s`
    private func fault(_ words: [String], at time: TimeSpan) throws(ScriptError) -> Script.Happening.Kind {
        guard let position = words.firstIndex(of: "for"), position + 1 < words.count, let length = TimeSpan(words[position + 1]) else {
            throw error("a fault ends: write '... for TIME'")
        }
        let fault: SimulatedFault
        switch words.prefix(position).joined(separator: " ") {
        case "traffic.apply unavailable": fault = .apply
        case "traffic.read unavailable": fault = .read
        case "metrics unavailable": fault = .metrics
        case "traffic draining": fault = .draining
        default:
            guard words.count == 5, words[0] == "plugin", words[2] == "unavailable" else {
                throw error(
                    "a fault is 'traffic.apply|traffic.read|metrics|plugin NAME unavailable for TIME' or 'traffic draining for TIME'")
            }
            fault = .plugin(words[1])
        }
        return .fault(fault, until: time + length)
    }

    private mutating func expectation(_ verb: String, _ words: [String], line: Int) throws(ScriptError) {
        let kind: Script.Expectation.Kind
        switch (verb, words.first) {
        case ("decision", "at"): kind = try decision(words)
        case ("effect", "at"):
            guard words.count == 5, words[2] == "setWeight", let weight = Weight(percent: words[3]) else {
                throw error("write 'effect at TIME setWeight WEIGHT ok|unavailable'")
            }
            kind = .effect(at: try time(words[1]), canary: weight, ok: words[4] == "ok")
        case ("never", "after"):
            guard words.count == 6, words[2] == "observed", words[3] == "weight", words[4] == ">", let weight = Weight(percent: words[5])
            else {
                throw error("write 'never after TIME observed weight > WEIGHT'")
            }
            kind = .never(after: try time(words[1]), observedAbove: weight)
        case ("state", "at"):
            guard words.count == 3 || words.count == 5, let state = ReleaseState(rawValue: words[2]) else {
                throw error("write 'state at TIME STATE [of RELEASE]'")
            }
            kind = .state(at: try time(words[1]), state, release: words.count == 5 ? words[4] : nil)
        case ("weight", "at"):
            guard words.count == 3, let weight = Weight(percent: words[2]) else { throw error("write 'weight at TIME WEIGHT'") }
            kind = .weight(at: try time(words[1]), weight)
        case ("request", "at"):
            guard words.count >= 5, words[words.count - 2] == "->" else { throw error("write 'request at TIME HEADER=VALUE ... -> ARM'") }
            let headers = try words[2..<words.count - 2].map { word throws(ScriptError) in
                guard let equals = word.firstIndex(of: "=") else { throw error("a header is written NAME=VALUE, not '\(word)'") }
                return RequestHeader(name: String(word[..<equals]), value: String(word[word.index(after: equals)...]))
            }
            kind = .request(at: try time(words[1]), headers: headers, arm: words[words.count - 1])
        case ("no", "decision"):
            guard words.count == 3, words[1] == "after" else { throw error("write 'no decision after TIME'") }
            kind = .noDecision(after: try time(words[2]))
        case ("no", "other"): kind = .noOtherDecisions
        case ("log", "verify"):
            guard words.count == 2, words[1] == "ok" else { throw error("write 'log verify ok'") }
            kind = .logVerifies
        default: throw error("'\(verb)' begins no line that a script knows")
        }
        script.expectations.append(.init(line: line + 1, text: String(lines[line]), kind: kind))
    }

    /// `decision at 60s advance weight 5% -> 25% because "all good" verdict healthy by controller`
    private func decision(_ words: [String]) throws(ScriptError) -> Script.Expectation.Kind {
        guard words.count >= 3, let kind = Decision.Kind(rawValue: words[2]) else {
            throw error("write 'decision at TIME KIND [weight A -> B] [because \"...\"] [verdict V] [by ACTOR] [of RELEASE]'")
        }
        var pattern = Script.DecisionPattern(kind: kind)
        var rest = words.dropFirst(3)
        while let key = rest.popFirst() {
            switch key {
            case "weight":
                guard rest.count >= 3, let from = rest.popFirst().flatMap(Weight.init(percent:)), rest.popFirst() == "->",
                    let to = rest.popFirst().flatMap(Weight.init(percent:))
                else { throw error("weights are written '5% -> 25%'") }
                pattern.fromWeight = from
                pattern.toWeight = to
            case "because": pattern.because = rest.popFirst()
            case "verdict": pattern.verdict = rest.popFirst().flatMap(Verdict.init(rawValue:))
            case "by": pattern.actor = rest.popFirst()
            case "of": pattern.release = rest.popFirst()
            default: throw error("a decision has no '\(key)'")
            }
        }
        return .decision(at: try time(words[1]), pattern)
    }

    private func time(_ text: String?) throws(ScriptError) -> TimeSpan {
        guard let text, let span = TimeSpan(text) else { throw error("'\(text ?? "")' is not a time such as 90s or 3m") }
        return span
    }

    private func options(_ words: [String], known: [String]) throws(ScriptError) -> [String: String] {
        var options: [String: String] = [:]
        for word in words {
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, known.contains(parts[0]) else { throw error("'\(word)' is none of \(known.joined(separator: "=, "))=") }
            options[parts[0]] = parts[1]
        }
        return options
    }

    private func error(_ reason: String) -> ScriptError { ScriptError(script: name, line: index, reason: reason) }

    /// Words of a line; quoted texts are one word each, `#` starts a comment.
    static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        var wasQuoted = false
        for character in line {
            if character == "\"", word.isEmpty || isQuoted {
                isQuoted.toggle()
                wasQuoted = true
            } else if character == "#", !isQuoted, word.isEmpty {
                break
            } else if character.isWhitespace, !isQuoted {
                if !word.isEmpty || wasQuoted { words.append(word) }
                word = ""
                wasQuoted = false
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty || wasQuoted { words.append(word) }
        return words
    }
}
