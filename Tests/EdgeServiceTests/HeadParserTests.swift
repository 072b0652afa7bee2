import Testing

@testable import EdgeService

/// The parser alone: pieces of any size, and bytes that nobody would send.
@Suite struct HeadParserTests {
    struct Generator: RandomNumberGenerator {
        var state: UInt64
        mutating func next() -> UInt64 {
            // SplitMix64.
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// What came out of one head: the headers, or the fault.
    enum Outcome: Equatable {
        case head(String)
        case fault(RequestFault)
        case incomplete
    }

    static func outcome(_ parser: inout RequestHeadParser, _ bytes: [UInt8]) -> Outcome {
        do {
            guard try parser.parse(bytes.span) else { return .incomplete }
            let head = parser.head
            let text = { (range: Range<Int>) in String(decoding: bytes[range], as: UTF8.self) }
            return .head(
                "\(text(head.method)) \(text(head.target)) \(head.isHTTP11) \(head.keepsAlive) \(head.length) "
                    + head.fields.map { "\(text($0.name))=\(text($0.value))" }.joined(separator: "|"))
        } catch {
            return .fault(error)
        }
    }

    static let limits = {
        var limits = EdgeLimits()
        limits.maximumHeadBytes = 600
        limits.maximumHeaders = 12
        return limits
    }()

    /// Heads that are changed a little at random: in pieces they mean what they mean at once, and none breaks the parser.
    @Test func changedHeadsInPiecesMeanTheSame() {
        var generator = Generator(state: 7)
        let base = Array("GET /decide HTTP/1.1\r\nHost: a\r\nx-user-id:  ada \r\nConnection: keep-alive\r\nCookie: a=b; c=d\r\n\r\n".utf8)
        let extra: [[UInt8]] = [[13, 10], [10], [13], [0], [58], [32], Array("\r\n\r\n".utf8), Array("Content-Length: 0\r\n".utf8)]
        var outcomes: [String: Int] = [:]
        for _ in 0..<20_000 {
            var bytes = base
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let at = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[at] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: at)
                case 2: bytes.insert(contentsOf: extra.randomElement(using: &generator)!, at: at)
                default: bytes.insert(contentsOf: bytes[at...].prefix(40), at: at)
                }
            }
            var whole = RequestHeadParser(limits: Self.limits)
            let expected = Self.outcome(&whole, bytes)
            var pieces = RequestHeadParser(limits: Self.limits)
            var end = 0
            var found = Outcome.incomplete
            while end < bytes.count, found == .incomplete {
                end = min(bytes.count, end + Int.random(in: 1...30, using: &generator))
                found = Self.outcome(&pieces, Array(bytes[..<end]))
            }
            #expect(found == expected, "\(String(decoding: bytes, as: UTF8.self))")
            switch expected {
            case .head: outcomes["head", default: 0] += 1
            case .fault: outcomes["fault", default: 0] += 1
            case .incomplete: outcomes["incomplete", default: 0] += 1
            }
        }
        #expect(outcomes.values.allSatisfy { $0 > 200 } && outcomes.count == 3, "\(outcomes)")
    }

    @Test func bytesAtRandomNeverBreakTheParser() {
        var generator = Generator(state: 11)
        let alphabet = Array("GET /: HTTP1.\r\n\r\n\r\n\0x".utf8)
        for _ in 0..<20_000 {
            var parser = RequestHeadParser(limits: Self.limits)
            let bytes = (0..<Int.random(in: 0...80, using: &generator)).map { _ in alphabet.randomElement(using: &generator)! }
            let outcome = Self.outcome(&parser, bytes)
            if case .head(let text) = outcome { #expect(text.contains("/") || text.contains(":") || !text.isEmpty) }
        }
    }

    @Test func limitsHoldForHeadsWithoutAnEnd() {
        var parser = RequestHeadParser(limits: Self.limits)
        let endless = [UInt8](repeating: UInt8(ascii: "a"), count: 600)
        #expect(Self.outcome(&parser, Array(endless[..<599])) == .incomplete)
        #expect(Self.outcome(&parser, endless) == .fault(.tooLarge))
    }
}
