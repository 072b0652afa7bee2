import Hashing

/// Finds the parts of a JSON text without copying them: a flat list of tokens, each of which knows where its value ends.
///
/// It reads what RFC 8259 allows; deeper nesting than `maximumDepth` and texts of 2 GB are refused.
struct JSONScanner {
    static let maximumDepth = 512

    typealias Kind = TokenList.Kind

    private let list: TokenList
    private var text = UnsafeBufferPointer<UInt8>(start: nil, count: 0)
    /// Objects and arrays under these names are passed over: they are tokens without parts, of which nothing is known but that brackets match.
    private let passedOver: KnownName.Choice

    /// - Parameter tokens: how many to make room for at once.
    init(tokens: Int = 64, passingOver names: KnownName.Choice = []) {
        list = TokenList(capacity: tokens)
        passedOver = names
    }

    var tokens: UnsafeBufferPointer<TokenList.Token> { UnsafeBufferPointer(start: list.base, count: list.count) }

    /// Reads one value. The text must live as long as the tokens are asked about.
    ///
    /// - Returns: false when the text is not one JSON value.
    mutating func scan(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        begin(bytes)
        return scanNext(0..<bytes.count) != nil
    }

    /// Takes a text of several values, which `scanNext` reads one by one; their tokens follow on each other.
    mutating func begin(_ bytes: UnsafeBufferPointer<UInt8>) {
        list.removeAll()
        text = bytes
    }

    /// Reads the value that a part of the text is.
    ///
    /// - Returns: its token; nil when the part is not one JSON value, or lies too far within the text.
    mutating func scanNext(_ range: Range<Int>) -> Int? {
        guard range.upperBound < Int(Int32.max), let base = text.baseAddress, !range.isEmpty else { return nil }
        let root = list.count
        var pass = TokenPass(base, range, list, passingOver: passedOver)
        guard pass.run() else {
            list.removeAll(from: root)
            return nil
        }
        return root
    }

    /// The bytes that stand for a value, the braces of an object included.
    func bytes(_ token: Int) -> UnsafeRawBufferPointer {
        let token = list.base[token]
        return UnsafeRawBufferPointer(start: text.baseAddress! + Int(token.start), count: Int(token.end - token.start))
    }

    /// The name that stands before a member's value.
    @inline(__always) func name(_ token: Int) -> KnownName { list.base[token].name }

    /// True when a string's bytes, as they stand there, are this name.
    @inline(__always) func isName(_ token: Int, _ name: MemberName) -> Bool {
        list.isName(token, name, in: text.baseAddress!, limit: text.count)
    }
}
