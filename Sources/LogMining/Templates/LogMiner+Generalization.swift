extension LogMiner {
    /// Makes places variable where a new template shows too many different words there, and joins the templates that become the same.
    mutating func generalize(around slot: Int) {
        let leaf = nodes[slot].leaf
        let similar = (leaves[leaf] ?? []).filter {
            $0 == slot || nodes[$0].similarity(to: nodes[slot]) ?? 0 >= limits.similarity
        }
        guard similar.count > 1 else { return }
        let places = nodes[slot].hashes.indices.filter { isData($0, among: similar) }
        guard !places.isEmpty else { return }
        for one in similar { nodes[one].open(places) }
        joinEqual(leaf, among: similar)
    }

    /// Whether the words at one place are too many to be cases of their own. Where a place already varies, every word there is data.
    private func isData(_ place: Int, among similar: [Int]) -> Bool {
        var seen: [UInt64] = []
        var isVariable = false
        var counts = (words: 0, names: 0, qualified: 0)
        for slot in similar where !seen.contains(nodes[slot].hashes[place]) {
            seen.append(nodes[slot].hashes[place])
            switch nodes[slot].kinds[place] {
            case .variable: isVariable = true
            case .qualified: counts.qualified += 1
            case .word: counts.words += 1
            case .name: counts.names += 1
            case .state: break
            }
        }
        let words = counts.words + counts.names + counts.qualified
        if isVariable { return words > 0 }
        if counts.qualified > 0 { return words > 1 }
        return words > (counts.words == 0 ? limits.namesPerPlace : limits.wordsPerPlace)
    }

    /// The oldest of equal templates takes the others in.
    private mutating func joinEqual(_ leaf: LeafKey, among changed: [Int]) {
        var kept: [Int] = []
        for slot in leaves[leaf] ?? [] {
            guard let older = kept.first(where: { nodes[$0].hashes == nodes[slot].hashes }) else {
                kept.append(slot)
                continue
            }
            nodes[slot].mergedInto = older
            nodes[older].lastUsed = max(nodes[older].lastUsed, nodes[slot].lastUsed)
            let joined = nodes[slot].template
            nodes[older].template.aliases = (nodes[older].template.aliases + joined.aliases + [joined.id])
                .suffix(LogTemplate.maximumAliases)
            note(TemplateAlias(alias: joined.id, template: nodes[older].template.id, text: nodes[older].template.text))
            nodes[slot].parts = []
            count -= 1
        }
        leaves[leaf] = kept
    }

    /// Drops the least recently used eighth, and what became part of others; what is left keeps its order.
    mutating func forgetOldest() {
        let living = nodes.filter { $0.mergedInto == nil }
        let goes = max(1, living.count / 8)
        let bound = count >= limits.templates ? living.map(\.lastUsed).sorted()[goes - 1] : 0
        nodes = living.filter { $0.lastUsed > bound }
        count = nodes.count
        leaves.removeAll(keepingCapacity: true)
        matches.clear()
        for (slot, node) in nodes.enumerated() { leaves[node.leaf, default: []].append(slot) }
    }
}
