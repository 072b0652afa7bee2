internal import Hashing
internal import ReleaseModel

/// How templates are written, and what their identity is made of.
enum TemplateText {
    static func text(_ parts: [TemplatePart], _ exception: ExceptionTrace?) -> String {
        let skeleton = skeleton(parts)
        var text = skeleton
        if let exception {
            let thrown = exception.className + (exception.frame.isEmpty ? "" : " at \(exception.frame)")
            text = skeleton.isEmpty ? thrown : "\(skeleton): \(thrown)"
        }
        guard text.utf8.count > LogTemplate.maximumTextBytes else { return text }
        // Between two characters, not within one.
        let bytes = Array(text.utf8)
        var end = LogTemplate.maximumTextBytes
        while end > 0, bytes[end] & 0xc0 == 0x80 { end -= 1 }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }

    static func skeleton(_ parts: [TemplatePart]) -> String {
        var text = ""
        for part in parts { text += part.separator + part.word }
        return text
    }

    static func identity(_ skeleton: String, _ severity: LogSeverity, _ exception: ExceptionTrace?) -> String {
        let whole = [severity.rawValue, exception?.className ?? "", exception?.frame ?? "", skeleton].joined(separator: "\u{0}")
        return String(SHA256Digest(of: whole).hex.prefix(16))
    }

    /// White space counts as one space; a word that is variable shows nothing of what stood there.
    static func part(_ token: Token, _ bytes: UnsafeBufferPointer<UInt8>) -> TemplatePart {
        var separator: [UInt8] = []
        for byte in bytes[Int(token.separator)..<Int(token.start)] {
            if byte > 32 {
                separator.append(byte)
            } else if separator.last != 32, token.separator > 0 || !separator.isEmpty {
                separator.append(32)
            }
        }
        let word = token.isVariable ? LogTemplate.variableMark : String(decoding: bytes[Int(token.start)..<Int(token.end)], as: UTF8.self)
        return TemplatePart(separator: String(decoding: separator, as: UTF8.self), word: word)
    }
}
