import ArgumentParser
import Foundation
import PolicyLanguage
import Predicates
import ReleaseModel
import Testing

@testable import tidegate

/// Every snippet of the documentation is what it claims to be: policies and targets are read without a finding that is an error,
/// expressions are compiled, commands are parsed.
@Suite struct DocumentationTests {
    struct Snippet: Sendable, CustomTestStringConvertible {
        var file: String
        var line: Int
        var language: String
        var text: String
        var testDescription: String { "\(file):\(line)" }
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static let files = [
        "README.md", "ARCHITECTURE.md", "docs/concepts.md", "docs/policy-reference.md", "docs/expression-reference.md",
        "docs/operations.md", "docs/security.md", "docs/edge.md", "docs/routing-tools.md", "docs/logs.md", "docs/log-signals.md",
        "docs/policy-testing.md", "docs/auditing.md", "docs/audit.md",
    ]

    static let snippets: [Snippet] = files.flatMap { file -> [Snippet] in
        let text = (try? String(contentsOf: root.appending(path: file), encoding: .utf8)) ?? ""
        var found: [Snippet] = []
        var open: Snippet?
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if line.hasPrefix("```") {
                if let snippet = open {
                    found.append(snippet)
                    open = nil
                } else {
                    open = Snippet(file: file, line: index + 2, language: String(line.dropFirst(3)), text: "")
                }
            } else if open != nil {
                open?.text += line + "\n"
            }
        }
        return found
    }

    static let signals = SignalSchema(
        [
            ("score", .number, 0, 100), ("scoreDrop", .number, -100, 100), ("scoreDrop.low", .number, -100, 100),
            ("coverage", .number, 0, 1),
            ("complete", .bool, nil, nil), ("errors.guilty", .bool, nil, nil), ("latency.guilty", .bool, nil, nil),
            ("gc.guilty", .bool, nil, nil), ("memory.guilty", .bool, nil, nil), ("slo.breached", .bool, nil, nil),
            ("samples", .number, 0, nil), ("logs.anomaly", .number, 0, 1), ("drift", .bool, nil, nil), ("checks.failed", .bool, nil, nil),
            ("checks.passed", .bool, nil, nil),
        ])

    @Test func everyFileIsThere() {
        for file in Self.files { #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: file).path), "\(file)") }
        #expect(Self.snippets.count >= 12)
    }

    @Test(arguments: snippets.filter { $0.language == "yaml" }) func documentsAreRead(snippet: Snippet) {
        if snippet.text.contains("kind: Target") {
            let (target, findings) = TargetParser.parse(snippet.text, file: snippet.file)
            #expect(target != nil && findings.allSatisfy { $0.severity != .error }, "\(findings)")
        } else {
            let (policy, findings) = PolicyParser.parse(snippet.text, file: snippet.file, signals: Self.signals)
            #expect(policy != nil && findings.allSatisfy { $0.severity != .error }, "\(findings)")
        }
    }

    @Test(arguments: snippets.filter { $0.language.hasPrefix("lua") }) func expressionsAreCompiled(snippet: Snippet) throws {
        for line in snippet.text.split(separator: "\n").map(String.init) {
            if snippet.language == "lua signals" {
                _ = try Condition(line, schema: Self.signals, place: snippet.testDescription)
            } else {
                var slots = RequestSlots()
                _ = try RequestPredicate(line, slots: &slots, place: snippet.testDescription)
            }
        }
    }

    @Test(arguments: snippets.filter { $0.language == "sh" }) func commandsAreParsed(snippet: Snippet) throws {
        let makefile = try String(contentsOf: Self.root.appending(path: "Makefile"), encoding: .utf8)
        for line in snippet.text.split(separator: "\n") {
            let words = Self.words(String(line))
            guard let program = words.first else { continue }
            switch program {
            case "tidegate": _ = try Tidegate.parseAsRoot(Array(words.dropFirst()))
            case "make": #expect(makefile.contains("\n\(words[1]):"), "\(line)")
            default: Issue.record("\(snippet.testDescription): nobody checks '\(program)'")
            }
        }
    }

    /// Words as a shell splits them, for the quoting that the documentation uses; a comment ends the line.
    static func words(_ line: String) -> [String] {
        var words: [String] = []
        var word = ""
        var quote: Character?
        for character in line {
            if character == quote {
                quote = nil
            } else if quote == nil, character == "\"" || character == "'" {
                quote = character
            } else if character == "#", quote == nil, word.isEmpty {
                break
            } else if character == " ", quote == nil {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
