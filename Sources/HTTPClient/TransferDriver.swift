internal import CLibCurl
internal import Foundation
internal import Synchronization

/// The thread that drives all transfers of one client.
///
/// Others only put submissions and cancellations into `inbox` and wake it; everything else is confined to the thread.
final class TransferDriver: Sendable {
    typealias Completion = @Sendable (Result<HTTPResponse, HTTPError>) -> Void

    /// Easy handles kept for reuse; setting one up afresh costs more than resetting it.
    static let maximumIdleHandles = 64
    /// How long the thread sleeps at most where nothing happens.
    static let pollMilliseconds: Int32 = 10_000

    private struct Submission: Sendable {
        var id: UInt64
        var request: HTTPRequest
        var complete: Completion
    }

    private struct Inbox: Sendable {
        var submissions: [Submission] = []
        var cancellations: [UInt64] = []
        var stopped = false
        /// The multi handle as a number while the thread runs, for `curl_multi_wakeup`, which may be called from any thread.
        var wakeable: UInt?
    }

    private let configuration: HTTPClient.Configuration
    private let inbox = Mutex(Inbox())
    private let lastIdentifier = Atomic<UInt64>(0)

    private static let initialized: Bool = tidegate_global_init() == CURLE_OK

    init(configuration: HTTPClient.Configuration) { self.configuration = configuration }

    func nextIdentifier() -> UInt64 { lastIdentifier.add(1, ordering: .relaxed).newValue }

    func start() {
        precondition(Self.initialized, "libcurl could not be initialised")
        guard let multi = curl_multi_init() else { preconditionFailure("libcurl gave no multi handle") }
        _ = tidegate_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, configuration.maximumConnections)
        _ = tidegate_multi_set_long(multi, CURLMOPT_MAX_HOST_CONNECTIONS, configuration.maximumConnectionsPerHost)
        _ = tidegate_multi_set_long(multi, CURLMOPT_MAXCONNECTS, configuration.maximumConnections)
        let address = UInt(bitPattern: multi)
        inbox.withLock { $0.wakeable = address }
        let thread = Thread { [self] in run(UnsafeMutableRawPointer(bitPattern: address)!) }
        thread.name = "http-client"
        thread.start()
    }

    func submit(_ id: UInt64, _ request: HTTPRequest, complete: @escaping Completion) {
        let accepted = inbox.withLock { inbox in
            guard !inbox.stopped else { return false }
            inbox.submissions.append(Submission(id: id, request: request, complete: complete))
            Self.wake(inbox)
            return true
        }
        if !accepted { complete(.failure(HTTPError(.cancelled, "the client was shut down", place: request.place))) }
    }

    func cancel(_ id: UInt64) {
        inbox.withLock {
            $0.cancellations.append(id)
            Self.wake($0)
        }
    }

    func stop() {
        inbox.withLock {
            $0.stopped = true
            Self.wake($0)
        }
    }

    private static func wake(_ inbox: Inbox) {
        if let address = inbox.wakeable { curl_multi_wakeup(UnsafeMutableRawPointer(bitPattern: address)) }
    }

    // MARK: On the thread

    private func run(_ multi: UnsafeMutableRawPointer) {
        // A peer that closes while OpenSSL writes raises SIGPIPE in the writing thread, which must not end the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        var transfers: [UInt64: Transfer] = [:]
        var idle: [UnsafeMutableRawPointer] = []
        while true {
            let (submissions, cancellations, stopped) = inbox.withLock { inbox in
                defer {
                    inbox.submissions.removeAll()
                    inbox.cancellations.removeAll()
                }
                return (inbox.submissions, inbox.cancellations, inbox.stopped)
            }
            for submission in submissions { begin(submission, multi, &transfers, &idle) }
            for id in cancellations { end(id, .failure(nil), multi, &transfers, &idle) }
            if stopped { break }
            var running: Int32 = 0
            curl_multi_perform(multi, &running)
            finishCompleted(multi, &transfers, &idle)
            curl_multi_poll(multi, nil, 0, Self.pollMilliseconds, nil)
        }
        inbox.withLock { $0.wakeable = nil }
        for id in transfers.keys.sorted() { end(id, .failure(nil), multi, &transfers, &idle) }
        for handle in idle { curl_easy_cleanup(handle) }
        curl_multi_cleanup(multi)
    }

    private func begin(
        _ submission: Submission, _ multi: UnsafeMutableRawPointer, _ transfers: inout [UInt64: Transfer],
        _ idle: inout [UnsafeMutableRawPointer]
    ) {
        guard let handle = idle.popLast() ?? curl_easy_init() else {
            submission.complete(.failure(HTTPError(.protocol, "out of memory", place: submission.request.place)))
            return
        }
        let transfer = Transfer(id: submission.id, request: submission.request, handle: handle, complete: submission.complete)
        transfers[submission.id] = transfer
        do throws(HTTPError) {
            try transfer.configure(configuration)
        } catch {
            end(submission.id, .failure(error), multi, &transfers, &idle)
            return
        }
        curl_multi_add_handle(multi, handle)
    }

    private func finishCompleted(
        _ multi: UnsafeMutableRawPointer, _ transfers: inout [UInt64: Transfer], _ idle: inout [UnsafeMutableRawPointer]
    ) {
        var left: Int32 = 0
        var finished: [(UInt64, CURLcode)] = []
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let handle = message.pointee.easy_handle else { continue }
            guard let context = tidegate_easy_get_private(handle) else { continue }
            // The table keeps the transfer alive until `end` below.
            let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
            finished.append((transfer.id, tidegate_message_result(message)))
        }
        for (id, code) in finished { end(id, .done(code), multi, &transfers, &idle) }
    }

    private enum Outcome {
        case done(CURLcode)
        /// nil: cancelled.
        case failure(HTTPError?)
    }

    private func end(
        _ id: UInt64, _ outcome: Outcome, _ multi: UnsafeMutableRawPointer, _ transfers: inout [UInt64: Transfer],
        _ idle: inout [UnsafeMutableRawPointer]
    ) {
        guard let transfer = transfers.removeValue(forKey: id) else { return }
        let result: Result<HTTPResponse, HTTPError> =
            switch outcome {
            case .done(let code): transfer.result(of: code)
            case .failure(let error?): .failure(error)
            case .failure(nil): .failure(HTTPError(.cancelled, "the transfer was cancelled", place: transfer.request.place))
            }
        curl_multi_remove_handle(multi, transfer.handle)
        if idle.count < Self.maximumIdleHandles {
            curl_easy_reset(transfer.handle)
            idle.append(transfer.handle)
        } else {
            curl_easy_cleanup(transfer.handle)
        }
        transfer.complete(result)
    }
}
