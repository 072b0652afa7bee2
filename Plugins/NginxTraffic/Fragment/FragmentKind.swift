/// The kinds of generated files of one service that nginx reads.
enum FragmentKind: String, Sendable, Hashable, CaseIterable {
    /// For http level: groups of servers, maps, splits, and the status server.
    case http
    /// For a location that proxies HTTP.
    case location
    /// For a location that proxies gRPC.
    case grpc
    /// For the server of these locations: how the edge is asked. Only where a node has one.
    case server
}
