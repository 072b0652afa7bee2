/// The value of a name that speaks of a secret: `password=x`, `"api_key": "x"`, `Authorization: Bearer x`, `Bearer x`.
enum SecretValue {
    static let maximumNameBytes = 48
    /// Ends of names, without separators and case: `db_password`, `X-Api-Key`, `clientSecret`.
    private static let stems = [
        "password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "authorization", "cookie",
        "sessionid", "credential", "credentials", "signature", "username", "email",
    ].map { Array($0.utf8) }
    private static let names = Set(
        "\(SecretWords.names) \(SecretWords.accounts)".split(whereSeparator: \.isWhitespace).map { Array($0.utf8) })
    private static let schemes = ["bearer", "basic", "digest", "negotiate", "apikey", "token"].map { Array($0.utf8) }

    /// Where the value lies, for a name that begins at `start`.
    static func range(_ bytes: [UInt8], nameAt start: Int) -> Range<Int>? {
        guard isName(bytes[start]), start == 0 || !isName(bytes[start - 1]) else { return nil }
        var end = start
        while end < bytes.count, isName(bytes[end]), end - start <= maximumNameBytes { end += 1 }
        guard end - start <= maximumNameBytes else { return nil }
        let plain = bytes[start..<end].filter { $0 != 95 && $0 != 45 && $0 != 46 }.map { (65...90).contains($0) ? $0 | 32 : $0 }
        if plain == schemes[0] { return word(bytes, from: end) }
        let whole = bytes[start..<end].map { (65...90).contains($0) ? $0 | 32 : $0 }
        guard stems.contains(where: { plain.suffix($0.count) == $0[...] }) || names.contains(whole) else {
            return nil
        }
        return value(bytes, after: end)
    }

    /// The value after `=` or `:`; with what a program may put around them.
    private static func value(_ bytes: [UInt8], after nameEnd: Int) -> Range<Int>? {
        var index = nameEnd
        while index < bytes.count, bytes[index] == UInt8(ascii: "\\") || isQuote(bytes[index]) { index += 1 }
        while index < bytes.count, bytes[index] == 32 { index += 1 }
        guard index < bytes.count, bytes[index] == UInt8(ascii: "=") || bytes[index] == UInt8(ascii: ":") else { return nil }
        index += 1
        while index < bytes.count, bytes[index] == 32 || bytes[index] == UInt8(ascii: "\\") { index += 1 }
        guard index < bytes.count else { return nil }
        if isQuote(bytes[index]) {
            let quote = bytes[index]
            // JSON within a text: there an escaped quotation mark opens the value, and the next one closes it.
            let isNested = bytes[index - 1] == UInt8(ascii: "\\")
            var end = index + 1
            while end < bytes.count, bytes[end] != quote {
                let isEscape = bytes[end] == UInt8(ascii: "\\")
                end += isEscape && !(isNested && bytes[min(end + 1, bytes.count - 1)] == quote) ? 2 : 1
            }
            return index + 1..<min(max(end, index + 1), bytes.count)
        }
        guard let first = word(bytes, from: index) else { return nil }
        let scheme = bytes[first].map { (65...90).contains($0) ? $0 | 32 : $0 }
        if schemes.contains(scheme), let second = word(bytes, from: first.upperBound) { return first.lowerBound..<second.upperBound }
        return first
    }

    /// The next run of bytes up to a space or what closes a value.
    private static func word(_ bytes: [UInt8], from index: Int) -> Range<Int>? {
        var start = index
        while start < bytes.count, bytes[start] == 32 { start += 1 }
        var end = start
        while end < bytes.count, bytes[end] > 32, !isQuote(bytes[end]), !",;&)]}".utf8.contains(bytes[end]) { end += 1 }
        return end > start ? start..<end : nil
    }

    private static func isName(_ byte: UInt8) -> Bool { LogMask.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }
    private static func isQuote(_ byte: UInt8) -> Bool { byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") }
}

/// The user and password of a URL: `postgres://user:password@host/`.
enum URLCredentials {
    static let maximumBytes = 256

    /// Where they end, for the byte after `://`.
    static func end(_ bytes: [UInt8], at index: Int) -> Int? {
        guard index >= 3, bytes[index - 1] == UInt8(ascii: "/"), bytes[index - 2] == UInt8(ascii: "/"),
            bytes[index - 3] == UInt8(ascii: ":")
        else {
            return nil
        }
        var end = index
        while end < bytes.count, end - index < maximumBytes, bytes[end] > 32, bytes[end] != UInt8(ascii: "/"),
            bytes[end] != UInt8(ascii: "?")
        {
            if bytes[end] == UInt8(ascii: "@") { return end > index ? end : nil }
            end += 1
        }
        return nil
    }
}
