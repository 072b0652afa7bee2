/// One word of a message, or one place where something variable stood.
struct Token: Sendable, Hashable {
    /// Hash of the word's bytes; `WordHash.variable` for something variable.
    var hash: UInt64
    /// Where the separator before it begins, where it begins, and where it ends, as offsets into the message's bytes.
    var separator: Int32
    var start: Int32
    var end: Int32
    var kind: WordClass

    var isVariable: Bool { hash == WordHash.variable }
}
