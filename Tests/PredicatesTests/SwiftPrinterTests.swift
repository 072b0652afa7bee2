import Foundation
@testable import Predicates
import Testing

/// Printed Swift: how it reads, and that it means what the expression means.
@Suite struct SwiftPrinterTests {
    static func printed(_ source: String, name: String = "testers") throws -> String {
        var slots = RequestSlots()
        return SwiftPrinter.source(of: try RequestPredicate(source, slots: &slots, place: "t"), name: name)
    }

    @Test func readsAsAPersonWouldWriteIt() throws {
        #expect(
            try Self.printed(#"ngx.var.http_x_canary == "true" and ngx.crc32_short(ngx.var.remote_addr) % 100 < 30"#) == #"""
                import Predicates

                /// ngx.var.http_x_canary == "true" and ngx.crc32_short(ngx.var.remote_addr) % 100 < 30
                ///
                /// Slots: 0 header["x-canary"], 1 client.address.
                public func testers(_ request: RequestView) throws -> Bool {
                    guard request.equals(0, "true") else { return false }
                    return try request.crc32(1) % 100 < 30
                }

                """#)
    }

    @Test func constantsAndPatternsStandBesideTheFunction() throws {
        #expect(
            try Self.printed(#"inCIDR(client.address, "10.0.0.0/8") or path:match("^/a%d") ~= nil or not tagged("x")"#, name: "a b-c")
                == #"""
                import Predicates

                private let aBCNetworks1: [IPNetwork] = [IPNetwork("10.0.0.0/8")!]

                /// inCIDR(client.address, "10.0.0.0/8") or path:match("^/a%d") ~= nil or not tagged("x")
                ///
                /// Slots: 0 client.address, 1 path, 2 tag["x"].
                public func aBC(_ request: RequestView) throws -> Bool {
                    var steps = 0
                    if request.isWithin(0, aBCNetworks1) { return true }
                    if try request.matches(1, "^/a%d", &steps) { return true }
                    return !request.has(2)
                }

                """#)
    }

    @Test(arguments: [
        ("testers", "testers"), ("shanghai at night", "shanghaiAtNight"), ("2 fast", "_2Fast"), ("case", "_case"), ("灰度", "predicate"),
        ("Payments stay", "paymentsStay"), ("", "predicate"),
    ])
    func namesBecomeIdentifiers(name: String, identifier: String) { #expect(SwiftPrinter.identifier(name) == identifier) }

    @Test func textsKeepTheirBytes() {
        #expect(SwiftLiteral.text(Array("a\"\\\n\u{0}é\u{301}".utf8)) == #""a\"\\\n\u{0}é\u{301}""#)
        #expect(SwiftLiteral.text([0xFF]) == nil)
    }

    static let compiler = ["/opt/swift/usr/bin/swiftc", "/usr/bin/swiftc", "/usr/local/bin/swiftc"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    /// One program of many printed predicates, compiled once by the real compiler, and asked about many requests.
    @Test(.enabled(if: compiler != nil, "swiftc is not installed")) func printedSourcesAgreeWithEvaluation() throws {
        let build = try #require(Self.moduleFolder(), "the built module Predicates was not found beside the tests")
        var random = RandomCondition(generator: Generator(seed: 21))
        var predicates: [(RequestPredicate, RequestSlots)] = []
        var rounds = 0
        while predicates.count < 60 * min(Fuzzing.scale, 5), rounds < 2000 {
            rounds += 1
            var slots = RequestSlots()
            guard let predicate = try? RequestPredicate(random.condition(depth: rounds % 4), slots: &slots, place: "t") else { continue }
            predicates.append((predicate, slots))
        }
        var source = "import Predicates\n"
        var expected = ""
        var calls = ""
        for (index, (predicate, slots)) in predicates.enumerated() {
            source += "\n" + SwiftPrinter.function(of: predicate, name: "p\(index)")
            for _ in 0..<6 {
                let values = slots.fields.map { _ in random.value() }
                let now = Int64(random.generator.below(200))
                let row = values.map { value in value.map { "ByteString(bytes: \($0.bytes))" } ?? "nil" }.joined(separator: ", ")
                calls += "    ask({ try p\(index)($0) }, RequestView(values: [\(row)], now: \(now)))\n"
                expected += (try? predicate.evaluate(RequestView(values: values, now: now))).map { $0 ? "t" : "f" } ?? "e"
            }
        }
        source += """

            func ask(_ predicate: (RequestView) throws -> Bool, _ view: RequestView) {
                do { print(try predicate(view) ? "t" : "f", terminator: "") } catch { print("e", terminator: "") }
            }

            @main struct Main {
                static func main() {
            \(calls)    }
            }

            """
        let output = try Self.run(source, build: build)
        #expect(output == expected)
        #expect(Set(expected) == Set("tfe"), "every outcome is seen")
    }

    /// The folder of the build in which the module lies, found from the running test's own file.
    static func moduleFolder() -> URL? {
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") else { return nil }
        let candidates = [own] + ProcessInfo.processInfo.arguments
        for path in candidates {
            var folder = URL(filePath: path).deletingLastPathComponent()
            for _ in 0..<3 {
                if FileManager.default.fileExists(atPath: folder.appending(path: "Modules/Predicates.swiftmodule").path) { return folder }
                folder = folder.deletingLastPathComponent()
            }
        }
        return nil
    }

    /// Compiles and runs a program against the built module; what it prints.
    static func run(_ source: String, build: URL) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tidegate-printed-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "Printed.swift")
        try Data(source.utf8).write(to: file)
        let objects = try FileManager.default.contentsOfDirectory(atPath: build.appending(path: "Predicates.build").path)
            .filter { $0.hasSuffix(".o") }.map { build.appending(path: "Predicates.build/\($0)").path }
        let program = folder.appending(path: "printed")
        let compiled = try shell(
            [try #require(compiler), "-parse-as-library", "-swift-version", "6", "-I", build.appending(path: "Modules").path, file.path]
                + objects + ["-o", program.path])
        guard compiled.status == 0 else {
            Issue.record("\(compiled.output.prefix(4000))\n\(source.prefix(4000))")
            return ""
        }
        return try shell([program.path]).output
    }

    /// Runs a program for at most 100 seconds.
    private static func shell(_ words: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/timeout")
        process.arguments = ["100"] + words
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
