/// The name of an object's member, prepared so that most others are told from it by two comparisons. It needs no escapes.
struct MemberName: ExpressibleByStringLiteral, Sendable {
    let count: Int
    /// The first eight bytes, zeros behind a shorter name.
    private let start: UInt64
    private let mask: UInt64
    private let text: StaticString

    init(stringLiteral text: StaticString) {
        self.text = text
        count = text.utf8CodeUnitCount
        var word: UInt64 = 0
        for place in 0..<min(8, count) { word |= UInt64(text.utf8Start[place]) << UInt64(8 * place) }
        start = word
        mask = count >= 8 ? .max : (1 << UInt64(8 * count)) - 1
    }

    /// True when the `count` bytes there are this name.
    ///
    /// - Parameter room: how many bytes may be read from there.
    @inline(__always) func isAt(_ bytes: UnsafePointer<UInt8>, room: Int) -> Bool {
        guard room >= 8 else { return isSame(bytes, from: 0) }
        return Self.load(bytes) & mask == start && (count <= 8 || isSame(bytes, from: 8))
    }

    @inline(__always) private static func load(_ bytes: UnsafePointer<UInt8>) -> UInt64 {
        UInt64(littleEndian: UnsafeRawPointer(bytes).loadUnaligned(as: UInt64.self))
    }

    private func isSame(_ bytes: UnsafePointer<UInt8>, from start: Int) -> Bool {
        for place in start..<count where bytes[place] != text.utf8Start[place] { return false }
        return true
    }
}
