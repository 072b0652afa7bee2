/// PostgreSQL's text form of arrays: `{a,"b c",NULL,{1,2}}` ("Array Input and Output Syntax" in its manual).
enum ArrayText {
    /// Writes an array; every element but NULL and nested arrays is quoted.
    static func format(_ values: [PostgresValue]) -> String {
        var text = "{"
        for (index, value) in values.enumerated() {
            if index > 0 { text += "," }
            switch value.form {
            case .null: text += "NULL"
            case .array(let nested): text += nested
            case .text(let element): appendQuoted(element, to: &text)
            case .bytes(let bytes): text += "\"\\\\x" + hexadecimal(bytes) + "\""
            }
        }
        return text + "}"
    }

    /// Reads a one-dimensional array; nil elements are NULL. nil when the text is no such array.
    static func parse(_ text: String) -> [String?]? {
        var bytes = Array(text.utf8)[...]
        // An array whose lower bound is not 1 is written with its bounds first: [2:3]={a,b}
        if bytes.first == UInt8(ascii: "["), let equals = bytes.firstIndex(of: UInt8(ascii: "=")) { bytes = bytes[(equals + 1)...] }
        guard bytes.popFirst() == UInt8(ascii: "{"), bytes.popLast() == UInt8(ascii: "}") else { return nil }
        if bytes.isEmpty { return [] }
        var elements: [String?] = []
        while true {
            guard let element = parseElement(&bytes) else { return nil }
            elements.append(element.text)
            guard let separator = bytes.popFirst() else { return elements }
            guard separator == UInt8(ascii: ",") else { return nil }
        }
    }

    private struct Element { let text: String? }

    private static func parseElement(_ bytes: inout ArraySlice<UInt8>) -> Element? {
        var content: [UInt8] = []
        if bytes.first == UInt8(ascii: "\"") {
            bytes.removeFirst()
            while let byte = bytes.popFirst() {
                if byte == UInt8(ascii: "\"") { return Element(text: String(decoding: content, as: UTF8.self)) }
                if byte == UInt8(ascii: "\\") {
                    guard let escaped = bytes.popFirst() else { return nil }
                    content.append(escaped)
                } else {
                    content.append(byte)
                }
            }
            return nil
        }
        while let byte = bytes.first, byte != UInt8(ascii: ",") {
            if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "}") { return nil }
            content.append(byte)
            bytes.removeFirst()
        }
        if content.isEmpty { return nil }
        let text = String(decoding: content, as: UTF8.self)
        return Element(text: text == "NULL" ? nil : text)
    }

    private static func appendQuoted(_ element: String, to text: inout String) {
        text += "\""
        for scalar in element.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { text += "\\" }
            text.unicodeScalars.append(scalar)
        }
        text += "\""
    }

    static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }
}
