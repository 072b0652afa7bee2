internal import Predicates

/// One HTTP request as routing sees it: bytes as the client sent them. What a field is, is what nginx makes of it, so that both agree.
public struct RoutingRequest: Sendable, Hashable {
    public struct Header: Sendable, Hashable {
        /// In lower case.
        public var name: [UInt8]
        public var value: [UInt8]

        public init(name: [UInt8], value: [UInt8]) {
            self.name = name.map { $0 >= 65 && $0 <= 90 ? $0 | 32 : $0 }
            self.value = value
        }
    }

    public var method: [UInt8]
    /// Path and query, undecoded.
    public var target: [UInt8]
    /// The Host header; a port is not part of the field `host`.
    public var host: [UInt8]
    public var scheme: [UInt8]
    /// The address of the client, from a trusted hop.
    public var clientAddress: [UInt8]
    public var headers: [Header]

    public init(method: [UInt8], target: [UInt8], host: [UInt8], scheme: [UInt8], clientAddress: [UInt8], headers: [Header]) {
        self.method = method
        self.target = target
        self.host = host
        self.scheme = scheme
        self.clientAddress = clientAddress
        self.headers = headers
    }

    /// A request from texts, in UTF-8.
    public init(
        method: String = "GET", target: String = "/", host: String = "localhost", scheme: String = "http",
        clientAddress: String = "127.0.0.1", headers: [(String, String)] = []
    ) {
        self.init(
            method: Array(method.utf8), target: Array(target.utf8), host: Array(host.utf8), scheme: Array(scheme.utf8),
            clientAddress: Array(clientAddress.utf8), headers: headers.map { Header(name: Array($0.0.utf8), value: Array($0.1.utf8)) })
    }
}
