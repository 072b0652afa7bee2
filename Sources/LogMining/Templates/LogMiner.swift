public import ReleaseModel

/// A streaming template miner: each line joins the template that it fits, or founds one.
///
/// A fixed-depth tree after Drain (He, Zhu, Zheng, Lyu, "Drain: An Online Log Parsing Approach with Fixed Depth Tree", ICWS 2017):
/// severity and exception, then the number of words, then the first word; below it templates are compared word by word. Four things
/// differ from Drain:
/// - what varies by its form is masked before (`Tokenizer`);
/// - a place becomes variable by how many different words stand there in similar templates, as in Brain (Yu et al., "Brain: Log Parsing
///   with Bidirectional Parallel Tree", TSC 2023), and not with the first that differs: few words are cases of their own, many are data;
/// - words that tell states apart never give way (`StateWords`), words in capitals late, qualified names at once (`WordClass`);
/// - templates that become one stay known under every identity that they had (`TemplateAlias`).
///
/// Deterministic: the same lines in the same order give the same templates, and a template's identity depends on nothing but the
/// skeleton it was born with. A value; memory is bounded by `LogMinerLimits`.
///
///     var miner = LogMiner()
///     miner.add("order 17 shipped").template.text      // "order <*> shipped"
public struct LogMiner: Sendable {
    let limits: LogMinerLimits
    var tokenizer = Tokenizer()
    /// Templates by slot, those that became part of another among them until room is made.
    var nodes: [TemplateNode] = []
    var leaves: [LeafKey: [Int]] = [:]
    var matches = MatchCache()
    var clock: UInt64 = 0
    private(set) var born = 0
    /// How many templates there are.
    public internal(set) var count = 0
    private var pending: [TemplateAlias] = []

    public init(limits: LogMinerLimits = LogMinerLimits()) { self.limits = limits }

    /// The templates, in the order in which they were born.
    public var templates: [LogTemplate] { nodes.filter { $0.mergedInto == nil }.map(\.template) }

    /// The template of the line that was taken in last.
    public subscript(_ line: MinedLine) -> LogTemplate { nodes[line.slot].template }

    /// The template of one event: a line, or several lines with a stack trace; JSON and logfmt are understood.
    ///
    /// - Parameter severity: what the shipper said; it wins over what the line says. A line of which nobody says anything is `info`,
    ///   one with an exception `error`.
    public mutating func add(_ line: String, severity: LogSeverity? = nil) -> MinedEvent {
        var line = line
        let mined = line.withUTF8 { mine($0, severity: severity) }
        return MinedEvent(template: self[mined], isNew: mined.isNew)
    }

    /// As `add`, from bytes of any kind and without copying them; what is no UTF-8 is an ordinary byte of a word.
    public mutating func mine(_ bytes: UnsafeBufferPointer<UInt8>, severity: LogSeverity? = nil) -> MinedLine {
        if !LineForm.isStructured(bytes) {
            tokenizer.read(bytes)
            if !tokenizer.hasMoreLines, !tokenizer.mayNameException {
                return place(bytes, severity ?? SeverityWord.severity(inHeadOf: bytes) ?? .info, nil)
            }
        }
        let parsed = ParsedLine(String(decoding: bytes, as: UTF8.self))
        let own = severity ?? parsed.severity ?? (parsed.exception == nil ? .info : .error)
        var message = parsed.message
        return message.withUTF8 {
            tokenizer.read($0)
            return place($0, own, parsed.exception)
        }
    }

    /// What became part of what since this was last called, in that order.
    public mutating func takeAliases() -> [TemplateAlias] {
        defer { pending.removeAll() }
        return pending
    }

    // MARK: Matching

    /// The template of the words that the tokenizer holds.
    private mutating func place(_ bytes: UnsafeBufferPointer<UInt8>, _ severity: LogSeverity, _ exception: ExceptionTrace?) -> MinedLine {
        clock += 1
        let group = Self.group(severity, exception)
        let key = WordHash.mix(tokenizer.hash, group)
        if let known = matches.slot(of: key) {
            let slot = living(known)
            nodes[slot].lastUsed = clock
            return MinedLine(number: nodes[slot].number, isNew: false, slot: slot)
        }
        let leaf = LeafKey(group: group, count: tokenizer.tokens.count, first: tokenizer.tokens.first?.hash ?? WordHash.variable)
        let line = match(leaf) ?? found(leaf, bytes, severity, exception)
        matches.note(key, slot: line.slot)
        return line
    }

    /// The most specific template of the leaf that fits; the oldest of equals.
    private mutating func match(_ leaf: LeafKey) -> MinedLine? {
        var best: (slot: Int, variables: Int)?
        for slot in leaves[leaf] ?? [] where nodes[slot].fits(tokenizer.tokens) {
            let variables = nodes[slot].variables
            if variables < best?.variables ?? .max { best = (slot, variables) }
        }
        guard let best else { return nil }
        nodes[best.slot].lastUsed = clock
        return MinedLine(number: nodes[best.slot].number, isNew: false, slot: best.slot)
    }

    private mutating func found(
        _ leaf: LeafKey, _ bytes: UnsafeBufferPointer<UInt8>, _ severity: LogSeverity, _ exception: ExceptionTrace?
    ) -> MinedLine {
        if leaf.count != LeafKey.overflow, leaves[leaf]?.count ?? 0 >= limits.templatesPerLeaf {
            return overflow(leaf, bytes, severity, exception)
        }
        if count >= limits.templates || nodes.count >= 2 * limits.templates { forgetOldest() }
        let tokens = leaf.count == LeafKey.overflow ? [] : tokenizer.tokens
        let parts =
            leaf.count == LeafKey.overflow
            ? [TemplatePart(separator: "", word: "<other>")] : tokens.map { TemplateText.part($0, bytes) }
        let template = LogTemplate(
            id: TemplateText.identity(TemplateText.skeleton(parts), severity, exception), text: TemplateText.text(parts, exception),
            severity: severity, exceptionClass: exception?.className)
        let slot = nodes.count
        let number = born
        nodes.append(
            TemplateNode(
                template: template, number: number, leaf: leaf, exception: exception, hashes: tokens.map(\.hash),
                kinds: tokens.map(\.kind), parts: parts, lastUsed: clock))
        leaves[leaf, default: []].append(slot)
        born += 1
        count += 1
        generalize(around: slot)
        return MinedLine(number: number, isNew: true, slot: living(slot))
    }

    /// The one template of a group for what finds no room in its leaf.
    private mutating func overflow(
        _ leaf: LeafKey, _ bytes: UnsafeBufferPointer<UInt8>, _ severity: LogSeverity, _ exception: ExceptionTrace?
    ) -> MinedLine {
        let other = LeafKey(group: leaf.group, count: LeafKey.overflow, first: WordHash.variable)
        guard let slot = leaves[other]?.first else { return found(other, bytes, severity, exception) }
        nodes[slot].lastUsed = clock
        return MinedLine(number: nodes[slot].number, isNew: false, slot: slot)
    }

    @inline(__always)
    private func living(_ slot: Int) -> Int {
        var slot = slot
        while let next = nodes[slot].mergedInto { slot = next }
        return slot
    }

    mutating func note(_ alias: TemplateAlias) {
        if pending.count >= limits.pendingAliases { pending.removeFirst(limits.pendingAliases / 8 + 1) }
        pending.append(alias)
    }

    private static func group(_ severity: LogSeverity, _ exception: ExceptionTrace?) -> UInt64 {
        let rank: UInt64 =
            switch severity {
            case .trace: 1
            case .debug: 2
            case .info: 3
            case .warn: 4
            case .error: 5
            case .fatal: 6
            }
        guard let exception else { return rank }
        return WordHash.mix(WordHash.mix(rank, WordHash.exact(exception.className)), WordHash.exact(exception.frame))
    }
}
