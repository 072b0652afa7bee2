/// The address of a server of an arm as `server` directives take it.
enum ServerAddress {
    static let maximumLength = 255

    /// What is wrong with `text` as `host:port`, or nil. A host is a name of letters, digits, `.` and `-`, an IPv4 address, or an IPv6 address in brackets.
    static func problem(with text: String) -> String? {
        guard text.utf8.count <= maximumLength, let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")) else { return "is not host:port" }
        let host = Array(text.utf8[..<colon])
        let port = text[text.utf8.index(after: colon)...]
        guard port.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(port), (1...65535).contains(number), port.utf8.first != 48
        else { return "does not end in a port of 1 to 65535" }
        if host.first == UInt8(ascii: "["), host.last == UInt8(ascii: "]") {
            let isAddress = host.count >= 4 && host.dropFirst().dropLast().allSatisfy { isHexDigit($0) || $0 == 58 || $0 == 46 }
            return isAddress ? nil : "has no IPv6 address between its brackets"
        }
        let isName = host.first.map(isAlphanumeric) == true && host.allSatisfy { isAlphanumeric($0) || $0 == 45 || $0 == 46 }
        return isName ? nil : "has no host name or address before its port"
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
    }

    private static func isHexDigit(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...70).contains(byte) || (97...102).contains(byte)
    }
}
