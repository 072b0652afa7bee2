/// Takes secrets and personal data out of a line before it is kept as evidence.
///
/// What goes: values of names that speak of secrets (`password=`, `"api_key":`, `Authorization: Bearer`), tokens by their shape (JWT,
/// the prefixes that providers give, long mixed or hexadecimal words), credentials in URLs, e-mail addresses, card numbers (13 to 19
/// digits that pass Luhn's check), and IP addresses where that is asked for. What was there is named: `<token>`, `<e-mail>`, `<card>`.
///
///     LogMask().masked("login of ann@example.org failed, password=hunter2")    // "login of <e-mail> failed, password=<secret>"
public struct LogMask: Sendable, Hashable {
    /// Bytes of a line that are looked at; a word that reaches over the end is left out.
    public static let maximumBytes = 4096

    /// Whether IPv4 and IPv6 addresses are masked as well.
    public var addresses: Bool

    public init(addresses: Bool = false) { self.addresses = addresses }

    /// The line with what must not be kept replaced.
    public func masked(_ line: String) -> String {
        var bytes = Array(line.utf8.prefix(Self.maximumBytes))
        if line.utf8.count > Self.maximumBytes {
            bytes.removeLast(bytes.count - (bytes.lastIndex(where: { $0 <= 32 }) ?? 0))
        }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if let (end, name) = finding(bytes, at: index) {
                output.append(contentsOf: name.utf8)
                index = end
            } else if let value = SecretValue.range(bytes, nameAt: index) {
                output.append(contentsOf: bytes[index..<value.lowerBound])
                output.append(contentsOf: "<secret>".utf8)
                index = value.upperBound
            } else {
                output.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    /// What must go at this place, and under which name.
    private func finding(_ bytes: [UInt8], at index: Int) -> (end: Int, name: String)? {
        if let end = URLCredentials.end(bytes, at: index) { return (end, "<secret>") }
        // Everything else begins with a word.
        guard Self.isWord(bytes[index]), index == 0 || !Self.isWord(bytes[index - 1]) else {
            return addresses && bytes[index] == UInt8(ascii: ":") ? IPText.end(bytes, at: index).map { ($0, "<ip>") } : nil
        }
        if let end = EMailText.end(bytes, at: index) { return (end, "<e-mail>") }
        if let end = CardNumber.end(bytes, at: index) { return (end, "<card>") }
        if let end = TokenText.end(bytes, at: index) { return (end, "<token>") }
        if addresses, let end = IPText.end(bytes, at: index) { return (end, "<ip>") }
        return nil
    }

    static func isWord(_ byte: UInt8) -> Bool {
        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte) || byte == 95 || byte >= 0x80
    }

    static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }
}
