#if DEBUG
    import Foundation
    import ReleaseController
    import Synchronization

    /// Kills the process at a boundary between recording and doing, as `kill -9` would: for the tests that walk those boundaries.
    ///
    /// `TIDEGATE_HALT_AT=after-commit:3` dies right after the third commit. Release builds do not have it.
    final class HaltPoint: Sendable {
        private let checkpoint: Checkpoint
        private let remaining: Mutex<Int>

        /// nil where the environment names no such point.
        init?(_ environment: [String: String]) {
            let parts = (environment["TIDEGATE_HALT_AT"] ?? "").split(separator: ":").map(String.init)
            guard parts.count == 2, let checkpoint = Checkpoint(rawValue: parts[0]), let count = Int(parts[1]), count > 0 else {
                return nil
            }
            self.checkpoint = checkpoint
            remaining = Mutex(count)
        }

        @Sendable func pass(_ passed: Checkpoint) {
            guard passed == checkpoint else { return }
            let left = remaining.withLock { count in
                count -= 1
                return count
            }
            if left == 0 { kill(getpid(), SIGKILL) }
        }
    }
#endif
