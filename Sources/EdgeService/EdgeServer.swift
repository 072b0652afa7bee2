public import Logging
internal import NIOCore
internal import NIOPosix
public import ReleaseModel
internal import Synchronization

/// The decision service: answers nginx's `auth_request` with the arm, the colours and the bucket of a request.
///
/// ```
/// GET /decide        the decision as headers (x-tidegate-arm, -revision, -rule, -bucket, -tag, ...); 404 for an unknown service
/// GET /status        the plans in force, or with ?service= one of them
/// GET /metrics       counts for Prometheus
/// ```
/// Plans come from a folder that is looked at several times a second; a weight changes without any reload. The service trusts whoever can
/// connect to it, so it listens on loopback by default.
public final class EdgeServer: Sendable {
    /// The port that it listens on.
    public let port: Int
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup
    private let connections: OpenConnections
    private let watch: Task<Void, Never>
    private let limits: EdgeLimits

    /// Reads the plans and begins to listen.
    ///
    /// - Parameter now: the time, in which colours expire and rules have their hours.
    /// - Throws: `ReleaseError` when the folder cannot be read or the address is not to be had. A plan that is broken does not keep the
    ///   service from starting.
    public static func start(_ configuration: EdgeConfiguration, logger: Logger, now: @escaping @Sendable () -> Timestamp) async throws
        -> EdgeServer
    {
        let board = PlanBoard()
        let folder = PlanFolder(path: configuration.plans, limits: configuration.limits)
        _ = try folder.services()
        var loader = PlanLoader(folder: folder, board: board, logger: logger, now: now)
        loader.poll()
        let threads = configuration.threads ?? System.coreCount
        guard (1...EdgeConfiguration.maximumThreads).contains(threads) else {
            throw ReleaseError(.invalidInput, "threads lie between 1 and \(EdgeConfiguration.maximumThreads), not at \(threads)")
        }
        let group = MultiThreadedEventLoopGroup(numberOfThreads: threads)
        let connections = OpenConnections(limits: configuration.limits, counters: EdgeCounters())
        do {
            let channel = try await bootstrap(group, configuration, connections, board, now)
                .bind(host: configuration.host, port: configuration.port).get()
            return EdgeServer(channel: channel, group: group, connections: connections, loader: loader, limits: configuration.limits)
        } catch {
            try? await group.shutdownGracefully()
            throw ReleaseError(
                .unavailable, "the address cannot be listened on: \(error)", place: "\(configuration.host):\(configuration.port)",
                advice: "another program may have the port; name another address with --listen")
        }
    }

    private init(
        channel: any Channel, group: MultiThreadedEventLoopGroup, connections: OpenConnections, loader: PlanLoader, limits: EdgeLimits
    ) {
        self.channel = channel
        self.group = group
        self.connections = connections
        self.limits = limits
        port = channel.localAddress?.port ?? 0
        let interval = Duration.milliseconds(limits.pollMilliseconds)
        watch = Task {
            var loader = loader
            while (try? await Task.sleep(for: interval)) != nil { loader.poll() }
        }
    }

    private static func bootstrap(
        _ group: MultiThreadedEventLoopGroup, _ configuration: EdgeConfiguration, _ connections: OpenConnections, _ board: PlanBoard,
        _ now: @escaping @Sendable () -> Timestamp
    ) -> ServerBootstrap {
        let limits = configuration.limits
        return ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(
                .writeBufferWaterMark,
                value: .init(low: limits.maximumUnsentBytes / 4, high: limits.maximumUnsentBytes)
            )
            .childChannelInitializer { channel in
                guard connections.admit(channel) else { return channel.close() }
                return channel.eventLoop.makeCompletedFuture {
                    let handler = ConnectionHandler(
                        limits: limits, counters: connections.counters,
                        answering: RequestAnswering(board: board, counters: connections.counters, now: now))
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
    }

    /// Stops listening, answers what is under way for a bounded time, and ends.
    public func shutDown() async {
        watch.cancel()
        try? await channel.close()
        await connections.drain(within: .milliseconds(limits.drainMilliseconds))
        try? await group.shutdownGracefully()
    }
}
