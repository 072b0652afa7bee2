/// The value of a named field of a line: a member of a JSON object, a pair of logfmt, or `name=value`, `name: value` in plain text.
enum FieldText {
    static let maximumBytes = 256

    static func value(of name: String, in line: String) -> String? {
        if line.utf8.first(where: { $0 > 32 }) == UInt8(ascii: "{"), let fields = JSONFields(line) {
            if let value = fields[name] { return cut(value) }
            return fields.first(of: ParsedLine.messageNames).flatMap { plain(name, Array($0.utf8)) }
        }
        if let value = Logfmt.fields(line)?[name] { return cut(value) }
        return plain(name, Array(line.utf8))
    }

    private static func plain(_ name: String, _ bytes: [UInt8]) -> String? {
        let wanted = Array(name.utf8)
        var index = 0
        while index + wanted.count < bytes.count {
            defer { index += 1 }
            guard bytes[index] == wanted[0], index == 0 || !LogMask.isWord(bytes[index - 1]), bytes[index...].starts(with: wanted) else {
                continue
            }
            var start = index + wanted.count
            guard start < bytes.count, bytes[start] == UInt8(ascii: "=") || bytes[start] == UInt8(ascii: ":") else { continue }
            start += 1
            while start < bytes.count, bytes[start] == 32 || bytes[start] == UInt8(ascii: "\"") || bytes[start] == UInt8(ascii: "'") {
                start += 1
            }
            var end = start
            while end < bytes.count, bytes[end] > 32, !",;\"')]}&".utf8.contains(bytes[end]) { end += 1 }
            if end > start { return cut(String(decoding: bytes[start..<end], as: UTF8.self)) }
        }
        return nil
    }

    private static func cut(_ value: String) -> String { String(decoding: value.utf8.prefix(maximumBytes), as: UTF8.self) }
}
