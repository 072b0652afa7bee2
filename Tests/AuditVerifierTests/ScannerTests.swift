import Foundation
import Testing

@testable import AuditVerifier

/// The scanner beside Foundation: what Foundation reads it reads, and finds the same in it.
@Suite struct ScannerTests {
    /// A JSON value with the text that it is written as.
    private indirect enum Value {
        case object([(name: String, value: Value)])
        case array([Value])
        case string(String)
        case number(Int64)
        case word(String)
    }

    private static let pieces = [
        "a", "path", "\\", "\"", "\\\\\"", "{", "}", "[", "]", ",", ":", "\n", "\u{1F}", "é", "漢", "😀", "/", "entry",
        String(repeating: "x", count: 61),
        String(repeating: "\\", count: 63),
    ]

    private static func value(_ random: inout SplitMix, depth: Int) -> Value {
        switch random.next(below: depth > 4 ? 3 : 5) {
        case 0: .string((0..<random.next(below: 6)).map { _ in pieces[random.next(below: pieces.count)] }.joined())
        case 1: .number(Int64(truncatingIfNeeded: random.next()) >> Int64(random.next(below: 63)))
        case 2: .word(["true", "false", "null"][random.next(below: 3)])
        case 3: .array((0..<random.next(below: 5)).map { _ in value(&random, depth: depth + 1) })
        default:
            .object(
                (0..<random.next(below: 5)).map { index in
                    (
                        ["path", "columns", "n\(index)", pieces[random.next(below: pieces.count)]][random.next(below: 4)],
                        value(&random, depth: depth + 1)
                    )
                })
        }
    }

    private static func quoted(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": written += "\\\""
            case "\\": written += "\\\\"
            case "\n": written += "\\n"
            default: written += scalar.value < 32 ? String(format: "\\u%04x", scalar.value) : String(scalar)
            }
        }
        return written + "\""
    }

    private static func text(_ value: Value, _ random: inout SplitMix) -> String {
        func space(_ random: inout SplitMix) -> String { ["", "", "", " ", "\t", "  \n", "\r\n"][random.next(below: 7)] }
        let written =
            switch value {
            case .object(let members):
                "{" + space(&random)
                    + members.map { quoted($0.name) + space(&random) + ":" + text($0.value, &random) }.joined(separator: ",") + "}"
            case .array(let elements): "[" + space(&random) + elements.map { text($0, &random) }.joined(separator: ",") + "]"
            case .string(let text): quoted(text)
            case .number(let number): "\(number)"
            case .word(let word): word
            }
        return space(&random) + written + space(&random)
    }

    /// What is wrong with what the scanner found, if anything is.
    private static func difference(_ value: Value, _ token: Int, _ scanner: JSONScanner, passesOver: Bool) -> String? {
        let kind = scanner.tokens[token].kind
        switch value {
        case .object(let members):
            guard kind == .object else { return "no object" }
            let found = scanner.members(token)
            guard found.count == members.count else { return "\(found.count) members instead of \(members.count)" }
            for (member, (name, place)) in zip(members, found) {
                guard scanner.string(name) == member.name else { return "another name than \(member.name)" }
                guard (scanner.name(name) == .columns) == (member.name == "columns") else { return "a name was not known" }
                if passesOver, member.name == "path", [.object, .array].contains(scanner.tokens[place].kind) {
                    guard scanner.tokens[place].next == Int32(place + 1) else { return "the path was not passed over" }
                    continue
                }
                if let wrong = difference(member.value, place, scanner, passesOver: passesOver) { return wrong }
            }
            return nil
        case .array(let elements):
            let found = scanner.elements(token)
            guard kind == .array, found.count == elements.count else { return "no array of \(elements.count)" }
            return zip(elements, found).lazy.compactMap { difference($0, $1, scanner, passesOver: passesOver) }.first
        case .string(let text): return scanner.string(token) == text ? nil : "another text than \(text.debugDescription)"
        case .number(let number): return scanner.integer(token) == number ? nil : "another number than \(number)"
        case .word(let word): return kind == .word && scanner.bytes(token).elementsEqual(word.utf8) ? nil : "another word than \(word)"
        }
    }

    @Test func everyValueIsFoundAsItIs() {
        var random = SplitMix(state: 5)
        var scanner = JSONScanner()
        var passing = JSONScanner(passingOver: [.path])
        for _ in 0..<4000 {
            let value = Self.value(&random, depth: 0)
            let text = Array(Self.text(value, &random).utf8)
            text.withUnsafeBufferPointer { bytes in
                #expect(
                    scanner.scan(bytes) && Self.difference(value, 0, scanner, passesOver: false) == nil,
                    "\(String(decoding: text, as: UTF8.self))")
                #expect(
                    passing.scan(bytes) && Self.difference(value, 0, passing, passesOver: true) == nil,
                    "\(String(decoding: text, as: UTF8.self))")
            }
        }
    }

    @Test func whatFoundationReadsItReads() {
        var random = SplitMix(state: 6)
        var scanner = JSONScanner()
        var refused = 0
        for _ in 0..<4000 {
            var text = Array(Self.text(Self.value(&random, depth: 0), &random).utf8)
            for _ in 0...random.next(below: 3) where !text.isEmpty {
                let place = random.next(below: text.count)
                switch random.next(below: 3) {
                case 0: text.remove(at: place)
                case 1: text[place] = Array("\"\\{}[],:0tn x\u{1}".utf8)[random.next(below: 14)]
                default: text.removeSubrange(place...)
                }
            }
            let isRead = text.withUnsafeBufferPointer { scanner.scan($0) }
            let isJSON = (try? JSONSerialization.jsonObject(with: Data(text), options: .fragmentsAllowed)) != nil
            if isJSON { #expect(isRead, "\(String(decoding: text, as: UTF8.self))") }
            refused += isRead ? 0 : 1
        }
        #expect(refused > 1000)
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "{]", "[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]", "[,1]", "{,}", "\"", "\"\\\"", "tru", "truex",
        "1 2", "[1 2]",
        "{\"a\":1 \"b\":2}", "{1:2}", "{\"path\":[}", "{\"path\":{\"a\":\"}\"}", "\"\u{1}\"", "nul", "{}{}", "[]]", "-x", "{\"a\"::1}", ":",
        ",", "\\",
    ])
    func whatIsNoValueIsRefused(text: String) {
        var scanner = JSONScanner(passingOver: [.path])
        #expect(!Array(text.utf8).withUnsafeBufferPointer { scanner.scan($0) })
    }

    @Test func nestingHasALimit() {
        var scanner = JSONScanner()
        func nested(_ depth: Int) -> [UInt8] { Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8) }
        #expect(nested(JSONScanner.maximumDepth).withUnsafeBufferPointer { scanner.scan($0) })
        #expect(!nested(JSONScanner.maximumDepth + 1).withUnsafeBufferPointer { scanner.scan($0) })
    }
}
