import Foundation

/// An installed PostgreSQL: the folder of its programs and its major version.
struct PostgresBinaries: Sendable, Hashable {
    static let needed = ["postgres", "initdb", "psql"]
    static let debianFolder = "/usr/lib/postgresql"

    let folder: String
    let major: Int

    func path(_ program: String) -> String { "\(folder)/\(program)" }

    /// The installation to use for a data folder of that major version (nil: a new one).
    ///
    /// In this order: the given folder, $TIDEGATE_POSTGRES_BIN, /usr/lib/postgresql/*/bin, PATH. An older Debian version is
    /// taken only where the data folder needs it.
    static func find(
        given: String?, major: Int?, environment: [String: String], debianFolder: String = debianFolder
    ) async throws(EmbeddedPostgresError) -> PostgresBinaries {
        let named = given ?? environment["TIDEGATE_POSTGRES_BIN"].flatMap { $0.isEmpty ? nil : $0 }
        if let named {
            guard isComplete(named) else {
                throw EmbeddedPostgresError(
                    .notInstalled, "not all of \(needed.joined(separator: ", ")) are there", place: named,
                    advice: "set TIDEGATE_POSTGRES_BIN to the bin folder of a PostgreSQL installation")
            }
            return PostgresBinaries(folder: named, major: try await version(of: named))
        }
        let versions = ((try? FileManager.default.contentsOfDirectory(atPath: debianFolder)) ?? [])
            .compactMap { Int($0) }.sorted(by: >)
            .filter { isComplete("\(debianFolder)/\($0)/bin") }
        if let chosen = versions.first(where: { $0 == major }) ?? versions.first {
            return PostgresBinaries(folder: "\(debianFolder)/\(chosen)/bin", major: chosen)
        }
        for folder in (environment["PATH"] ?? "").split(separator: ":").map(String.init) where isComplete(folder) {
            return PostgresBinaries(folder: folder, major: try await version(of: folder))
        }
        throw EmbeddedPostgresError(
            .notInstalled, "PostgreSQL is not installed: no bin folder with \(needed.joined(separator: ", ")) was found",
            advice: "apt-get install postgresql, or give --database-url for a server that runs already")
    }

    private static func isComplete(_ folder: String) -> Bool {
        needed.allSatisfy { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
    }

    /// `postgres (PostgreSQL) 15.20 (Debian ...)` is 15.
    private static func version(of folder: String) async throws(EmbeddedPostgresError) -> Int {
        let result = try await ChildProcess.run("\(folder)/postgres", ["--version"], user: nil, timeout: .seconds(10))
        let words = result.output.split(whereSeparator: { $0 == " " || $0 == "\n" })
        guard result.succeeded, let word = words.first(where: { $0.first?.isNumber == true }),
            let major = word.prefix(while: \.isNumber).nilIfEmpty.flatMap({ Int($0) })
        else {
            throw EmbeddedPostgresError(.notInstalled, "its version cannot be told: \(result.output)", place: "\(folder)/postgres")
        }
        return major
    }
}

extension Substring {
    fileprivate var nilIfEmpty: Substring? { isEmpty ? nil : self }
}
