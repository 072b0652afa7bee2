/// `level=warn msg="cart cache miss" user=123`, as Go programs write it.
enum Logfmt {
    /// The pairs, when the line begins with one and has a message; nil for any other text.
    static func fields(_ line: String) -> JSONFields? {
        guard let equals = line.utf8.prefix(64).firstIndex(of: UInt8(ascii: "=")), line.utf8[..<equals].allSatisfy(isNameByte),
            equals > line.startIndex, line.contains("msg=") || line.contains("message=")
        else { return nil }
        var fields = JSONFields()
        let bytes = Array(line.utf8)
        var index = 0
        while index < bytes.count {
            while index < bytes.count, bytes[index] <= 32 { index += 1 }
            let nameStart = index
            while index < bytes.count, isNameByte(bytes[index]) { index += 1 }
            guard index > nameStart else { index += 1; continue }
            let name = String(decoding: bytes[nameStart..<index], as: UTF8.self)
            guard index < bytes.count, bytes[index] == UInt8(ascii: "=") else { continue }
            index += 1
            fields.append(name, value(bytes, at: &index))
        }
        return fields
    }

    /// Whether there is a `msg=` or a `message=`.
    static func hasMessage(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        var index = 3
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "=") {
                for name in messageNames where index >= name.count && bytes[(index - name.count)..<index].elementsEqual(name) {
                    return true
                }
            }
            index += 1
        }
        return false
    }

    private static let messageNames = [Array("msg".utf8), Array("message".utf8)]

    private static func value(_ bytes: [UInt8], at index: inout Int) -> String {
        var output: [UInt8] = []
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") {
            index += 1
            while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                if bytes[index] == UInt8(ascii: "\\"), index + 1 < bytes.count {
                    index += 1
                    output.append(bytes[index] == UInt8(ascii: "n") ? 10 : bytes[index] == UInt8(ascii: "t") ? 9 : bytes[index])
                } else {
                    output.append(bytes[index])
                }
                index += 1
            }
            index += 1
        } else {
            while index < bytes.count, bytes[index] > 32 {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    static func isNameByte(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte == 46 || byte == 45
            || byte == 64
    }
}
