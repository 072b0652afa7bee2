extension MapBlock {
    /// The block without entries that say what the default says: a regular expression is not worth running for that.
    ///
    /// nginx looks keys up in a table first and tries regular expressions after it, in their order. So the last expressions may go, and a
    /// key may go when no expression is left that could match in its place.
    var trimmed: MapBlock {
        var block = self
        while let last = block.entries.lastIndex(where: \.isExpression), block.entries[last].value == otherwise {
            block.entries.remove(at: last)
        }
        if !block.entries.contains(where: \.isExpression) { block.entries.removeAll { $0.value == otherwise } }
        if block.entries.isEmpty { block.source = "" }
        return block
    }
}

extension MapBlock.Entry {
    /// `~...`, quoted or not.
    fileprivate var isExpression: Bool { key.hasPrefix("~") || key.hasPrefix("\"~") }
}
