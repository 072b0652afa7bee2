/// Where the parts of a JSON text lie, in a list that is used again for the next text.
final class TokenList {
    enum Kind: UInt8 { case object, array, string, number, word }

    struct Token {
        var kind: Kind
        /// True for a string with a backslash in it.
        var isEscaped: Bool
        /// Of the name of a member.
        var name: KnownName
        /// Of the text: without the quotes of a string.
        var start: Int32
        var end: Int32
        /// The token after this value.
        var next: Int32
    }

    @exclusivity(unchecked) private(set) var base: UnsafeMutablePointer<Token>
    @exclusivity(unchecked) private(set) var capacity: Int
    @exclusivity(unchecked) private(set) var count = 0

    init(capacity: Int = 64) {
        self.capacity = max(16, capacity)
        base = .allocate(capacity: self.capacity)
    }

    /// Room for the tokens of the objects and arrays that have not ended.
    let open = UnsafeMutablePointer<Int32>.allocate(capacity: JSONScanner.maximumDepth)

    deinit {
        base.deallocate()
        open.deallocate()
    }

    @inline(__always) func append(_ kind: Kind, start: Int, end: Int, isEscaped: Bool = false) {
        if count == capacity { grow() }
        base[count] = Token(
            kind: kind, isEscaped: isEscaped, name: .unknown, start: Int32(truncatingIfNeeded: start), end: Int32(truncatingIfNeeded: end),
            next: Int32(truncatingIfNeeded: count + 1))
        count &+= 1
    }

    /// True when a token's bytes are this name.
    ///
    /// - Parameter limit: where the text that may be read ends.
    @inline(__always) func isName(_ token: Int, _ name: MemberName, in text: UnsafePointer<UInt8>, limit: Int) -> Bool {
        let token = base[token]
        guard Int(token.end - token.start) == name.count else { return false }
        return name.isAt(text + Int(token.start), room: limit - Int(token.start))
    }

    /// Notes which name the last token is.
    @inline(__always) func nameLast(by names: KnownName.Table, in text: UnsafePointer<UInt8>, limit: Int) {
        let token = base + (count &- 1)
        let start = Int(token.pointee.start)
        token.pointee.name = names.find(text + start, count: Int(token.pointee.end) &- start, room: limit &- start)
    }

    func removeAll(from count: Int = 0) { self.count = count }

    private func grow() {
        let more = UnsafeMutablePointer<Token>.allocate(capacity: capacity * 2)
        more.moveInitialize(from: base, count: count)
        base.deallocate()
        base = more
        capacity *= 2
    }
}
