import Foundation
import Glibc
public import Logging

/// A private PostgreSQL in a data folder, for a program that is not given a database: unix socket only, never as root.
///
/// States: **stopped** → `start()` → **running** → `stop()` → stopped. While running, a server that dies is started again under
/// the same address; its recovery keeps what was committed. At the program's ordinary end it is stopped.
/// A program that is killed leaves it running: the next `start()` on the folder takes it over where it runs with the same
/// settings, and restarts it otherwise.
public actor EmbeddedPostgres {
    /// Between two looks at the server process.
    static let watchInterval: Duration = .milliseconds(200)
    /// After an immediate shutdown was asked for; then the process is killed.
    static let immediateStopTimeout: Duration = .seconds(5)
    static let initialisationTimeout: Duration = .seconds(120)
    static let commandTimeout: Duration = .seconds(60)
    static let longestRestartPause: Duration = .seconds(10)

    private struct Running {
        let data: DataFolder
        let binaries: PostgresBinaries
        let address: DatabaseAddress
        let arguments: [String]
        let lock: FolderLock
        var processID: pid_t
        /// nil for a server taken over from an earlier program.
        var child: ChildProcess?

        var hasEnded: Bool {
            if let child, child.exitStatus() != nil { return true }
            return !Postmaster.isAlive(processID)
        }
    }

    private enum State {
        case stopped
        /// Starting or stopping.
        case changing
        case running(Running)
    }

    private let configuration: EmbeddedPostgresConfiguration
    private let logger: Logger
    private let removesFolder: Bool
    private var state = State.stopped
    private var watcher: Task<Void, Never>?

    public init(_ configuration: EmbeddedPostgresConfiguration, logger: Logger) {
        self.init(configuration, removesFolder: false, logger: logger)
    }

    /// With `removesFolder` the program's end removes the data folder.
    init(_ configuration: EmbeddedPostgresConfiguration, removesFolder: Bool, logger: Logger) {
        self.configuration = configuration
        self.removesFolder = removesFolder
        self.logger = logger
    }

    /// Initialises the folder where it is empty, starts the server or takes over a running one, and waits until it accepts connections.
    ///
    /// Errors: ``EmbeddedPostgresError``; nothing is left running then.
    public func start() async throws -> DatabaseAddress {
        if case .running(let running) = state { return running.address }
        guard case .stopped = state else { throw EmbeddedPostgresError(.folderInUse, "the server is being started or stopped") }
        state = .changing
        do {
            let running = try await bringUp()
            state = .running(running)
            watcher = Task { await watch() }
            return running.address
        } catch {
            state = .stopped
            throw error
        }
    }

    /// Fast shutdown: open transactions are rolled back, everything committed is written. Waits for the end; does nothing when stopped.
    public func stop() async throws {
        // The watcher may be starting a server that died.
        while case .changing = state { await pause(.milliseconds(5)) }
        guard case .running(let running) = state else { return }
        state = .changing
        watcher?.cancel()
        do { try await shutDown(running) } catch {
            state = .running(running)
            throw error
        }
        running.data.removeFarSocketFolder()
        ExitGuard.forget(running.processID)
        state = .stopped
        logger.info("the private PostgreSQL in \(running.data.path) is stopped")
    }

    /// The process id of the server; nil when stopped.
    public var processID: Int32? {
        if case .running(let running) = state { running.processID } else { nil }
    }

    /// Runs one SQL command through psql and returns its output, one line per row. For setting up; programs use a client.
    func psql(_ sql: String, database: String) async throws(EmbeddedPostgresError) -> String {
        guard case .running(let running) = state else { throw EmbeddedPostgresError(.commandFailed, "the server does not run") }
        return try await Self.psql(sql, running.binaries, running.address.with(database: database))
    }

    // MARK: - Starting

    private func bringUp() async throws(EmbeddedPostgresError) -> Running {
        let data = try DataFolder(configuration.folder, user: try ServerUser.current())
        let lock = try FolderLock.acquire(data.lock)
        let version = data.clusterVersion
        let binaries = try await PostgresBinaries.find(
            given: configuration.binaryFolder, major: version, environment: ProcessInfo.processInfo.environment)
        if let version, version != binaries.major {
            throw EmbeddedPostgresError(
                .otherVersion, "the database was made by PostgreSQL \(version), and \(binaries.major) is installed", place: data.cluster,
                advice: "apt-get install postgresql-\(version), or move the data over with pg_upgrade or pg_dump")
        }
        if version == nil { try await initialise(data, binaries) }
        let address = DatabaseAddress(
            socketFolder: try data.socketFolder(), port: EmbeddedPostgresConfiguration.port,
            user: EmbeddedPostgresConfiguration.superuser, database: configuration.databaseName)
        var running = Running(
            data: data, binaries: binaries, address: address,
            arguments: ServerSettings.arguments(configuration, data: data, socketFolder: address.socketFolder), lock: lock, processID: 0,
            child: nil)
        if try await !takeOver(&running) { try await launch(&running) }
        do throws(EmbeddedPostgresError) { try await createDatabase(running) } catch {
            try? await shutDown(running)
            ExitGuard.forget(running.processID)
            throw error
        }
        return running
    }

    /// Builds the cluster beside its place and moves it there at the end, so that an interrupted start leaves no half cluster.
    private func initialise(_ data: DataFolder, _ binaries: PostgresBinaries) async throws(EmbeddedPostgresError) {
        logger.info("a new database folder is made in \(data.path)")
        try? FileManager.default.removeItem(atPath: data.unfinishedCluster)
        try DataFolder.makeFolder(data.unfinishedCluster, data.user)
        let durability = configuration.durability == .throwaway ? ["--no-sync"] : ["--data-checksums"]
        let outcome = try await ChildProcess.run(
            binaries.path("initdb"),
            [
                "-D", data.unfinishedCluster, "-U", EmbeddedPostgresConfiguration.superuser, "-E", "UTF8", "--locale=C.UTF-8",
                "--auth=trust",
            ] + durability, user: data.user, timeout: Self.initialisationTimeout)
        guard outcome.succeeded else {
            throw EmbeddedPostgresError(.initialisationFailed, "initdb failed: \(outcome.output)", place: data.path)
        }
        do {
            // The folder of the socket is the door: whoever may enter it is let in, and there is no other.
            try Data("local all all trust\n".utf8).write(to: URL(fileURLWithPath: "\(data.unfinishedCluster)/pg_hba.conf"), options: [])
            try FileManager.default.moveItem(atPath: data.unfinishedCluster, toPath: data.cluster)
        } catch {
            throw EmbeddedPostgresError(.initialisationFailed, error.localizedDescription, place: data.cluster)
        }
    }

    /// Uses a server that an earlier program left running with the very same settings; stops any other on this folder.
    private func takeOver(_ running: inout Running) async throws(EmbeddedPostgresError) -> Bool {
        guard let left = Postmaster.running(cluster: running.data.cluster) else { return false }
        running.processID = left.processID
        let options = try? String(contentsOfFile: "\(running.data.cluster)/postmaster.opts", encoding: .utf8)
        guard options == ServerSettings.recorded(running.binaries.path("postgres"), running.arguments) else {
            logger.notice("a server left behind in \(running.data.path) (process \(left.processID)) has other settings: it is restarted")
            try await shutDown(running)
            return false
        }
        logger.notice("a server left behind in \(running.data.path) (process \(left.processID)) is taken over")
        let deadline = ContinuousClock.now + configuration.startTimeout
        while Postmaster.running(cluster: running.data.cluster)?.status != "ready" {
            guard Postmaster.isAlive(left.processID) else { return false }
            guard .now < deadline else {
                throw EmbeddedPostgresError(.startFailed, "the server left behind was not ready in time", place: running.data.log)
            }
            await pause(.milliseconds(10))
        }
        ExitGuard.watch(running.processID, signal: exitSignal, removing: folderRemovedAtExit(running.data))
        return true
    }

    private func launch(_ running: inout Running) async throws(EmbeddedPostgresError) {
        let deadline = ContinuousClock.now + configuration.startTimeout
        while true {
            let position = running.data.logSize
            let log = try running.data.openLog()
            defer { close(log) }
            let (program, arguments, user) = (running.binaries.path("postgres"), running.arguments, running.data.user)
            let started = try ExitGuard.watch(signal: exitSignal, removing: folderRemovedAtExit(running.data)) {
                () throws(EmbeddedPostgresError) in try ChildProcess.spawn(program, arguments, user: user, output: log)
            }
            guard let child = started else { throw EmbeddedPostgresError(.startFailed, "the program is ending", place: running.data.path) }
            running.child = child
            running.processID = child.processID
            var exitStatus: Int32?
            while .now < deadline {
                if let postmaster = Postmaster.read(cluster: running.data.cluster), postmaster.processID == child.processID,
                    postmaster.status == "ready"
                {
                    logger.info("the private PostgreSQL in \(running.data.path) runs (process \(child.processID))")
                    return
                }
                exitStatus = child.exitStatus()
                if exitStatus != nil { break }
                await pause(.milliseconds(5))
            }
            let output = running.data.logTail(from: position)
            if exitStatus == nil { try? await shutDown(running) }
            ExitGuard.forget(child.processID)
            // The backends of a killed server live on for a moment and hold its shared memory.
            if exitStatus != nil, output.contains("shared memory block"), .now + .milliseconds(200) < deadline {
                await pause(.milliseconds(200))
                continue
            }
            throw EmbeddedPostgresError(
                .startFailed,
                exitStatus == nil
                    ? "the server was not ready after \(configuration.startTimeout): \(output)" : "the server did not start: \(output)",
                place: running.data.log)
        }
    }

    private var exitSignal: Int32 { configuration.durability == .throwaway ? SIGQUIT : SIGINT }

    private func folderRemovedAtExit(_ data: DataFolder) -> String? { removesFolder ? data.path : nil }

    private func createDatabase(_ running: Running) async throws(EmbeddedPostgresError) {
        let administration = running.address.with(database: "postgres")
        let name = configuration.databaseName.replacingOccurrences(of: "'", with: "''")
        let found = try await Self.psql("select 1 from pg_database where datname = '\(name)'", running.binaries, administration)
        guard found.isEmpty else { return }
        let identifier = configuration.databaseName.replacingOccurrences(of: "\"", with: "\"\"")
        _ = try await Self.psql("create database \"\(identifier)\"", running.binaries, administration)
    }

    private static func psql(
        _ sql: String, _ binaries: PostgresBinaries, _ address: DatabaseAddress
    ) async throws(EmbeddedPostgresError) -> String {
        let outcome = try await ChildProcess.run(
            binaries.path("psql"), ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", address.connectionString, "-c", sql],
            user: nil, timeout: commandTimeout)
        guard outcome.succeeded else { throw EmbeddedPostgresError(.commandFailed, outcome.output, place: "psql") }
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    // MARK: - Watching

    /// Starts a server that has died again, with growing pauses.
    private func watch() async {
        var restartPause: Duration = .zero
        while !Task.isCancelled {
            await pause(Self.watchInterval + restartPause)
            guard !Task.isCancelled, !ExitGuard.isEnding, case .running(var running) = state else { return }
            guard running.hasEnded else {
                restartPause = .zero
                continue
            }
            logger.error("the private PostgreSQL in \(running.data.path) has died; it is started again")
            ExitGuard.forget(running.processID)
            state = .changing
            do throws(EmbeddedPostgresError) { try await launch(&running) } catch {
                logger.error("the private PostgreSQL does not start: \(error)")
                restartPause = min(Self.longestRestartPause, restartPause * 2 + .seconds(1))
            }
            state = .running(running)
        }
    }

    // MARK: - Stopping

    private func shutDown(_ running: Running) async throws(EmbeddedPostgresError) {
        let steps = [(SIGINT, configuration.stopTimeout), (SIGQUIT, Self.immediateStopTimeout), (SIGKILL, Self.immediateStopTimeout)]
        for (signal, patience) in steps {
            if running.hasEnded { return }
            if signal != SIGINT { logger.warning("the server (process \(running.processID)) does not stop; it gets a stronger signal") }
            kill(running.processID, signal)
            let deadline = ContinuousClock.now + patience
            while .now < deadline {
                if running.hasEnded { return }
                await pause(.milliseconds(5))
            }
        }
        throw EmbeddedPostgresError(.stopFailed, "the server (process \(running.processID)) does not end", place: running.data.path)
    }
}
