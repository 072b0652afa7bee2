import Hashing

extension HistoryVerifier {
    /// Ends the verification, and says what it came to.
    public mutating func finish() -> VerificationReport {
        takeRest()
        if !sawHeader { found(Finding(.unreadable, "the input does not begin as an export in the form \(Self.format)")) }
        if !sawEnd { found(Finding(.unreadable, "the input ends before its last line")) }
        compareOldEntries()
        found(ledger.missing())
        for (release, weights) in arms.sorted(by: { $0.key < $1.key }) {
            if let finding = releases.checkWeights(release: release, weights: weights) { found(finding) }
        }
        found(releases.unexplained())
        let keys = checkTree()
        findings.sort { ($0.entry ?? .max) < ($1.entry ?? .max) }
        return VerificationReport(
            origin: origin, coveredEntries: tree?.size ?? 0, waitingEntries: waiting, root: tree?.root.hex ?? "", rows: ledger.checked,
            decisions: releases.decisionCount, effects: releases.effectCount, anchors: anchors.count,
            anchoredEntries: anchors.map(\.size).max() ?? 0, keys: keys.map(\.text), isKeyPinned: !trust.keys.isEmpty,
            evidenceNotSeen: evidenceNotSeen + evidence.gone, handEdits: handEdits, findings: findings, findingCount: findingCount)
    }

    /// Compares the rebuilt tree with the signed head, the tiles and the anchors. Gives the keys that count in the end.
    private mutating func checkTree() -> [HeadKey] {
        guard let tree else { return [] }
        let isRight = head.map { $0.size == tree.size && $0.root == tree.root } ?? (tree.size == 0 && tree.differenceCount == 0)
        if let head {
            if head.origin != origin {
                found(
                    Finding(.checkpoint, table: "log_head", column: "origin", "the signed head is of '\(head.origin)', not of '\(origin)'"))
            }
            if head.size != headSize {
                found(
                    Finding(
                        .checkpoint, table: "log_head", column: "size",
                        "the signed head covers \(head.size) entries, the column says \(headSize)"))
            }
            if head.size > tree.size {
                found(
                    Finding(
                        .checkpoint, entry: tree.size, table: "history_entry",
                        "the signed head covers \(head.size) entries, and only \(tree.size) are there"))
            } else if head.size < tree.size {
                found(
                    Finding(
                        .checkpoint, entry: head.size, table: "log_head", column: "checkpoint",
                        "the signed head covers \(head.size) of \(tree.size) numbered entries"))
            } else if !isRight {
                found(
                    Finding(
                        .checkpoint, entry: firstDoubt(tree), table: "history_entry",
                        "the entries do not lead to the signed root \(head.root.hex), but to \(tree.root.hex)"))
            }
        }
        if head == nil, tree.size + waiting > 0 {
            found(
                Finding(
                    .checkpoint, table: "log_head", column: "checkpoint", "no signed head covers the \(tree.size + waiting) entries"))
        }
        checkTiles(tree, isRight: isRight)
        checkAnchors(tree)
        return checkKeys(tree)
    }

    /// The first leaf at which the entries may differ from what was signed: after the largest anchored head that they lead to.
    private func firstDoubt(_ tree: RebuiltTree) -> UInt64 {
        if let difference = tree.differences.first(where: { $0.level == 0 }) { return difference.place }
        return anchors.last { tree.roots[$0.size] == $0.root }?.size ?? 0
    }

    private mutating func checkTiles(_ tree: RebuiltTree, isRight: Bool) {
        for difference in tree.differences {
            let key = "level=\(difference.level), index=\(difference.place / 256)"
            if isRight || difference.level > 0 {
                found(
                    Finding(
                        .tile, entry: difference.level == 0 ? difference.place : nil, table: "log_tile", key: key, column: "digests",
                        "digest \(difference.place % 256) of the tile is not the one that follows from the entries"))
            } else {
                found(
                    Finding(
                        .entry, entry: difference.place, table: "history_entry", column: "entry",
                        "the entry is not the one that was put into the tree"))
            }
        }
        findingCount += tree.differenceCount - UInt64(tree.differences.count)
        for level in tree.excess {
            found(Finding(.tile, table: "log_tile", key: "level=\(level)", "there are more digests than the entries lead to"))
        }
    }

    private mutating func checkAnchors(_ tree: RebuiltTree) {
        for anchor in anchors {
            if anchor.origin != origin {
                found(Finding(.anchor, "what was anchored is of '\(anchor.origin)', not of '\(origin)'"))
            } else if anchor.size > tree.size {
                found(
                    Finding(
                        .anchor, entry: tree.size, table: "history_entry",
                        "\(anchor.size) entries were anchored, and only \(tree.size) are there"))
            } else if tree.roots[anchor.size] != anchor.root {
                let before = anchors.last { $0.size < anchor.size && tree.roots[$0.size] == $0.root }?.size ?? 0
                found(
                    Finding(
                        .anchor, entry: tree.differences.first { $0.level == 0 }?.place ?? before, table: "history_entry",
                        "the first \(anchor.size) entries are not those that were anchored; the first \(before) are"))
            }
        }
    }

    /// Follows the keys from head to head: what a trusted key has signed may introduce the next one.
    private mutating func checkKeys(_ tree: RebuiltTree) -> [HeadKey] {
        var trusted = trust.keys.compactMap(HeadKey.init)
        for text in trust.keys where HeadKey(text) == nil {
            found(Finding(.checkpoint, "'\(text.prefix(80))' is not a public key for signed heads"))
        }
        // Without a key from outside, the first one that the history names is believed.
        if trust.keys.isEmpty, let first = introducedKeys.first.flatMap({ HeadKey($0.key) }) { trusted = [first] }
        var heads: [(head: SignedHead, isAnchor: Bool)] = anchors.filter { $0.origin == origin }.map { ($0, true) }
        if let head { heads.append((head, false)) }
        for (head, isAnchor) in heads.sorted(by: { $0.head.size < $1.head.size }) {
            let code: Finding.Code = isAnchor ? .anchor : .checkpoint
            let check = head.check(trusted)
            if check.right.isEmpty || !check.wrong.isEmpty {
                found(
                    Finding(
                        code, entry: nil, table: isAnchor ? nil : "log_head", column: isAnchor ? nil : "checkpoint",
                        check.wrong.isEmpty
                            ? "the head over \(head.size) entries is not signed by a key that counts"
                            : "a signature under the head over \(head.size) entries is wrong"))
                continue
            }
            for (leaf, key) in introducedKeys where leaf < head.size && tree.roots[head.size] == head.root {
                if let key = HeadKey(key), !trusted.contains(key) { trusted.append(key) }
            }
            if !head.check(trusted).wrong.isEmpty || head.strangers(trusted) > 0 {
                found(
                    Finding(
                        code, table: isAnchor ? nil : "log_head", column: isAnchor ? nil : "checkpoint",
                        "the head over \(head.size) entries carries a signature that is wrong, or of a key that no entry names"))
            }
        }
        return trusted
    }
}
