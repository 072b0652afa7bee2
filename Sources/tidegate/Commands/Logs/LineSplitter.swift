/// Puts lines together from pieces of bytes. A line that lies within one piece is not copied.
struct LineSplitter {
    let maximumBytes: Int
    private(set) var cutLines = 0
    private var open: [UInt8] = []
    private var isOpen = false
    private var isCut = false

    init(maximumBytes: Int) { self.maximumBytes = maximumBytes }

    mutating func add(_ piece: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        var start = 0
        while start < piece.count {
            guard let end = piece[start...].firstIndex(of: 10) else {
                keep(piece[start...])
                return
            }
            if isOpen {
                keep(piece[start..<end])
                try finish(body)
            } else {
                try deliver(UnsafeBufferPointer(rebasing: piece[start..<end]), body)
            }
            start = end + 1
        }
    }

    /// The line that has no end.
    mutating func finish(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) rethrows {
        guard isOpen else { return }
        if isCut { cutLines += 1 }
        isCut = false
        isOpen = false
        let line = open
        open.removeAll(keepingCapacity: true)
        try line.withUnsafeBufferPointer { try body(Self.withoutReturn($0)) }
    }

    private mutating func deliver(
        _ line: UnsafeBufferPointer<UInt8>, _ body: (UnsafeBufferPointer<UInt8>) throws -> Void
    ) rethrows {
        if line.count > maximumBytes {
            cutLines += 1
            try body(UnsafeBufferPointer(rebasing: line[..<maximumBytes]))
        } else {
            try body(Self.withoutReturn(line))
        }
    }

    private mutating func keep(_ bytes: Slice<UnsafeBufferPointer<UInt8>>) {
        isOpen = true
        let room = maximumBytes - open.count
        if bytes.count > room { isCut = true }
        open.append(contentsOf: bytes.prefix(room))
    }

    private static func withoutReturn(_ line: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        line.last == 13 ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
    }
}
