/// The captures of one pattern match, in the order of their opening parentheses; kept in place, without allocating.
struct LuaCaptures {
    /// lua.h, LUA_MAXCAPTURES.
    static let maximumCount = 32

    enum Length: Equatable {
        case closed(Int)
        case unfinished
        case position
    }

    private var starts = SIMD32<Int32>()
    /// Bytes of each; -1 while it is unfinished, -2 for a position.
    private var codes = SIMD32<Int32>()
    private(set) var count = 0

    /// Where capture `index` begins and how long it is.
    ///
    /// - Precondition: `index` is below `count`.
    subscript(index: Int) -> (start: Int, length: Length) {
        precondition(index < count, "there is no such capture")
        let code = codes[index]
        return (Int(starts[index]), code >= 0 ? .closed(Int(code)) : code == -1 ? .unfinished : .position)
    }

    /// - Precondition: there are fewer than the maximum.
    mutating func append(start: Int, _ length: Length) {
        starts[count] = Int32(start)
        count += 1
        setLength(length, of: count - 1)
    }

    mutating func setLength(_ length: Length, of index: Int) {
        codes[index] =
            switch length {
            case .closed(let bytes): Int32(bytes)
            case .unfinished: -1
            case .position: -2
            }
    }

    mutating func removeLast() { count -= 1 }

    mutating func removeAll() { count = 0 }

    /// The innermost capture that is open.
    var lastUnfinished: Int? { (0..<count).last { codes[$0] == -1 } }
}
