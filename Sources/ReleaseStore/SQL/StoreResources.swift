import Foundation
import ReleaseModel

/// The files that belong to this module: `Queries/` and `migrations/`, in the module's resource folder beside the executable.
enum StoreResources {
    /// The path of a folder of the resources.
    static func folder(_ name: String) -> String { Bundle.module.bundleURL.appendingPathComponent(name).path }

    /// The `.sql` files of a folder with their texts, by name.
    ///
    /// - Throws: `unavailable` when the folder or a file cannot be read.
    static func sqlFiles(in folder: String) throws(ReleaseError) -> [(name: String, text: String)] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".sql") }.sorted()
                .map { ($0, try String(contentsOfFile: folder + "/" + $0, encoding: .utf8)) }
        } catch {
            throw ReleaseError(
                .unavailable, "the program's SQL files cannot be read: \(error.localizedDescription)", place: folder,
                advice: "Keep the .resources folders beside the executable when it is moved.")
        }
    }
}
