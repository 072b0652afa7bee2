/// `local@host.tld`.
enum EMailText {
    static let maximumBytes = 254

    static func end(_ bytes: [UInt8], at start: Int) -> Int? {
        var index = start
        while index < bytes.count, index - start < maximumBytes, isLocal(bytes[index]) { index += 1 }
        guard index > start, index < bytes.count, bytes[index] == UInt8(ascii: "@") else { return nil }
        index += 1
        let host = index
        var lastDot: Int?
        while index < bytes.count, index - start < maximumBytes, isHost(bytes[index]) {
            if bytes[index] == UInt8(ascii: ".") { lastDot = index }
            index += 1
        }
        guard var dot = lastDot, dot > host else { return nil }
        // A full stop after the address is no part of it.
        if dot == index - 1 {
            index = dot
            guard let earlier = bytes[host..<dot].lastIndex(of: UInt8(ascii: ".")), earlier > host else { return nil }
            dot = earlier
        }
        return index - dot > 2 ? index : nil
    }

    private static func isLocal(_ byte: UInt8) -> Bool { LogMask.isWord(byte) || "!#$%&'*+-/=?^`{|}~.".utf8.contains(byte) }
    private static func isHost(_ byte: UInt8) -> Bool { LogMask.isWord(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") }
}

/// 13 to 19 digits, in groups by single spaces or dashes or without, that begin as cards do (2 to 6) and pass Luhn's check (ISO/IEC 7812).
enum CardNumber {
    static func end(_ bytes: [UInt8], at start: Int) -> Int? {
        guard (UInt8(ascii: "2")...UInt8(ascii: "6")).contains(bytes[start]) else { return nil }
        if start > 1, bytes[start - 1] == UInt8(ascii: "."), LogMask.isDigit(bytes[start - 2]) { return nil }
        var digits: [UInt8] = []
        var index = start
        var end = start
        while index < bytes.count, digits.count <= 19 {
            if LogMask.isDigit(bytes[index]) {
                digits.append(bytes[index] - 48)
                end = index + 1
            } else if bytes[index] != 32 && bytes[index] != UInt8(ascii: "-") || end != index {
                break
            }
            index += 1
        }
        guard (13...19).contains(digits.count), end == bytes.count || !LogMask.isWord(bytes[end]) else { return nil }
        return passesLuhn(digits) ? end : nil
    }

    static func passesLuhn(_ digits: [UInt8]) -> Bool {
        var sum = 0
        for (place, digit) in digits.reversed().enumerated() {
            let doubled = place % 2 == 1 ? Int(digit) * 2 : Int(digit)
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        return sum % 10 == 0
    }
}

/// Keys and tokens by their shape.
enum TokenText {
    /// Prefixes that providers give their tokens, so that they can be found where they do not belong.
    private static let prefixes = [
        "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "sk_live_", "sk_test_",
        "rk_live_", "pk_live_", "sk-", "npm_", "pypi-", "hvs.", "AKIA", "ASIA", "AIza", "ya29.", "tdg_", "glsa_", "dop_v1_", "SG.",
    ].map { Array($0.utf8) }
    static let shortestHexadecimal = 32
    static let shortestMixed = 24
    static let shortestAfterPrefix = 12

    static func end(_ bytes: [UInt8], at start: Int) -> Int? {
        var end = start
        var upper = 0
        var lower = 0
        var digits = 0
        var hexadecimal = true
        var dots = 0
        while end < bytes.count, isToken(bytes[end]) {
            switch bytes[end] {
            case 48...57: digits += 1
            case 65...90:
                upper += 1
                if bytes[end] > 70 { hexadecimal = false }
            case 97...122:
                lower += 1
                if bytes[end] > 102 { hexadecimal = false }
            default:
                if bytes[end] == UInt8(ascii: ".") { dots += 1 }
                hexadecimal = false
            }
            end += 1
        }
        // A full stop or a colon's equals sign at the end closes the sentence.
        while end > start, bytes[end - 1] == UInt8(ascii: ".") { end -= 1 }
        let count = end - start
        guard count >= shortestAfterPrefix else { return nil }
        if prefixes.contains(where: { bytes[start..<end].starts(with: $0) && count >= $0.count + shortestAfterPrefix }) { return end }
        // A JWT: three parts of base64url, of which the first is the beginning of a JSON object.
        if dots == 2, bytes[start..<end].starts(with: Array("eyJ".utf8)), count >= 30 { return end }
        if hexadecimal, count >= shortestHexadecimal, digits > 0 { return end }
        guard dots == 0, !bytes[start..<end].contains(UInt8(ascii: "/")) else { return nil }
        return count >= shortestMixed && upper >= 2 && lower >= 2 && digits >= 2 ? end : nil
    }

    private static func isToken(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || "_-.+/=".utf8.contains(byte)
    }
}

/// IPv4 and IPv6 addresses.
enum IPText {
    static func end(_ bytes: [UInt8], at start: Int) -> Int? { version4(bytes, at: start) ?? version6(bytes, at: start) }

    private static func version4(_ bytes: [UInt8], at start: Int) -> Int? {
        if start > 0, bytes[start - 1] == UInt8(ascii: ".") { return nil }
        var index = start
        for part in 0..<4 {
            var value = 0
            let first = index
            while index < bytes.count, index - first < 3, LogMask.isDigit(bytes[index]) {
                value = value * 10 + Int(bytes[index] - 48)
                index += 1
            }
            guard index > first, value <= 255 else { return nil }
            if part < 3 {
                guard index < bytes.count, bytes[index] == UInt8(ascii: ".") else { return nil }
                index += 1
            }
        }
        // Longer dotted numbers are versions or object identifiers.
        guard index == bytes.count || !LogMask.isWord(bytes[index]) else { return nil }
        if index + 1 < bytes.count, bytes[index] == UInt8(ascii: "."), LogMask.isDigit(bytes[index + 1]) { return nil }
        return index
    }

    /// Eight groups, or fewer around one `::`; what a time of day looks like is none.
    private static func version6(_ bytes: [UInt8], at start: Int) -> Int? {
        var end = start
        while end < bytes.count, end - start < 40,
            isHexadecimal(bytes[end]) || bytes[end] == UInt8(ascii: ":") || bytes[end] == UInt8(ascii: ".")
        {
            end += 1
        }
        while end > start,
            bytes[end - 1] == UInt8(ascii: ".")
                || (bytes[end - 1] == UInt8(ascii: ":") && !(end - start >= 2 && bytes[end - 2] == UInt8(ascii: ":")))
        {
            end -= 1
        }
        guard end == bytes.count || !LogMask.isWord(bytes[end]), end - start >= 2 else { return nil }
        let text = String(decoding: bytes[start..<end], as: UTF8.self)
        let halves = text.split(separator: "::", maxSplits: 2, omittingEmptySubsequences: false)
        guard halves.count <= 2 else { return nil }
        var groups = 0
        for half in halves where !half.isEmpty {
            for group in half.split(separator: ":", omittingEmptySubsequences: false) {
                if group.contains(".") { groups += 2 } else if (1...4).contains(group.utf8.count) { groups += 1 } else { return nil }
            }
        }
        return halves.count == 2 ? (groups >= 1 && groups <= 7 ? end : nil) : (groups == 8 ? end : nil)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}
