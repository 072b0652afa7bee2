import Foundation
import ReleaseModel
import Synchronization

/// A file `checkpoints` in a working tree of git: every head is a commit, which is pushed where the branch has an upstream.
public struct GitAnchor: CheckpointAnchor {
    static let file = "checkpoints"
    static let deadline = Duration.seconds(30)

    public let folder: String

    public init(folder: String) { self.folder = folder }

    public var place: String { "git:\(folder)" }

    public func put(_ note: String, size: UInt64) async throws {
        try FileAnchor.append(note, to: folder + "/" + Self.file)
        try await git("add", "--", Self.file)
        try await git("commit", "--quiet", "-m", "History of \(size) entries", "--", Self.file)
        if (try? await git("rev-parse", "--abbrev-ref", "@{upstream}")) != nil { try await git("push", "--quiet") }
    }

    /// Runs git in the folder; nothing of it may ask a question.
    private func git(_ arguments: String...) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["git", "-C", folder, "-c", "user.name=tidegate", "-c", "user.email=tidegate@localhost", "-c", "commit.gpgsign=false"]
            + arguments
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "GIT_TERMINAL_PROMPT": "0",
            "HOME": ProcessInfo.processInfo.environment["HOME"] ?? "/",
        ]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let (ends, end) = AsyncStream.makeStream(of: Int32.self)
        process.terminationHandler = { ended in
            end.yield(ended.terminationStatus)
            end.finish()
        }
        do { try process.run() } catch {
            throw ReleaseError(.unavailable, "git cannot be run: \(error.localizedDescription)", place: place)
        }
        let watchdog = Task {
            try await Task.sleep(for: Self.deadline)
            process.terminate()
        }
        defer { watchdog.cancel() }
        let status = await ends.first { _ in true } ?? -1
        guard status == 0 else {
            throw ReleaseError(
                .unavailable, "`git \(arguments[0])` ended with status \(status)", place: place,
                advice: "it must be a working tree in which this user may commit")
        }
    }
}
