internal import Foundation
internal import Hashing
public import Logging
internal import PluginKit
public import ReleaseModel
internal import Synchronization

/// Finds plugins, checks them against their pins, loads and isolates them, and hands out what answers their calls.
///
/// It knows no database: the pins come from its caller, who calls `load` again whenever they change.
public final class PluginHost: Sendable {
    /// The executable that runs one plugin in a process of its own.
    public static let runnerName = "tidegate-plugin-runner"

    private let folder: PluginFolder
    private let runner: String
    private let environment: [String: String]
    private let limits: PluginLimits
    private let clock: HostClock
    private let logger: Logger
    private let registry = Mutex(PluginRegistry())

    /// - Parameters:
    ///   - folder: where `lib<Name>.so` lie; nil for the folder of this executable.
    ///   - runner: nil for `tidegate-plugin-runner` beside this executable.
    ///   - environment: variables that plugins need to resolve references to secrets; every child gets them.
    public init(
        folder: String? = nil, runner: String? = nil, passing environment: [String: String] = [:], limits: PluginLimits = PluginLimits(),
        clock: HostClock = .continuous, logger: Logger
    ) {
        let ownFolder = (Self.ownExecutable as NSString).deletingLastPathComponent
        self.folder = PluginFolder(path: folder ?? ownFolder)
        self.runner = runner ?? ownFolder + "/" + Self.runnerName
        self.environment = Self.minimalEnvironment.merging(environment) { _, passed in passed }
        self.limits = limits
        self.clock = clock
        self.logger = logger
    }

    deinit {
        for case let handle in registry.withLock({ $0.loaded }) { (handle.channel as? ChildChannel)?.requestStop() }
    }

    private static var ownExecutable: String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    }

    /// What every child process gets: enough to find programs and to print numbers alike everywhere. A crash is the host's to report, so
    /// Swift's own, slow backtrace is off.
    private static let minimalEnvironment = [
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", "TZ": "UTC",
        "SWIFT_BACKTRACE": "enable=no",
    ]

    /// The plugins in the folder, by name. Files are read and hashed, which takes some milliseconds each; no code in them runs.
    ///
    /// - Throws: `notFound` or `forbidden` for the folder. A file that must not be loaded is left out here and stands in `listing`.
    public func find() throws(ReleaseError) -> [PluginFile] {
        try folder.plugins().compactMap { finding in if case .success(let file) = finding.file { file } else { nil } }
    }

    /// What a plugin's file says about itself, asked in a child process that ends with the question.
    ///
    /// - Throws: `notFound`, `forbidden`, `versionMismatch`, `pluginFailed`, `timedOut`.
    public func inspect(_ path: String) async throws(ReleaseError) -> PluginInspection {
        let handle = try await open(path)
        await handle.channel.stop()
        return PluginInspection(file: handle.file, descriptor: handle.descriptor)
    }

    /// A file in a child process of its own, outside of the registry. Its caller stops it.
    func open(_ path: String) async throws(ReleaseError) -> PluginHandle {
        let content = try PluginContent(path: path)
        let fileName = (path as NSString).lastPathComponent
        guard let name = PluginFolder.pluginName(ofFile: fileName) else {
            throw ReleaseError(.invalidInput, "'\(fileName)' is not named lib<Name>.so", place: path)
        }
        return try await start(PluginFile(name: name, path: content.path, sha256: SHA256Digest(of: content.bytes)), trusted: false)
    }

    /// Loads what is pinned and found, keeps what is loaded already and unchanged, and ends what is pinned no longer.
    ///
    /// What cannot be loaded does not hinder the others: it stands in the listing with the reason, and asking for it throws that reason.
    @discardableResult
    public func load(_ pins: [PluginPin]) async -> [PluginListing] {
        let found: [PluginFolder.Finding]
        do throws(ReleaseError) {
            found = try await Self.offThread { [folder] in Result { () throws(ReleaseError) in try folder.plugins() } }.get()
        } catch {
            logger.error("\(error)")
            let replaced = registry.withLock { $0.refuseAll(pins, error) }
            for handle in replaced { await handle.channel.stop() }
            return listing
        }
        var entries: [PluginRegistry.Entry] = []
        for finding in found {
            entries.append(await entry(for: finding, pin: pins.first { $0.name == finding.name }))
        }
        for pin in pins where !found.contains(where: { $0.name == pin.name }) {
            entries.append(
                .init(
                    name: pin.name, file: nil, pinned: pin.sha256,
                    content: .refused(
                        ReleaseError(
                            .notFound, "plugin \(pin.name) is pinned, but there is no lib\(pin.name).so", place: folder.path,
                            advice: "put the file there, or name its folder with --plugins DIR"))))
        }
        let dropped = registry.withLock { $0.replace(with: entries) }
        for handle in dropped { await handle.channel.stop() }
        return listing
    }

    private func entry(for finding: PluginFolder.Finding, pin: PluginPin?) async -> PluginRegistry.Entry {
        do throws(ReleaseError) {
            let file = try finding.file.get()
            guard let pin else { return .init(name: file.name, file: file, pinned: nil, content: .unpinned) }
            guard file.sha256 == pin.sha256 else {
                throw PluginPin.mismatch(path: file.path, name: file.name, found: file.sha256, pinned: pin.sha256)
            }
            if let handle = registry.withLock({ $0.reusable(file, trusted: pin.trusted) }) {
                return .init(name: file.name, file: file, pinned: pin.sha256, content: .loaded(handle))
            }
            return .init(name: file.name, file: file, pinned: pin.sha256, content: .loaded(try await start(file, trusted: pin.trusted)))
        } catch {
            if pin != nil { logger.error("\(error)") }
            let file = try? finding.file.get()
            return .init(name: finding.name, file: file, pinned: pin?.sha256, content: .refused(error))
        }
    }

    /// Loads a plugin and asks it what it is.
    private func start(_ file: PluginFile, trusted: Bool) async throws(ReleaseError) -> PluginHandle {
        var logger = logger
        logger[metadataKey: "plugin"] = "\(file.name)"
        var image: PluginImage?
        let channel: any PluginChannel
        if trusted {
            let loaded = try await Self.offThread {
                Result { () throws(ReleaseError) in try PluginImage(path: file.path, name: file.name, expecting: file.sha256) }
            }.get()
            image = loaded
            channel = InProcessChannel(loaded, limits: limits, clock: clock)
        } else {
            try checkRunner()
            channel = try ChildChannel(
                ChildRecipe(file: file, runner: runner, environment: environment, limits: limits, clock: clock, logger: logger))
        }
        do throws(ReleaseError) {
            let descriptor = try await describe(file, channel)
            return PluginHandle(
                descriptor: descriptor, file: file, isolation: trusted ? .none : .childProcess, channel: channel, image: image,
                clock: clock,
                logger: logger)
        } catch {
            await channel.stop()
            throw error
        }
    }

    private func describe(_ file: PluginFile, _ channel: any PluginChannel) async throws(ReleaseError) -> PluginDescriptor {
        let deadline = clock.now() + limits.start + PluginLimits.time(for: .describe)
        let bytes = try await channel.call(PluginOperation.describe.rawValue, [], deadline: deadline)
        switch PluginMessage.decode(PluginDescriptor.self, bytes) {
        case .failure(let problem):
            throw ReleaseError(.pluginFailed, "its descriptor cannot be read: \(problem.reason)", place: "plugin \(file.name)")
        case .success(let descriptor):
            let problems = descriptor.problems(expectedName: file.name)
            guard problems.isEmpty else {
                throw ReleaseError(
                    .pluginFailed, "its descriptor is wrong: " + problems.joined(separator: "; "), place: "plugin \(file.name)")
            }
            return descriptor
        }
    }

    private func checkRunner() throws(ReleaseError) {
        guard FileManager.default.isExecutableFile(atPath: runner) else {
            throw ReleaseError(
                .unavailable, "the program that runs plugins is missing", place: runner,
                advice: "it is built and installed together with tidegate: swift build --product \(Self.runnerName)")
        }
    }

    /// Runs what blocks (files, the loader) outside of Swift's own threads.
    private static func offThread<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(returning: body()) }
        }
    }

    /// The loaded plugins, by name.
    public var plugins: [PluginHandle] { registry.withLock { $0.loaded } }

    /// A loaded plugin by its name or its alias.
    ///
    /// - Throws: why it was not loaded, `forbidden` when it is not pinned, or `notFound` with the nearest name.
    public func plugin(_ nameOrAlias: String) throws(ReleaseError) -> PluginHandle {
        try registry.withLock { $0.lookUp(nameOrAlias, folder: folder.path) }.get()
    }

    /// Every plugin that was found or pinned, by name, as `tidegate plugin list` shows it.
    public var listing: [PluginListing] {
        let now = clock.now()
        return registry.withLock { $0.entries }.map { $0.listing(at: now) }
    }

    /// `validatedConfiguration` of the plugin of that name or alias.
    public func validatedConfiguration(
        _ plugin: String, _ configuration: JSONValue, place: String? = nil
    ) async throws(ReleaseError) -> JSONValue {
        try await self.plugin(plugin).validatedConfiguration(configuration, place: place)
    }

    /// Ends every child process. Calls in flight fail.
    public func shutDown() async {
        for handle in plugins { await handle.channel.stop() }
    }
}
