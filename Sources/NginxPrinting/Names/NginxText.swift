/// Arbitrary bytes as parts of nginx configuration. Nothing that comes out of here can end a token, name a variable or begin a comment.
package enum NginxText {
    /// nginx reads at most 4096 bytes of one parameter (NGX_CONF_BUFFER); what is printed stays well below.
    package static let maximumParameter = 3800

    /// A regular expression for exactly `bytes`: letters, digits, `_`, `-` and `/` stand for themselves, every other byte is `\xHH`.
    package static func pattern(literally bytes: [UInt8]) -> String {
        var text = ""
        for byte in bytes {
            switch byte {
            case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: "/"):
                text.unicodeScalars.append(Unicode.Scalar(byte))
            default: text += hexadecimal(byte)
            }
        }
        return text
    }

    /// True for bytes that mean nothing to nginx wherever a text with variables may stand: letters, digits and `. _ - / : |`.
    static func isPlain(_ bytes: [UInt8]) -> Bool {
        bytes.count <= maximumParameter
            && bytes.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || [45, 46, 95, 47, 58, 124].contains($0)
            }
    }

    /// One byte inside a regular expression, outside and inside of a class.
    package static func hexadecimal(_ byte: UInt8) -> String {
        let digits = String(byte, radix: 16)
        return #"\x"# + (digits.count == 1 ? "0" : "") + digits
    }

    /// The key of a map line that a value must match as a whole. nginx compares plain keys without regard to case; a pattern does not.
    package static func mapKey(literally bytes: [UInt8]) throws(PrintingRefusal) -> String {
        try mapKey(pattern: "^" + pattern(literally: bytes) + #"\z"#)
    }

    /// The key of a map line that nginx looks up in a hash table without regard to the case of ASCII letters, in lower case; nil for a text
    /// that may mean something else there, or is too long for a bucket of 64 bytes (map_hash_bucket_size).
    static func plainKey(_ bytes: [UInt8]) -> String? {
        let text = String(decoding: bytes.map { (65...90).contains($0) ? $0 | 32 : $0 }, as: UTF8.self)
        guard !bytes.isEmpty, bytes.count <= 40, isPlain(bytes), !["default", "hostnames", "include", "volatile"].contains(text) else {
            return nil
        }
        return "\"\(text)\""
    }

    /// The key of a map line for a regular expression that holds no quote and no backslash before a quote, `t`, `r` or `n`.
    package static func mapKey(pattern: String) throws(PrintingRefusal) -> String {
        guard pattern.utf8.count <= maximumParameter else {
            throw PrintingRefusal(part: "a text of \(pattern.utf8.count) bytes", reason: "nginx reads at most 4096 bytes of one parameter")
        }
        return "\"~\(pattern)\""
    }
}
