internal import Foundation
internal import PluginKit

/// The lock on a folder of fragments: one writer, or several readers. It ends with its holder, however that ends.
final class FolderLock: Sendable {
    enum Mode { case reading, writing }

    /// How long a waiter sleeps between two tries.
    static let pause = Duration.milliseconds(10)

    private let descriptor: Int32

    /// Waits for the lock until `deadline`.
    init(_ folder: FragmentFolder, _ mode: Mode, deadline: ContinuousClock.Instant) throws(PluginFailure) {
        let file = "\(folder.path)/lock"
        descriptor = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw PluginFailure(code: "unwritable", reason: "\(file) cannot be opened: \(String(cString: strerror(errno)))")
        }
        while flock(descriptor, (mode == .writing ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0 {
            guard ContinuousClock.now < deadline else {
                close(descriptor)
                throw PluginFailure(code: "busy", reason: "another writer holds \(file)")
            }
            pauseThread(Self.pause)
        }
    }

    deinit { close(descriptor) }
}

/// Lets the calling thread rest. Plugins are synchronous; they have a process of their own.
func pauseThread(_ duration: Duration) {
    usleep(UInt32(duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000))
}
