import Foundation
import Testing

@testable import tidegate

/// `tidegate expr build`: the package that it writes. Building it with its modules takes minutes; here the compiler checks its sources
/// against the modules of the running test.
@Suite struct PluginSourceTests {
    static func source(_ rules: [String], _ colors: [String] = []) throws -> [String: String] {
        let source = try PluginSource(name: "Shop", origin: "the policy shop\nx", rules: rules, colors: colors, tidegate: "/src/a \"b\"")
        return Dictionary(uniqueKeysWithValues: source.files.map { ($0.path, $0.text) })
    }

    @Test func conditionsBecomeFunctionsWithTheTablesSlots() throws {
        let files = try Self.source(
            [#"header["x-canary"] == "true""#, #"path == "/a" and tagged("v2")"#], [#"header["x-canary"] == "no""#])
        let conditions = try #require(files["Sources/Shop/Conditions.swift"])
        #expect(conditions.hasPrefix("// Printed from the policy shop x."))
        #expect(conditions.split(separator: "\n").filter { $0.hasPrefix("import ") } == ["import Predicates"])
        for name in ["rule0", "rule1", "color0"] { #expect(conditions.contains("func \(name)(_ request: RequestView)")) }
        #expect(conditions.contains("Slots: 0 header[\"x-canary\"]."))
        #expect(conditions.contains("Slots: 1 path, 2 tag[\"v2\"]."))
        let plugin = try #require(files["Sources/Shop/Shop.swift"])
        #expect(plugin.contains("rules: [rule0, rule1],"))
        #expect(plugin.contains("colors: [color0])"))
        #expect(plugin.contains(#"["header[\"x-canary\"] == \"true\"", "path == \"/a\" and tagged(\"v2\")"]"#))
        #expect(plugin.contains("@_cdecl(\"tidegate_plugin_Shop\")"))
        #expect(files["Package.swift"]?.contains(#"path: "/src/a \"b\"""#) == true)
    }

    @Test(arguments: ["", "shop", "Shop-1", "Shop/../x", "9Lives", String(repeating: "A", count: 65)])
    func aNameThatIsNoneIsRefused(_ name: String) async {
        let (code, output, errors) = await ExpressionCommandTests.run([
            "build", "true", "--name", name, "--folder", "/nonexistent/x", "--source-only", "--tidegate", Self.root,
        ])
        #expect(code == 2 || (name.isEmpty && code == 64))
        #expect(output.isEmpty)
        #expect(errors.contains("--name") || name.isEmpty)
    }

    @Test(arguments: ["a\nb", "\u{0}\"\\(x)", "灰度"])
    func textsAreLiteralsOfSwift(_ text: String) {
        let literal = PluginSource.literal(text)
        #expect(literal.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        #expect(!literal.dropFirst().dropLast().replacing("\\\"", with: "").contains("\""))
        #expect(!literal.replacing("\\\\", with: "").contains("\\("), "nothing is interpolated")
    }

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    @Test func thePackageIsWrittenAndNoOtherIsOverwritten() async throws {
        let folder = "/tmp/tidegate-package-\(UUID().uuidString.prefix(13))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let arguments = ["build", "path == \"/\"", "--folder", folder, "--source-only", "--tidegate", Self.root]
        let (code, output, errors) = await ExpressionCommandTests.run(arguments + ["--name", "Shop"])
        #expect(code == 0, "\(errors)")
        #expect(output == "wrote \(folder): 1 rules, 0 colours\n")
        #expect(FileManager.default.fileExists(atPath: "\(folder)/Sources/Shop/Conditions.swift"))
        #expect(await ExpressionCommandTests.run(arguments + ["--name", "Shop"]).code == 0, "writing it again is fine")
        let other = await ExpressionCommandTests.run(arguments + ["--name", "Other"])
        #expect(other.code == 2)
        #expect(other.errors.contains("another package lies in this folder"))
    }

    @Test func aWrongExpressionIsNotBuilt() async {
        let (code, _, errors) = await ExpressionCommandTests.run([
            "build", "hedaer.x == 1", "--name", "Shop", "--folder", "/nonexistent/x", "--tidegate", Self.root,
        ])
        #expect(code == 2)
        #expect(errors.contains("expression:1:1"))
    }

    @Test func aPolicysConditionsAreBuilt() async throws {
        let folder = "/tmp/tidegate-package-\(UUID().uuidString.prefix(13))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await ExpressionCommandTests.withFile(RouteCommandTests.policy) { path in
            let (code, output, errors) = await ExpressionCommandTests.run([
                "build", "--policy", path, "--name", "Shop", "--folder", folder, "--source-only", "--tidegate", Self.root, "-o", "json",
            ])
            #expect(code == 0, "\(errors)")
            #expect(output.contains("\"rules\" : 2") && output.contains("\"colors\" : 1"))
        }
        let text = try String(contentsOfFile: "\(folder)/Sources/Shop/Conditions.swift", encoding: .utf8)
        #expect(text.contains("// Printed from the policy shop, sha256 "))
    }

    static let compiler = ["/opt/swift/usr/bin/swiftc", "/usr/bin/swiftc", "/usr/local/bin/swiftc"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }

    @Test(.enabled(if: compiler != nil, "swiftc is not installed"), .timeLimit(.minutes(3)))
    func theCompilerTakesIt() async throws {
        let modules = try #require(Self.moduleFolder(), "the built modules were not found beside the tests")
        let folder = "/tmp/tidegate-package-\(UUID().uuidString.prefix(13))"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let rules = [
            #"inCIDR(client.address, "10.0.0.0/8") and path:match("^/a%d+$") ~= nil"#,
            #"crc32(cookie.uid or "") % 100 < 30 or tagged("v2")"#,
        ]
        var arguments = [
            "-typecheck", "-parse-as-library", "-swift-version", "6", "-warnings-as-errors", "-I", "\(modules)/Modules", "-I",
            "\(Self.root)/Sources/CLibCrypto", "-I", "\(Self.root)/Sources/CPluginABI/include", "-Xcc",
            "-fmodule-map-file=\(modules)/CPluginABI.build/module.modulemap",
        ]
        for (path, text) in try Self.source(rules, [#"semver(header.x) >= semver("2.0.0")"#]) where path.hasPrefix("Sources/") {
            let file = URL(filePath: "\(folder)/\(path)")
            try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
            arguments.append(file.path)
        }
        let process = Process()
        let messages = Pipe()
        process.executableURL = URL(filePath: try #require(Self.compiler))
        process.arguments = arguments
        process.standardError = messages
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: messages.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(text.prefix(4000))")
    }

    /// The folder of the build in which the modules lie, found from the running test's own file.
    static func moduleFolder() -> String? {
        let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        for path in [own].compactMap({ $0 }) + ProcessInfo.processInfo.arguments {
            var folder = URL(filePath: path).deletingLastPathComponent()
            for _ in 0..<3 {
                if FileManager.default.fileExists(atPath: folder.appending(path: "Modules/PluginKit.swiftmodule").path) {
                    return folder.path
                }
                folder = folder.deletingLastPathComponent()
            }
        }
        return nil
    }
}
