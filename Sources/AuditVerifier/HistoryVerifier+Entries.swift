import Hashing

extension HistoryVerifier {
    mutating func entry(_ facts: EntryFacts, _ leafHash: InlineDigest, _ images: [ImageFacts?]) {
        if tree == nil { startTree() }
        let isNumbered = facts.columns?.isNumbered ?? false
        let leaf = (tree?.size ?? 0) + (isNumbered ? 0 : waiting)
        if isNumbered {
            if facts.columns?.number != Int64(leaf) {
                let stated = scanner.string(scanner.member(facts.columns?.token, .leafIndexColumn)) ?? "none"
                found(
                    Finding(
                        .entry, entry: leaf, table: "history_entry", column: "leaf_index", "entry \(leaf) is missing; \(stated) follows"))
            }
            tree?.append(leafHash)
        } else {
            waiting += 1
        }
        if facts.columns?.isOtherHash == true {
            found(
                Finding(
                    .entry, entry: leaf, table: "history_entry", key: identity(facts.columns), column: "leaf_hash",
                    "the stored hash is not that of the entry"))
        }
        guard let token = facts.token else {
            found(
                Finding(
                    .entry, entry: leaf, table: "history_entry", key: identity(facts.columns), column: "entry",
                    "the entry is not a JSON object"))
            return
        }
        compare(facts, leaf: leaf)
        for place in facts.images {
            if let image = images[place], ledger.apply(image, in: scanner, leaf: leaf) {
                follow(image, leaf: leaf)
            } else {
                found(Finding(.entry, entry: leaf, "an image of a row in the entry cannot be read"))
            }
        }
        follow(facts, token, leaf: leaf)
    }

    private func identity(_ columns: EntryFacts.Columns?) -> String? {
        scanner.string(scanner.member(columns?.token, .id)).map { "id=\($0)" }
    }

    private mutating func compare(_ facts: EntryFacts, leaf: UInt64) {
        guard let columns = facts.columns else {
            found(Finding(.unreadable, entry: leaf, "entry \(leaf) came without its columns"))
            return
        }
        guard facts.hasHistory else {
            // Written before rows were recorded; an image tells of it later.
            var line = Array("{\"row\":".utf8)
            line.append(contentsOf: scanner.bytes(columns.token))
            line.append(UInt8(ascii: "}"))
            entriesBeforeRecording.append(line)
            return
        }
        guard !facts.disagreeing.isEmpty else { return }
        for column in facts.disagreeing.columns {
            found(
                Finding(
                    .row, entry: leaf, table: "history_entry", key: identity(columns), column: column,
                    "the column is not what the entry says"))
        }
    }

    /// Takes in what an entry tells: decisions, effects, keys.
    private mutating func follow(_ facts: EntryFacts, _ entry: Int, leaf: UInt64) {
        switch facts.kind {
        case .decision:
            guard let release = facts.release, let decision = facts.decision, let decided = facts.decided else { return }
            found(releases.decided(decided, scanner, release: release, decision: decision, leaf: leaf))
            if let key = decided.evidence { evidence.decided(key, release: release) }
        case .effect: found(releases.asked(entry, scanner, release: facts.release ?? 0, decision: facts.decision, leaf: leaf))
        case .outcome: found(releases.came(entry, scanner, leaf: leaf))
        case .logKey:
            if let key = scanner.string(scanner.member(entry, .key)) { introducedKeys.append((leaf, key)) }
        case .rows:
            if let login = scanner.string(scanner.member(entry, "login")) { handEdits[login, default: 0] += 1 }
        case .hold:
            if let release = facts.release { evidence.hold(entry, scanner, release: release) }
        case .retention: evidence.retain(entry, scanner)
        case .expiry:
            let (went, finding) = evidence.expire(entry, scanner, leaf: leaf)
            ledger.forget(went)
            if let finding { found(finding) }
        case .other: break
        }
    }

    private mutating func follow(_ image: ImageFacts, leaf: UInt64) {
        let row = image.row
        switch image.subject {
        case .none, .recordedTable: break
        case .legalTransition:
            guard let from = scanner.string(scanner.member(row, "from_state")), let to = scanner.string(scanner.member(row, "to_state"))
            else { return }
            if image.isGone { releases.forbid(from: from, to: to) } else { releases.allow(from: from, to: to) }
        case .release:
            guard let id = scanner.number(inText: scanner.member(row, "id")) else { return }
            releases.began(id, name: scanner.string(scanner.member(row, "ref")) ?? "\(id)", leaf: leaf)
        case .evidence: evidence.recorded(row, scanner, identity: image.identity, isGone: image.isGone)
        }
    }
}
