public import Hashing
internal import Logging
public import PluginKit
public import ReleaseModel
internal import Synchronization

/// A loaded plugin: what it is, how it is doing, and the calls that it answers.
///
/// A call that fails throws and changes nothing; the caller treats its signals as failed. Calls may be made from many tasks at once, the
/// plugin gets them one after the other.
public final class PluginHandle: Sendable {
    public let descriptor: PluginDescriptor
    public let file: PluginFile
    public let isolation: PluginIsolation

    let channel: any PluginChannel
    private let clock: HostClock
    private let logger: Logger
    private let routingImage = Mutex<PluginImage?>(nil)

    init(
        descriptor: PluginDescriptor, file: PluginFile, isolation: PluginIsolation, channel: any PluginChannel, image: PluginImage?,
        clock: HostClock, logger: Logger
    ) {
        self.descriptor = descriptor
        self.file = file
        self.isolation = isolation
        self.channel = channel
        self.clock = clock
        self.logger = logger
        routingImage.withLock { $0 = image }
    }

    public var name: String { descriptor.name }
    public var version: String { descriptor.version }
    public var sha256: SHA256Digest { file.sha256 }
    public var state: PluginState { channel.state }
    /// Of the child process, while there is one.
    public var processIdentifier: Int32? { channel.processIdentifier }
    /// How often the child process was started again.
    public var restarts: Int { channel.restarts }

    var routesInProcess: Bool { routingImage.withLock { $0 != nil } }

    /// The samples of one window: one result for each subject, in their order.
    public func collect(_ request: CollectRequest, within time: Duration? = nil) async throws(ReleaseError) -> CollectResponse {
        try await ask(.collect, request, CollectResponse.self, within: time).checked(for: request)
    }

    /// The signals of one window: one output for each input, in their order, with every signal of the descriptor in its order. What breaks
    /// the descriptor is `failed`.
    public func evaluate(_ request: EvaluateRequest, within time: Duration? = nil) async throws(ReleaseError) -> EvaluateResponse {
        let answer = try await ask(.evaluate, request, EvaluateResponse.self, within: time)
        let (checked, warnings) = descriptor.checked(answer, for: request)
        for warning in warnings { logger.warning("plugin \(name): \(warning)") }
        return checked
    }

    /// The completed plan; its arms, weights, generation and lease term are those of the request.
    public func table(_ request: TableRequest, within time: Duration? = nil) async throws(ReleaseError) -> TableResponse {
        let answer = try await ask(.table, request, TableResponse.self, within: time)
        if let problem = answer.problem(for: request) { throw failure(problem) }
        return answer
    }

    public func apply(_ request: ApplyRequest, within time: Duration? = nil) async throws(ReleaseError) -> ApplyResponse {
        try await ask(.apply, request, ApplyResponse.self, within: time)
    }

    public func read(_ request: ReadRequest, within time: Duration? = nil) async throws(ReleaseError) -> ReadResponse {
        try await ask(.read, request, ReadResponse.self, within: time)
    }

    /// What the plugin itself finds wrong with a configuration whose settings were checked before.
    public func validate(_ configuration: JSONValue, within time: Duration? = nil) async throws(ReleaseError) -> [SettingProblem] {
        try await ask(.validate, ValidateRequest(configuration: configuration), ValidateResponse.self, within: time).problems
    }

    /// The configuration with defaults filled in, held against the descriptor first and then by the plugin itself.
    ///
    /// - Parameter place: where the configuration stands, for the error.
    /// - Throws: `invalidInput` with one line for each problem, or why the plugin could not be asked.
    public func validatedConfiguration(_ configuration: JSONValue, place: String? = nil) async throws(ReleaseError) -> JSONValue {
        let (filled, problems) = descriptor.checked(configuration)
        if !problems.isEmpty { throw refusal(problems, place) }
        let own = try await validate(filled)
        if !own.isEmpty { throw refusal(own, place) }
        return filled
    }

    /// The plugin inside this process with one plan, for the routing path. Not isolated.
    ///
    /// - Throws: `invalidInput` when it is no plugin of the routing path, or what `PluginImage` refuses.
    public func router(for plan: TrafficPlan) throws(ReleaseError) -> InProcessRouter {
        let image: PluginImage
        if let loaded = routingImage.withLock({ $0 }) {
            image = loaded
        } else {
            image = try PluginImage(path: file.path, name: name, expecting: file.sha256)
            routingImage.withLock { $0 = image }
        }
        return try InProcessRouter(image, plan: plan)
    }

    func ask<Answer: Decodable>(
        _ operation: PluginOperation, _ request: some Encodable, _ type: Answer.Type, within time: Duration?
    ) async throws(ReleaseError) -> Answer {
        let deadline = clock.now() + (time ?? PluginLimits.time(for: operation))
        let payload: [UInt8]
        switch PluginMessage.encode(request) {
        case .success(let bytes): payload = bytes
        case .failure(let problem):
            throw ReleaseError(.invalidInput, "the call cannot be written as JSON: \(problem.reason)", place: "plugin \(name)")
        }
        guard payload.count <= Frame.maximumPayload else {
            throw ReleaseError(
                .limitExceeded, "the call has \(payload.count) bytes, more than \(Frame.maximumPayload)", place: "plugin \(name)")
        }
        let bytes = try await channel.call(operation.rawValue, payload, deadline: deadline)
        switch PluginMessage.decode(type, bytes) {
        case .success(let answer): return answer
        case .failure(let problem): throw failure("its answer is no \(type): \(problem.reason)")
        }
    }

    private func failure(_ reason: String) -> ReleaseError { ReleaseError(.pluginFailed, reason, place: "plugin \(name)") }

    private func refusal(_ problems: [SettingProblem], _ place: String?) -> ReleaseError {
        let lines = problems.map { $0.setting.isEmpty ? $0.reason : "\($0.setting) \($0.reason)" }
        return ReleaseError(
            .invalidInput, "the configuration of plugin \(name) is wrong:\n" + lines.map { "  - \($0)" }.joined(separator: "\n"),
            place: place)
    }
}
