/// An answer. Every status is an answer, also 4xx and 5xx; only a transfer that fails throws.
public struct HTTPResponse: Sendable {
    public var status: Int
    /// Fields of the last response, in the order they came.
    public var headers: [HTTPHeader]
    /// Decompressed.
    public var body: [UInt8]
    public var timing: HTTPTiming

    public init(status: Int, headers: [HTTPHeader], body: [UInt8], timing: HTTPTiming) {
        self.status = status
        self.headers = headers
        self.body = body
        self.timing = timing
    }

    /// The first field of that name, in any case.
    public func header(_ name: String) -> String? { headers[first: name] }

    /// The body as UTF-8; bytes that are none are replaced.
    public var text: String { String(decoding: body, as: UTF8.self) }
}

/// How long each step took, counted from the begin of the transfer, and over which connection it went.
public struct HTTPTiming: Sendable, Hashable {
    public var nameLookup: Duration
    public var connect: Duration
    /// Zero without TLS or on a reused connection.
    public var tls: Duration
    public var firstByte: Duration
    public var total: Duration
    public var reusedConnection: Bool
    /// Tells connections apart; nil where there was none.
    public var localPort: Int?
    public var remotePort: Int?

    public init(
        nameLookup: Duration, connect: Duration, tls: Duration, firstByte: Duration, total: Duration, reusedConnection: Bool,
        localPort: Int? = nil, remotePort: Int? = nil
    ) {
        self.nameLookup = nameLookup
        self.connect = connect
        self.tls = tls
        self.firstByte = firstByte
        self.total = total
        self.reusedConnection = reusedConnection
        self.localPort = localPort
        self.remotePort = remotePort
    }
}
