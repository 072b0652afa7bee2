import Glibc

/// A thread of its own for one connection, as an executor.
///
/// libpq calls block here and nowhere else, so that Swift's few cooperative threads stay free. It is the serial executor of the
/// connection's actor, and the preferred executor of a transaction's body, so that a statement costs no change of thread.
/// The thread ends when nobody holds the executor any more; work that was enqueued before is done first.
final class ConnectionThread: SerialExecutor, TaskExecutor {
    private let queue = JobQueue()

    init() throws(PostgresError) {
        var thread = pthread_t()
        let start = Unmanaged.passRetained(queue)
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<JobQueue>.fromOpaque(context).takeRetainedValue().run()
                return nil
            }, start.toOpaque())
        guard failure == 0 else {
            start.release()
            throw PostgresError(.connectionFailed, "no thread could be started for a connection: \(String(cString: strerror(failure)))")
        }
        pthread_detach(thread)
    }

    deinit { queue.finish() }

    func enqueue(_ job: consuming ExecutorJob) { queue.push(UnownedJob(job), on: self) }

    func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }
}

/// Jobs waiting for the thread. Each holds its executor, so that the executor outlives its work.
///
/// Unchecked because the state is plain memory: every access to `jobs` and `finished` happens between lock and unlock of `mutex`.
private final class JobQueue: @unchecked Sendable {
    private struct Item {
        let job: UnownedJob
        let executor: ConnectionThread
    }

    private var jobs: [Item] = []
    private var finished = false
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)

    init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    func push(_ job: UnownedJob, on executor: ConnectionThread) {
        pthread_mutex_lock(mutex)
        jobs.append(Item(job: job, executor: executor))
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func finish() {
        pthread_mutex_lock(mutex)
        finished = true
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    func run() {
        while let batch = next() {
            for item in batch {
                item.job.runSynchronously(
                    isolatedTo: item.executor.asUnownedSerialExecutor(), taskExecutor: item.executor.asUnownedTaskExecutor())
            }
        }
    }

    /// Waits for jobs; nil when there will be no more.
    private func next() -> [Item]? {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while jobs.isEmpty {
            if finished { return nil }
            pthread_cond_wait(condition, mutex)
        }
        let batch = jobs
        jobs.removeAll(keepingCapacity: true)
        return batch
    }
}
