import Hashing

extension HistoryVerifier {
    mutating func row(_ root: Int, _ facts: RowFacts?, _ digest: InlineDigest?) {
        if tree == nil { startTree() }
        let row = root + 2
        guard let table = scanner.member(root, .table), scanner.tokens[table].kind == .string, scanner.tokens[row].kind == .object else {
            found(Finding(.unreadable, "line \(lineNumber) does not name its table"))
            return
        }
        if let finding = ledger.check(facts, table: table, row: row, in: scanner) { found(finding) }
        if scanner.isText(table, .evidence) {
            checkEvidence(row, digest)
        } else if scanner.isText(table, "release_state") {
            if let release = scanner.string(scanner.member(row, "release")).flatMap({ Int64($0) }),
                let state = scanner.string(scanner.member(row, "state")), let finding = releases.checkState(release: release, state: state)
            {
                found(finding)
            }
        } else if scanner.isText(table, "arm") {
            if let release = scanner.string(scanner.member(row, "release")).flatMap({ Int64($0) }),
                let name = scanner.string(scanner.member(row, "name")),
                let weight = scanner.string(scanner.member(row, "weight")).flatMap({ Int64($0) })
            {
                arms[release, default: [:]][name] = weight
            }
        }
    }

    private mutating func checkEvidence(_ row: Int, _ digest: InlineDigest?) {
        guard let body = scanner.member(row, "body"), scanner.tokens[body].kind == .string else {
            evidenceNotSeen += 1
            return
        }
        if digest == nil || digest != scanner.digest(scanner.member(row, "digest")) {
            let stated = scanner.string(scanner.member(row, "digest")) ?? ""
            found(Finding(.evidence, table: "evidence", key: "digest=\(stated)", column: "body", "the evidence has another digest"))
        }
    }

    /// Entries from before rows were recorded, now that their images were read.
    mutating func compareOldEntries() {
        for line in entriesBeforeRecording {
            line.withUnsafeBufferPointer { bytes in
                var scanner = JSONScanner()
                guard scanner.scan(bytes), let columns = scanner.member(0, .row) else { return }
                if let finding = ledger.check(oldEntry: columns, in: scanner) { found(finding) }
            }
        }
    }
}
