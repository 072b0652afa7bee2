internal import Hashing
public import ReleaseModel

/// A streaming template miner: each line joins the template that it resembles, or founds one.
///
/// A fixed-depth tree after Drain (He, Zhu, Zheng, Lyu, "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017):
/// severity and exception, then the number of words, then the first word; below it the templates are compared word by word. Two
/// things differ from Drain: what varies is masked before (`Tokenizer`), and words that tell states apart never merge (`StateWords`).
///
/// Deterministic: the same lines in the same order give the same templates, and a template's identity depends on nothing but the
/// skeleton it was born with. A value; memory is bounded by `LogMinerLimits`.
///
///     var miner = LogMiner()
///     miner.add("order 17 shipped").template.text      // "order <*> shipped"
public struct LogMiner: Sendable {
    private let limits: LogMinerLimits
    private var tokenizer = Tokenizer()
    private var nodes: [TemplateNode] = []
    private var leaves: [LeafKey: [Int]] = [:]
    private var clock: UInt64 = 0

    public init(limits: LogMinerLimits = LogMinerLimits()) { self.limits = limits }

    /// How many templates there are.
    public var count: Int { nodes.count }

    /// The templates, in the order in which they were born.
    public var templates: [LogTemplate] { nodes.map(\.template) }

    /// The template of one event: a line, or several lines with a stack trace; JSON and logfmt are understood.
    ///
    /// - Parameter severity: what the shipper said; it wins over what the line says. A line of which nobody says anything is `info`,
    ///   one with an exception `error`.
    public mutating func add(_ line: String, severity: LogSeverity? = nil) -> MinedEvent {
        let parsed = ParsedLine(line)
        let own = severity ?? parsed.severity ?? (parsed.exception == nil ? .info : .error)
        return add(message: parsed.message, severity: own, exception: parsed.exception)
    }

    mutating func add(message: String, severity: LogSeverity, exception: ExceptionTrace?) -> MinedEvent {
        var message = message
        return message.withUTF8 { add($0, severity: severity, exception: exception) }
    }

    private mutating func add(_ bytes: UnsafeBufferPointer<UInt8>, severity: LogSeverity, exception: ExceptionTrace?) -> MinedEvent {
        clock += 1
        tokenizer.read(bytes)
        let key = LeafKey(
            group: Self.group(severity, exception), count: tokenizer.tokens.count,
            first: tokenizer.tokens.first?.hash ?? TokenHash.variable)
        if let index = match(key) {
            nodes[index].lastUsed = clock
            if nodes[index].generalize(to: tokenizer.tokens) {
                nodes[index].template.text = Self.text(nodes[index].parts, exception)
            }
            return MinedEvent(template: nodes[index].template, isNew: false)
        }
        return MinedEvent(template: found(key, bytes, severity, exception), isNew: true)
    }

    /// The best template of the leaf that is good enough; the oldest of equals.
    private func match(_ key: LeafKey) -> Int? {
        guard let candidates = leaves[key] else { return nil }
        var best: (index: Int, similarity: Double)?
        for index in candidates {
            guard let similarity = nodes[index].similarity(to: tokenizer.tokens) else { continue }
            if similarity == 1 { return index }
            if similarity >= limits.similarity, similarity > best?.similarity ?? 0 { best = (index, similarity) }
        }
        return best?.index
    }

    private mutating func found(
        _ key: LeafKey, _ bytes: UnsafeBufferPointer<UInt8>, _ severity: LogSeverity, _ exception: ExceptionTrace?
    ) -> LogTemplate {
        if leaves[key, default: []].count >= limits.templatesPerLeaf {
            return Self.template(skeleton: "<other>", severity, exception)
        }
        if nodes.count >= limits.templates { forgetOldest() }
        let parts = tokenizer.tokens.map { Self.part($0, bytes) }
        let template = Self.template(skeleton: Self.joined(parts), severity, exception)
        nodes.append(
            TemplateNode(
                template: template, leaf: key, hashes: tokenizer.tokens.map(\.hash), states: tokenizer.tokens.map(\.isState), parts: parts,
                lastUsed: clock))
        leaves[key, default: []].append(nodes.count - 1)
        return template
    }

    /// Drops the least recently used eighth; what is left keeps its order.
    private mutating func forgetOldest() {
        let goes = max(1, nodes.count / 8)
        let bound = nodes.map(\.lastUsed).sorted()[goes - 1]
        nodes.removeAll { $0.lastUsed <= bound }
        leaves.removeAll(keepingCapacity: true)
        for (index, node) in nodes.enumerated() { leaves[node.leaf, default: []].append(index) }
    }

    // MARK: Identity and text

    private static func template(skeleton: String, _ severity: LogSeverity, _ exception: ExceptionTrace?) -> LogTemplate {
        let identity = [severity.rawValue, exception?.className ?? "", exception?.frame ?? "", skeleton].joined(separator: "\u{0}")
        return LogTemplate(
            id: String(SHA256Digest(of: identity).hex.prefix(16)), text: text(skeleton, exception), severity: severity,
            exceptionClass: exception?.className)
    }

    private static func text(_ parts: [TemplatePart], _ exception: ExceptionTrace?) -> String { text(joined(parts), exception) }

    private static func text(_ skeleton: String, _ exception: ExceptionTrace?) -> String {
        var text = skeleton
        if let exception {
            let thrown = exception.className + (exception.frame.isEmpty ? "" : " at \(exception.frame)")
            text = skeleton.isEmpty ? thrown : "\(skeleton): \(thrown)"
        }
        guard text.utf8.count > LogTemplate.maximumTextBytes else { return text }
        return String(decoding: text.utf8.prefix(LogTemplate.maximumTextBytes), as: UTF8.self)
    }

    private static func joined(_ parts: [TemplatePart]) -> String {
        var text = ""
        for part in parts { text += part.separator + part.word }
        return text
    }

    /// White space counts as one space; a word that is variable shows nothing of what stood there.
    private static func part(_ token: Token, _ bytes: UnsafeBufferPointer<UInt8>) -> TemplatePart {
        var separator: [UInt8] = []
        for byte in bytes[Int(token.separator)..<Int(token.start)] {
            if byte > 32 {
                separator.append(byte)
            } else if separator.last != 32, token.separator > 0 || !separator.isEmpty {
                separator.append(32)
            }
        }
        let word = token.isVariable ? LogTemplate.variableMark : String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
        return TemplatePart(separator: String(decoding: separator, as: UTF8.self), word: word)
    }

    private static func group(_ severity: LogSeverity, _ exception: ExceptionTrace?) -> UInt64 {
        var hash = TokenHash.of(severity.rawValue.utf8)
        guard let exception else { return hash }
        for byte in exception.className.utf8 { hash = TokenHash.step(hash, byte) }
        hash = TokenHash.step(hash, 0)
        for byte in exception.frame.utf8 { hash = TokenHash.step(hash, byte) }
        return hash
    }
}
