import Foundation
import Testing

/// A module imports only from lower layers. The table is ARCHITECTURE.md's; what the sources import is read from the sources.
@Suite struct LayerTests {
    static let layers: [[String]] = [
        [
            "CLibPQ", "CLibCurl", "CLibCrypto", "CLibZ", "CLibZip", "CLibSnappy", "CSystemClock", "CJSONMarks", "CPluginABI",
            "CPluginSystem",
            "Hashing", "Compression", "ReleaseModel", "Predicates", "Routing", "NginxPrinting", "Statistics", "ServiceLevels", "LogMining",
            "TransparencyLog",
        ],
        [
            "RolloutEngine", "PolicyLanguage", "PolicyImport", "TreePictures", "ReportText", "PluginKit", "PostgresClient",
            "EmbeddedPostgres", "HTTPClient", "ZipArchive", "AuditVerifier",
        ],
        ["PluginHost", "ReleaseStore", "DecisionReplay"],
        ["ReleaseController", "ReleaseServer", "EdgeService"],
        ["RolloutScripts", "tidegate", "PluginRunner", "DemoService"],
    ]

    /// Imports within L0, which the layers alone do not order.
    static let withinBottom: [String: Set<String>] = [
        "Hashing": ["CLibCrypto"], "Compression": ["CLibZ", "CLibSnappy"], "ReleaseModel": ["Hashing"], "Predicates": [],
        "Routing": ["Predicates", "ReleaseModel", "Hashing"],
        "NginxPrinting": ["Predicates", "Routing", "ReleaseModel", "Hashing"],
        "Statistics": [], "ServiceLevels": ["Statistics", "ReleaseModel"], "LogMining": ["Statistics", "Hashing", "ReleaseModel"],
        "TransparencyLog": ["Hashing"],
    ]

    /// A plugin knows the plugin boundary, the values and algorithms of L0, and HTTP.
    static let forPlugins: Set<String> = Set(layers[0]).union(["PluginKit", "HTTPClient"])

    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    static func layer(of module: String) -> Int? { layers.firstIndex { $0.contains(module) } }

    /// What is wrong with one file's imports.
    static func violations(module: String, isPlugin: Bool, source: String, file: String) -> [String] {
        let ours = Set(layers.joined())
        var found: [String] = []
        for line in source.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword <= 2, keyword + 1 < words.count,
                words[..<keyword].allSatisfy({
                    $0.hasPrefix("@") || ["public", "package", "internal", "private", "fileprivate"].contains($0)
                })
            else { continue }
            let imported = words[(keyword + 1)...].last.map { String($0.split(separator: ".")[0]) } ?? ""
            guard ours.contains(imported), imported != module else { continue }
            if isPlugin {
                if !forPlugins.contains(imported) { found.append("\(file): a plugin must not import \(imported)") }
                continue
            }
            guard let own = layer(of: module), let other = layer(of: imported) else { continue }
            if other > own { found.append("\(file): \(module) (L\(own)) must not import \(imported) (L\(other))") }
            if own == 0, let allowed = withinBottom[module], !allowed.contains(imported) {
                found.append("\(file): \(module) must not import \(imported)")
            }
            if own == other, own > 0, own < 4 { found.append("\(file): \(module) must not import its neighbour \(imported)") }
        }
        return found
    }

    static func swiftFiles(under folder: URL) -> [URL] {
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?.compactMap { $0 as? URL } ?? []
        return files.filter { $0.pathExtension == "swift" }
    }

    @Test func everyModuleImportsOnlyFromLowerLayers() throws {
        var seen = 0
        var found: [String] = []
        for (folder, isPlugin) in [("Sources", false), ("Plugins", true)] {
            let base = Self.root.appending(path: folder)
            for module in try FileManager.default.contentsOfDirectory(atPath: base.path).sorted() {
                for file in Self.swiftFiles(under: base.appending(path: module)) {
                    seen += 1
                    found += Self.violations(
                        module: module, isPlugin: isPlugin, source: try String(contentsOf: file, encoding: .utf8),
                        file: file.path.replacingOccurrences(of: Self.root.path + "/", with: ""))
                }
            }
        }
        #expect(seen > 100, "the sources were not found at \(Self.root.path)")
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    @Test func everyModuleHasALayer() throws {
        let modules = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        let unknown = modules.filter { !$0.hasPrefix(".") && Self.layer(of: $0) == nil }
        #expect(unknown.isEmpty, "\(unknown) stand in no layer")
    }

    @Test(arguments: [
        ("RolloutEngine", false, "import ReleaseStore"), ("ReleaseModel", false, "public import Predicates"),
        ("HealthScore", true, "import ReleaseStore"), ("PluginHost", false, "@testable import ReleaseStore"),
        ("Predicates", false, "internal import struct ReleaseModel.Policy"),
    ])
    func anUpwardImportIsFound(module: String, isPlugin: Bool, line: String) {
        #expect(!Self.violations(module: module, isPlugin: isPlugin, source: "\(line)\n", file: "X.swift").isEmpty)
    }
}
