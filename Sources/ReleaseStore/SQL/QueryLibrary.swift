import Foundation
import ReleaseModel

/// The text of every named query and script, read once from the files beside the program.
///
/// A file of Queries/ holds queries, each beginning with a line `-- name: <name>`; a file without such a line is one script under the
/// file's name.
struct QueryLibrary: Sendable {
    let texts: [String: String]

    /// The shipped files; a failure is kept, so that it is reported where a query is wanted.
    static let shipped: Result<QueryLibrary, ReleaseError> = Result { () throws(ReleaseError) in
        try QueryLibrary(folder: StoreResources.folder("Queries"))
    }

    /// - Throws: `unavailable` when a file cannot be read or a query of `Query` is missing.
    init(folder: String) throws(ReleaseError) {
        var texts: [String: String] = [:]
        for (file, content) in try StoreResources.sqlFiles(in: folder) {
            texts.merge(Self.queries(in: content, file: file), uniquingKeysWith: { first, _ in first })
        }
        if let missing = Query.allCases.first(where: { texts[$0.rawValue] == nil }) {
            throw ReleaseError(
                .unavailable, "query '\(missing.rawValue)' is missing", place: folder,
                advice: "Install the program again, with its resources.")
        }
        self.texts = texts
    }

    /// Splits one file into its named queries.
    static func queries(in content: String, file: String) -> [String: String] {
        var texts: [String: String] = [:]
        var name: String?
        var lines: [Substring] = []
        func close() {
            if let name { texts[name] = lines.joined(separator: "\n").trimmingCharacters(in: .whitespacesAndNewlines) }
        }
        for line in content.split(separator: "\n", omittingEmptySubsequences: false) {
            if line.hasPrefix("-- name: ") {
                close()
                name = line.dropFirst("-- name: ".count).trimmingCharacters(in: .whitespaces)
                lines = []
            } else {
                lines.append(line)
            }
        }
        if name == nil { return [file.hasSuffix(".sql") ? String(file.dropLast(4)) : file: content] }
        close()
        return texts
    }

    static func text(_ query: Query) throws(ReleaseError) -> String { try shipped.get().texts[query.rawValue]! }

    /// A whole file of Queries/, by its name without `.sql`.
    static func script(_ name: String) throws(ReleaseError) -> String {
        guard let text = try shipped.get().texts[name] else { throw ReleaseError(.unavailable, "script '\(name).sql' is missing") }
        return text
    }
}
