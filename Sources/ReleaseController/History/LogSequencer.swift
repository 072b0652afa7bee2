import Hashing
public import Logging
public import ReleaseModel
public import ReleaseStore
public import ServiceLifecycle
import TransparencyLog

/// Numbers the entries of the history, signs the head over them, and puts heads where the database's administrator is not.
///
/// Entries are written by whoever does something, in that very transaction and without a number, so that nobody waits for the tree. One
/// controller at a time holds the lease of the log and gives out numbers in batches. It signs only what continues the tree that it, or the
/// key's holder before it, has signed: a head in the database that its keys did not sign, or that tiles do not lead to, stops it.
public struct LogSequencer: Service {
    /// How often it looks for entries.
    static let interval = Duration.seconds(1)
    static let leaseTime = TimeSpan.seconds(30)
    /// How long it numbers under one lease, when there is so much.
    static let renewal = Duration.seconds(10)
    /// Entries of one batch.
    static let batch = 1000

    private let store: ReleaseStore
    private let keys: LogKeyRing
    private let controller: String
    private let anchoring: Anchoring
    private let logger: Logger

    /// - Parameters:
    ///   - controller: the name under which it leases the log.
    ///   - anchors: where heads are put, at most once in `anchorInterval`.
    public init(
        store: ReleaseStore, keys: LogKeyRing, controller: String, anchors: [any CheckpointAnchor] = [],
        anchorInterval: TimeSpan = .seconds(60), logger: Logger
    ) {
        self.store = store
        self.keys = keys
        self.controller = controller
        self.logger = logger
        anchoring = Anchoring(store: store, anchors: anchors, interval: anchorInterval, logger: logger)
    }

    /// Runs until the task is cancelled or a graceful shutdown is asked for; then puts the last head where heads are put.
    public func run() async throws {
        await cancelWhenGracefulShutdown {
            var tree: TileTree?
            while !Task.isCancelled {
                do {
                    try await sequence(&tree)
                    try await anchoring.anchor()
                } catch {
                    tree = nil
                    if !Task.isCancelled { logger.error("the history was not numbered", metadata: ["reason": "\(error)"]) }
                }
                try? await Task.sleep(for: Self.interval)
            }
        }
        // The task is cancelled by now; what is left is done in one of its own.
        await Task.detached {
            try? await self.sequence()
            try? await self.anchoring.anchor(isLast: true)
        }.value
    }

    /// Numbers everything that waits, where this controller may.
    public func sequence() async throws {
        var tree: TileTree?
        try await sequence(&tree)
    }

    /// - Parameter tree: what it knows of the tree from the last time.
    func sequence(_ tree: inout TileTree?) async throws {
        guard try await !store.waitingLeaves(limit: 1).isEmpty else { return }
        guard var lease = try await store.leaseLog(controller: controller, ttl: Self.leaseTime) else { return }
        let keys = try keys.keys()
        let known = Set(try await store.logKeys().map(\.verifierKey))
        // From the oldest: each rotation is an entry that the keys before it sign.
        for key in keys.reversed() where !known.contains(key.verifier.description) {
            _ = try await store.addLogKey(key.verifier.description, controller: controller)
        }
        var growing = tree?.size == lease.size ? tree! : try await load(lease, keys: keys)
        tree = nil
        var renewed = ContinuousClock.now
        while true {
            let waiting = try await store.waitingLeaves(limit: Self.batch)
            if waiting.isEmpty { break }
            if renewed + Self.renewal < .now {
                guard let longer = try await store.leaseLog(controller: controller, ttl: Self.leaseTime), longer == lease else { return }
                renewed = .now
            }
            for leaf in waiting {
                guard let hash = InlineDigest(bytes: leaf.hash) else {
                    throw ReleaseError(.unavailable, "the leaf hash of entry \(leaf.entry) has not 32 bytes", place: "history")
                }
                growing.append(hash)
            }
            let head = LogCheckpoint(origin: lease.origin, size: growing.size, root: growing.root)
            let note = SignedNote(signing: head.text, with: keys).note
            lease.size = try await store.appendLeaves(
                waiting.map(\.entry), lease: lease, tiles: growing.takeChanged(), checkpoint: note)
            if waiting.count < Self.batch { break }
        }
        tree = growing
    }

    /// The tree as the database has it, when it is the one that was signed.
    private func load(_ lease: LogLease, keys: [NoteSigningKey]) async throws -> TileTree {
        let tiles = try await store.tiles(TileTree.edge(ofTreeOf: lease.size))
        guard let tree = TileTree(size: lease.size, edge: tiles) else {
            throw ReleaseError(
                .unavailable, "the tiles of the log do not fit its \(lease.size) entries", place: "history",
                advice: "`tidegate audit verify` says what is wrong; nothing is signed until it is right")
        }
        if lease.size == 0 { return tree }
        let head = try await store.logHead()
        guard let note = head.checkpoint.flatMap(SignedNote.init), let signed = LogCheckpoint(text: note.text), signed.size == lease.size,
            signed.root == tree.root, signed.origin == lease.origin, keys.contains(where: { note.isSigned(by: $0.verifier) })
        else {
            throw ReleaseError(
                .unavailable, "the log's head is not one that these keys have signed, or its tiles lead to another root", place: "history",
                advice:
                    "`tidegate audit verify` says what is wrong; nothing is signed until it is right. After a rotation, keep the old key's line"
            )
        }
        return tree
    }
}
