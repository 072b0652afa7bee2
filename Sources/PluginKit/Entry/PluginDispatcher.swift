internal import CPluginABI
internal import ReleaseModel

/// Reads a request, asks the plugin by the protocols that it conforms to, and writes the answer. Garbage becomes a failure, never a trap.
final class PluginDispatcher: Sendable {
    enum Answer {
        case success([UInt8])
        /// A coded `PluginFailure`.
        case failure([UInt8])
        case noOperation
    }

    private let plugin: any Plugin
    private let descriptor: PluginDescriptor

    init<T: Plugin>(_ plugin: T) {
        self.plugin = plugin
        descriptor = T.descriptor
    }

    func answer(_ operation: UInt32, _ input: UnsafeBufferPointer<UInt8>, _ context: CallContext) -> Answer {
        do {
            guard let bytes = try response(PluginOperation(rawValue: operation), input, context) else { return .noOperation }
            guard bytes.count <= Int(TIDEGATE_MESSAGE_LIMIT) else {
                throw PluginFailure(code: "too_large", reason: "the answer has \(bytes.count) bytes, more than \(TIDEGATE_MESSAGE_LIMIT)")
            }
            return .success(bytes)
        } catch {
            return .failure(Self.bytes(of: Self.failure(from: error)))
        }
    }

    /// The router for a traffic plan, or why there is none.
    func router(_ input: UnsafeBufferPointer<UInt8>) -> Result<any RequestRouter, PluginFailure> {
        do {
            guard let plugin = plugin as? any RoutingPathPlugin else {
                throw PluginFailure(code: "no_routing_path", reason: "\(descriptor.name) does not route requests in process")
            }
            return .success(try plugin.router(for: decode(TrafficPlan.self, input)))
        } catch {
            return .failure(Self.failure(from: error))
        }
    }

    static func bytes(of failure: PluginFailure) -> [UInt8] {
        var failure = failure
        failure.reason = String(decoding: failure.reason.utf8.prefix(maximumReasonLength), as: UTF8.self)
        // Two texts cannot fail to encode.
        return (try? JSONValue(encoding: failure))?.canonicalBytes ?? Array(#"{"code":"failed","reason":""}"#.utf8)
    }

    private static let maximumReasonLength = 4096

    private static func failure(from error: any Error) -> PluginFailure {
        switch error {
        case let failure as PluginFailure: failure
        case let error as ReleaseError: PluginFailure(code: error.code.rawValue, reason: error.description)
        default: PluginFailure(code: "failed", reason: String(describing: error))
        }
    }

    private func response(
        _ operation: PluginOperation?, _ input: UnsafeBufferPointer<UInt8>, _ context: CallContext
    ) throws -> [UInt8]? {
        switch operation {
        case .describe:
            return try encode(descriptor)
        case .validate:
            let request = try decode(ValidateRequest.self, input)
            return try encode(ValidateResponse(problems: plugin.validate(request.configuration)))
        case .collect:
            guard let plugin = plugin as? any MetricsPlugin else { return nil }
            return try encode(plugin.collect(decode(CollectRequest.self, input), context))
        case .evaluate:
            guard let plugin = plugin as? any EvaluatorPlugin else { return nil }
            return try encode(plugin.evaluate(decode(EvaluateRequest.self, input), context).withFiniteSignals)
        case .table:
            guard let plugin = plugin as? any TablePlugin else { return nil }
            return try encode(plugin.table(decode(TableRequest.self, input), context))
        case .apply:
            guard let plugin = plugin as? any DataPlanePlugin else { return nil }
            return try encode(plugin.apply(decode(ApplyRequest.self, input), context))
        case .read:
            guard let plugin = plugin as? any DataPlanePlugin else { return nil }
            return try encode(plugin.read(decode(ReadRequest.self, input), context))
        case nil:
            return nil
        }
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ input: UnsafeBufferPointer<UInt8>) throws -> Value {
        do {
            return try JSONValue(parsing: input).decoded(as: type)
        } catch let error as DecodingError {
            throw PluginFailure(code: "bad_request", reason: "the request is not a \(type): \(error.sentence)")
        }
    }

    private func encode(_ value: some Encodable) throws -> [UInt8] {
        do {
            return try JSONValue(encoding: value).canonicalBytes
        } catch let error as EncodingError {
            throw PluginFailure(code: "bad_answer", reason: "the answer cannot be written as JSON: \(error.sentence)")
        }
    }
}
