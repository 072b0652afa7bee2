/// Texts as they may stand in the value of a header.
enum HeaderText {
    /// The text with everything but printable ASCII, and `%` itself, as `%XX`.
    static func escaped(_ text: String) -> [UInt8] {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(digits[Int(byte >> 4)])
                bytes.append(digits[Int(byte & 15)])
            }
        }
        return bytes
    }

    private static let digits = Array("0123456789ABCDEF".utf8)
}
