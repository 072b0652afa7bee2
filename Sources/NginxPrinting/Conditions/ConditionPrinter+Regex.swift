internal import Predicates

extension ConditionPrinter {
    /// `ngx.re.match(subject, pattern, options)` as a regular expression of nginx itself, which is the same library.
    func regexMatch(_ arguments: [RequestNode], _ node: RequestNode) throws(PrintingRefusal) -> PrintedTruth {
        guard let subject = arguments.first, arguments.count >= 2, subject.isText, case .literal(.string(let pattern)) = arguments[1] else {
            throw refusal(node, "the pattern must be a constant, and what is searched a field")
        }
        var options: [UInt8] = []
        if arguments.count > 2, case .literal(.string(let text)) = arguments[2] { options = text.bytes }
        guard case .operand(let operand) = try text(subject) else { throw refusal(node, "what is searched must be a field") }
        let key = try RegexText(pattern.bytes, options: options).mapKey
        // Searching nil is an error.
        return .operand(writer.map(operand.variable, [("\"\"", "e"), (key, "1")], otherwise: "0", depth: operand.depth))
    }
}

/// A regular expression of a policy as a key of a map. It stays what it is, but for bytes that would mean something to nginx's own reader.
private struct RegexText {
    let mapKey: String

    /// - Throws: `PrintingRefusal` for what would name variables or set options of the library.
    init(_ pattern: [UInt8], options: [UInt8]) throws(PrintingRefusal) {
        let shown = "the regular expression \"\(String(decoding: pattern, as: UTF8.self))\""
        var flags = ""
        var isCaseless = false
        var isAnchored = false
        for option in options {
            switch option {
            case UInt8(ascii: "j"), UInt8(ascii: "o"): continue  // how it is compiled, not what it means
            case UInt8(ascii: "i"): isCaseless = true
            case UInt8(ascii: "a"): isAnchored = true
            case UInt8(ascii: "s"), UInt8(ascii: "m"), UInt8(ascii: "x"): flags.unicodeScalars.append(Unicode.Scalar(option))
            default:
                throw PrintingRefusal(part: shown, reason: "its maps do not know the option '\(Character(Unicode.Scalar(option)))'")
            }
        }
        var text = try Self.text(pattern, shown)
        if isAnchored { text = "\\G(?:\(text))" }
        if !flags.isEmpty { text = "(?\(flags))" + text }
        let key = try NginxText.mapKey(pattern: text.isEmpty ? "^" : text)
        mapKey = isCaseless ? "\"~*" + key.dropFirst(2) : key
    }

    private static func text(_ pattern: [UInt8], _ shown: String) throws(PrintingRefusal) -> String {
        var text = ""
        var index = 0
        while index < pattern.count {
            let byte = pattern[index]
            index += 1
            switch byte {
            case UInt8(ascii: "\\"):
                guard index < pattern.count else { throw PrintingRefusal(part: shown, reason: "it ends in a backslash") }
                text += escape(pattern[index])
                index += 1
            case UInt8(ascii: "("):
                let next = pattern[index...].prefix(3)
                if next.starts(with: "?<".utf8), let third = next.last, next.count == 3, third != UInt8(ascii: "="),
                    third != UInt8(ascii: "!")
                {
                    throw PrintingRefusal(part: shown, reason: "a capture with a name would set a variable")
                }
                if next.starts(with: "?P".utf8) || next.starts(with: "?'".utf8) || next.starts(with: "*".utf8) {
                    throw PrintingRefusal(part: shown, reason: "a capture with a name, or a verb, would change nginx")
                }
                text += "("
            case UInt8(ascii: "\""), 0..<32, 127...255: text += NginxText.hexadecimal(byte)
            default: text.unicodeScalars.append(Unicode.Scalar(byte))
            }
        }
        return text
    }

    /// What stands behind a backslash. nginx reads some escapes itself, so these are written as the byte that they mean.
    private static func escape(_ byte: UInt8) -> String {
        switch byte {
        case UInt8(ascii: "t"): #"\x09"#
        case UInt8(ascii: "r"): #"\x0d"#
        case UInt8(ascii: "n"): #"\x0a"#
        case 48...57, 65...90, 97...122: "\\" + String(UnicodeScalar(byte))
        default: NginxText.hexadecimal(byte)
        }
    }
}
