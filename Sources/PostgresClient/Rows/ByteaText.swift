/// The hexadecimal text form of bytea: `\x00ff`.
enum ByteaText {
    /// nil when the text is not in that form.
    static func parse(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
        guard text.count >= 2, text.count % 2 == 0, text[0] == UInt8(ascii: "\\"), text[1] == UInt8(ascii: "x") else { return nil }
        var valid = true
        let bytes = [UInt8](unsafeUninitializedCapacity: text.count / 2 - 1) { buffer, count in
            count = text.count / 2 - 1
            for index in 0..<count {
                let high = nibble(text[index * 2 + 2]), low = nibble(text[index * 2 + 3])
                valid = valid && high < 16 && low < 16
                buffer[index] = high << 4 | low & 15
            }
        }
        return valid ? bytes : nil
    }

    private static func nibble(_ digit: UInt8) -> UInt8 {
        switch digit {
        case 48...57: digit - 48
        case 97...102: digit - 87
        case 65...70: digit - 55
        default: 16
        }
    }
}
