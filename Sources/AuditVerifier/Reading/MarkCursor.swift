internal import CJSONMarks

/// Goes from mark to mark of a JSON text: quotes, braces and brackets outside of strings, and what is special within them.
struct MarkCursor {
    private let text: UnsafePointer<UInt8>
    private let limit: Int
    private var blockStart: Int
    private var carry = json_carry()
    private var block = json_block()

    init(_ text: UnsafePointer<UInt8>, _ range: Range<Int>) {
        self.text = text
        limit = range.upperBound
        blockStart = range.lowerBound
        if blockStart < limit { load() }
    }

    @inline(__always) private mutating func load() { block = json_next(text + blockStart, Int64(limit &- blockStart), &carry) }

    /// The place of the next mark; the end of the text when there is none.
    @inline(__always) mutating func next() -> Int {
        while block.marks == 0 {
            blockStart &+= 64
            guard blockStart < limit else {
                blockStart = limit
                return limit
            }
            load()
        }
        let place = blockStart &+ block.marks.trailingZeroBitCount
        block.marks &= block.marks &- 1
        return place
    }

    /// Behind an opening brace or bracket, whose place was given last: goes to the one that closes it, whatever lies between.
    ///
    /// - Returns: the place of the closing one; the end of the text when there is none.
    mutating func close(_ opening: Int) -> Int {
        var depth = 1
        // What is left of this block: the bits above the opening one.
        var rest = ~((UInt64(2) << UInt64(opening - blockStart)) &- 1)
        while true {
            let opens = block.opens & rest
            let closes = block.closes & rest
            if closes.nonzeroBitCount < depth {
                depth &+= opens.nonzeroBitCount &- closes.nonzeroBitCount
            } else {
                var both = opens | closes
                while both != 0 {
                    let bit = both & (~both &+ 1)
                    depth &+= opens & bit != 0 ? 1 : -1
                    if depth == 0 {
                        // Marks up to this one are behind.
                        block.marks &= ~(bit | (bit &- 1))
                        return blockStart &+ bit.trailingZeroBitCount
                    }
                    both &= both &- 1
                }
            }
            blockStart &+= 64
            guard blockStart < limit else {
                blockStart = limit
                block = json_block()
                return limit
            }
            load()
            rest = .max
        }
    }
}
