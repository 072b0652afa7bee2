import Foundation

/// Ends the task when the process that started this one is gone.
///
/// The parent is asked for four times a second instead of by a death signal of the kernel: that signal comes when the *thread* that
/// started the child ends, and a parent with a thread pool lets threads go while it lives on.
struct ParentWatch: Sendable {
    static let interval = Duration.milliseconds(250)

    let parent: pid_t

    /// Returns when the parent is gone.
    func wait() async throws {
        while getppid() == parent { try await Task.sleep(for: Self.interval) }
    }
}
