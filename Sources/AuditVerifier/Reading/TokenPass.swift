/// One pass over a JSON value, from mark to mark, that lists its tokens. Marks are quotes, braces and brackets, and within strings what is
/// special there.
struct TokenPass {
    private let text: UnsafePointer<UInt8>
    private let limit: Int
    private let list: TokenList
    private let known = KnownName.Table.shared
    private let passedOver: KnownName.Choice
    private var cursor: MarkCursor
    /// The next mark; the end of the range behind the last one.
    private var mark: Int
    /// Behind what was read, never behind the next mark.
    private var place: Int

    init(_ text: UnsafePointer<UInt8>, _ range: Range<Int>, _ list: TokenList, passingOver names: KnownName.Choice) {
        self.text = text
        self.list = list
        passedOver = names
        limit = range.upperBound
        place = range.lowerBound
        cursor = MarkCursor(text, range)
        mark = cursor.next()
    }

    /// False when the range is not one JSON value.
    mutating func run() -> Bool {
        let open = list.open
        var depth = 0
        var isObject = false
        var name = KnownName.unknown
        /// Where the columns of a row stand, whose names are the tables' own.
        var rowDepth = 0
        while true {
            // A value.
            skipSpace()
            guard place < limit else { return false }
            let byte = text[place]
            if byte == UInt8(ascii: "\"") {
                guard string() else { return false }
            } else if byte | 0x20 == UInt8(ascii: "{") {
                guard depth < JSONScanner.maximumDepth else { return false }
                let isBrace = byte == UInt8(ascii: "{")
                list.append(isBrace ? .object : .array, start: place, end: 0)
                if passedOver.contains(name) {
                    guard passOver() else { return false }
                } else {
                    open[depth] = Int32(truncatingIfNeeded: list.count &- 1)
                    depth &+= 1
                    if name == .row { rowDepth = depth }
                    isObject = isBrace
                    step()
                    skipSpace()
                    guard place < limit else { return false }
                    if text[place] != (isBrace ? UInt8(ascii: "}") : UInt8(ascii: "]")) {
                        name = .unknown
                        if isBrace {
                            guard member(isKnown: depth != rowDepth) else { return false }
                            name = list.base[list.count &- 1].name
                        }
                        continue
                    }
                }
            } else {
                guard scalar(byte) else { return false }
            }
            // What follows on it.
            while true {
                skipSpace()
                if depth == 0 { return place == limit }
                guard place < limit else { return false }
                let byte = text[place]
                if byte == UInt8(ascii: ",") {
                    place &+= 1
                    name = .unknown
                    if isObject {
                        skipSpace()
                        guard member(isKnown: depth != rowDepth) else { return false }
                        name = list.base[list.count &- 1].name
                    }
                    break
                }
                guard byte == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else { return false }
                step()
                if depth == rowDepth { rowDepth = 0 }
                depth &-= 1
                let token = list.base + Int(open[depth])
                token.pointee.end = Int32(truncatingIfNeeded: place)
                token.pointee.next = Int32(truncatingIfNeeded: list.count)
                if depth > 0 { isObject = list.base[Int(open[depth &- 1])].kind == .object }
            }
        }
    }

    /// Goes past the mark.
    @inline(__always) private mutating func step() {
        place = mark &+ 1
        mark = cursor.next()
    }

    @inline(__always) private mutating func skipSpace() {
        while place < limit, text[place] <= 32, Self.isSpace(text[place]) { place &+= 1 }
    }

    @inline(__always) private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 10 || byte == 13 || byte == 9 }

    /// Reads a member's name and the colon behind it.
    ///
    /// - Parameter isKnown: whether the name may be one of those that are known.
    @inline(__always) private mutating func member(isKnown: Bool) -> Bool {
        guard place < limit, text[place] == UInt8(ascii: "\""), string() else { return false }
        if isKnown { list.nameLast(by: known, in: text, limit: limit) }
        skipSpace()
        guard place < limit, text[place] == UInt8(ascii: ":") else { return false }
        place &+= 1
        return true
    }

    /// Reads the string whose quote is the next mark.
    @inline(__always) private mutating func string() -> Bool {
        let first = place &+ 1
        var isEscaped = false
        while true {
            mark = cursor.next()
            guard mark < limit else { return false }
            if text[mark] == UInt8(ascii: "\"") { break }
            // A control character must be escaped.
            guard text[mark] == UInt8(ascii: "\\") else { return false }
            isEscaped = true
        }
        list.append(.string, start: first, end: mark, isEscaped: isEscaped)
        step()
        return true
    }

    /// Goes past the object or array that begins at the mark, whose token is the last one; what lies in it is only counted.
    private mutating func passOver() -> Bool {
        mark = cursor.close(mark)
        guard mark < limit else { return false }
        step()
        list.base[list.count &- 1].end = Int32(truncatingIfNeeded: place)
        return true
    }

    /// A number or a word, up to what cannot be part of one.
    private mutating func scalar(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "t"): return word("true")
        case UInt8(ascii: "f"): return word("false")
        case UInt8(ascii: "n"): return word("null")
        default:
            let first = place
            while place < limit, Self.isOfNumber(text[place]) { place &+= 1 }
            guard place > first else { return false }
            list.append(.number, start: first, end: place)
            return true
        }
    }

    @inline(__always) private static func isOfNumber(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
            UInt8(ascii: "E"):
            true
        default: false
        }
    }

    /// Behind the word there is space, structure or the end: whoever reads on sees to it.
    private mutating func word(_ word: StaticString) -> Bool {
        let length = word.utf8CodeUnitCount
        guard limit - place >= length else { return false }
        for offset in 0..<length where text[place + offset] != word.utf8Start[offset] { return false }
        list.append(.word, start: place, end: place + length)
        place &+= length
        return true
    }
}
