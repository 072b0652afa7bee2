/// Tells from a line's first bytes whether it can be JSON or logfmt, so that plain text, the most of it, is read only once.
enum LineForm {
    static let maximumNameBytes = 64

    static func isStructured(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 0
        while index < bytes.count, bytes[index] <= 32 { index += 1 }
        guard index < bytes.count else { return false }
        if bytes[index] == UInt8(ascii: "{") { return true }
        // `name=value`
        let start = index
        let end = min(bytes.count, start + maximumNameBytes)
        while index < end, Logfmt.isNameByte(bytes[index]) { index += 1 }
        guard index > start, index < end, bytes[index] == UInt8(ascii: "=") else { return false }
        return Logfmt.hasMessage(bytes)
    }
}
