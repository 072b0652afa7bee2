internal import Synchronization
internal import Dispatch

/// An HTTP/1.1 client on libcurl: one thread drives all transfers of a client over one connection cache.
///
/// Every transfer has a deadline and a limit on its response. Proxies from the environment are ignored; TLS is verified.
///
///     let client = HTTPClient()
///     let response = try await client.send(HTTPRequest(.get, "http://127.0.0.1:9090/-/ready", timeout: .seconds(2)))
public final class HTTPClient: Sendable {
    public struct Configuration: Sendable {
        /// Connections in all; requests beyond wait within their deadline.
        public var maximumConnections = 512
        /// Connections to one host and port.
        public var maximumConnectionsPerHost = 512
        /// PEM file of the authorities to trust; nil for the system's.
        public var certificateAuthorityFile: String?
        /// PEM files for mutual TLS.
        public var clientCertificateFile: String?
        public var clientKeyFile: String?
        public var userAgent = "tidegate"

        public init() {}
    }

    private let driver: TransferDriver

    public init(configuration: Configuration = Configuration()) {
        driver = TransferDriver(configuration: configuration)
        driver.start()
    }

    deinit { driver.stop() }

    /// Sends one request. Cancelling the task ends the transfer with `cancelled`.
    public func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
        try request.check()
        let id = driver.nextIdentifier()
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Result<HTTPResponse, HTTPError>, Never>) in
                driver.submit(id, request) { continuation.resume(returning: $0) }
                // A cancellation before the submission found nothing to cancel.
                if Task.isCancelled { driver.cancel(id) }
            }
        } onCancel: {
            driver.cancel(id)
        }
        return try result.get()
    }

    /// Sends one request and blocks the calling thread: for plugins and plain threads, never from a Swift task.
    public func sendBlocking(_ request: HTTPRequest) throws(HTTPError) -> HTTPResponse {
        try request.check()
        let done = DispatchSemaphore(value: 0)
        let box = ResultBox()
        driver.submit(driver.nextIdentifier(), request) { result in
            box.result.withLock { $0 = result }
            done.signal()
        }
        done.wait()
        let result = box.result.withLock { $0 } ?? .failure(HTTPError(.cancelled, "the client was shut down", place: request.place))
        return try result.get()
    }

    /// Ends the open transfers with `cancelled` and refuses new ones.
    public func shutdown() { driver.stop() }

    private final class ResultBox: Sendable {
        let result = Mutex<Result<HTTPResponse, HTTPError>?>(nil)
    }
}
