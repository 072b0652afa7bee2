import Foundation
import ReleaseModel

/// Compiles the package of a plugin with the Swift toolchain of this machine.
struct PluginBuild: Sendable {
    /// The longest that the compiler may take, the modules of Tidegate included.
    static let patience: TimeInterval = 1800
    /// Lines of the compiler that an error shows.
    static let shownLines = 20

    let folder: String
    let name: String
    let isOptimized: Bool

    /// Runs `swift build`; its messages go to standard error.
    ///
    /// - Returns: the path of the plugin's file.
    /// - Throws: `ReleaseError` with the compiler's last words.
    func run(_ environment: [String: String]) throws -> String {
        let configuration = isOptimized ? "release" : "debug"
        let log = "\(folder)/build.log"
        guard FileManager.default.createFile(atPath: log, contents: nil), let output = FileHandle(forWritingAtPath: log) else {
            throw ReleaseError(.forbidden, "the folder cannot be written", place: folder)
        }
        defer { try? output.close() }
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["swift", "build", "--package-path", folder, "-c", configuration, "--product", name]
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        do {
            try process.run()
        } catch {
            throw ReleaseError(.notFound, "the Swift compiler cannot be run", place: "swift", advice: "install Swift 6.1 or newer")
        }
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + Self.patience)
        timer.setEventHandler { process.terminate() }
        timer.resume()
        process.waitUntilExit()
        timer.cancel()
        let file = "\(folder)/.build/\(configuration)/lib\(name).so"
        guard process.terminationStatus == 0, FileManager.default.fileExists(atPath: file) else { throw failure(log, process) }
        return file
    }

    private func failure(_ log: String, _ process: Process) -> ReleaseError {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        let lines = text.split(separator: "\n").suffix(Self.shownLines)
        let advice =
            process.terminationStatus == 127
            ? "install Swift 6.1 or newer, so that `swift` is found" : "the whole output lies in \(log)"
        return ReleaseError(
            .unavailable, "the plugin was not built (status \(process.terminationStatus))\n" + lines.joined(separator: "\n"), place: folder,
            advice: advice)
    }
}
