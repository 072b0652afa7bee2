import Foundation

/// A folder of LogHub's labelled files: `<System>/<System>_2k.log_structured.csv`. It is no part of the repository.
public struct LogHubFolder: Sendable {
    public static let variable = "TIDEGATE_LOGHUB"

    public let url: URL

    /// The folder that the environment names, or the one beside the repository.
    public init(environment: [String: String], repository: URL) {
        if let path = environment[Self.variable], !path.isEmpty {
            url = URL(filePath: path)
        } else {
            url = repository.appending(path: "../shared/data/loghub_2k").standardizedFileURL
        }
    }

    /// The labelled logs, by name; empty where there is no such folder.
    public func logs() throws -> [LabelledLog] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
        return try names.sorted().compactMap { name in
            let file = url.appending(path: "\(name)/\(name)_2k.log_structured.csv")
            guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
            return try LabelledLog(system: name, csv: text)
        }
    }
}
