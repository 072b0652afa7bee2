/// What a class, a dot or an escape such as `\d` stands for: bytes, and with the option u also characters of several bytes.
struct RegexClass {
    var bytes: ByteSet
    /// With the option u: whether every character beyond ASCII is meant.
    var isBeyondASCII = false
    /// With the option u: single characters beyond ASCII, as their bytes.
    var characters: [[UInt8]] = []

    init(_ bytes: ByteSet, _ options: RegexOptions) {
        self.bytes = options.isUnicode ? bytes.ascii : bytes
        isBeyondASCII = options.isUnicode && bytes.contains(255)
    }

    /// Any character of two to four bytes; the subject is known to be UTF-8.
    private static let beyondASCII: [RegexNode] = {
        let rest = RegexNode.set(ByteSet(0x80...0xBF))
        return [
            .sequence([.set(ByteSet(0xC2...0xDF)), rest]), .sequence([.set(ByteSet(0xE0...0xEF)), rest, rest]),
            .sequence([.set(ByteSet(0xF0...0xF4)), rest, rest, rest]),
        ]
    }()

    var node: RegexNode {
        let others = (isBeyondASCII ? Self.beyondASCII : []) + characters.map { .sequence($0.map { .set(ByteSet([$0])) }) }
        return others.isEmpty ? .set(bytes) : .alternatives([.set(bytes)] + others)
    }
}
