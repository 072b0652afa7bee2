import Glibc
@testable import Predicates
import Testing

/// Addresses are those that the C library reads.
@Suite struct AddressTests {
    /// The address as the C library has it, IPv4-mapped ones as IPv4.
    static func expected(_ text: String) -> IPAddress? {
        var version4 = in_addr()
        if inet_pton(AF_INET, text, &version4) == 1 { return IPAddress(width: 32, bits: UInt128(UInt32(bigEndian: version4.s_addr))) }
        var version6 = in6_addr()
        guard inet_pton(AF_INET6, text, &version6) == 1 else { return nil }
        let bits = withUnsafeBytes(of: version6) { $0.reduce(UInt128(0)) { $0 << 8 | UInt128($1) } }
        return IPAddress(width: 128, bits: bits)
    }

    @Test func theCLibraryReadsTheSame() {
        var generator = Generator(seed: 41)
        let pieces = [
            "0", "1", "12", "ffff", "FE80", "2001", "db8", "00000", "g", ":", ":", ":", ":", "::", ".", ".", "10", "255", "256", "01",
            "1.2.3.4", "::ffff:",
        ]
        var read = 0
        for round in 0..<(30_000 * Fuzzing.scale) {
            let text: String
            switch round % 3 {
            case 0: text = (0..<generator.below(12)).map { _ in generator.pick(pieces) }.joined()
            case 1:
                let groups = (0..<(5 + generator.below(4))).map { _ in generator.pick(["0", "1", "ab", "ffff", "", "1.2.3.4"]) }
                text = groups.joined(separator: ":")
            default: text = (0..<4).map { _ in "\(generator.below(280))" }.joined(separator: ".")
            }
            let actual = IPAddress(text)
            if actual != nil { read += 1 }
            guard text.utf8.count <= IPAddress.maximumLength, actual != Self.expected(text) else { continue }
            Issue.record("\(text): \(actual as Any), the C library says \(Self.expected(text) as Any)")
            return
        }
        #expect(read > 5000 * Fuzzing.scale)
    }
}
